/** Who has which customer open: what colleagues say, and what this console tells them. Never stored. */
import type { PresenceView } from '../bridge/views.ts';
import type { Notice } from '../protocol/notice.ts';
import type { Presence as Told } from '../protocol/presence.ts';

/** Presence is a lease: a colleague who says nothing more for two minutes has left. */
const LEASE_MS = 120_000;
/** So what is open here is said again before that. */
const RENEW_MS = 50_000;

export type Shown = { profileId: string; state: Told['state'] };

export class Presence {
  private readonly others = new Map<string, PresenceView[]>();
  private readonly tell: (presence: Told) => void;
  private readonly now: () => number;
  private own: Shown | null = null;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(tell: (presence: Told) => void, now: () => number) {
    this.tell = tell;
    this.now = now;
    this.timer = setInterval(() => this.renew(), RENEW_MS);
    this.timer.unref();
  }

  /** What this console has open now; null or `none` for nobody. The one it had before is let go. */
  show(profileId: string | null, state: Told['state']): void {
    const next = profileId === null || state === 'none' ? null : { profileId, state };
    // A window that says the same again and again must not use up what the core takes from a console.
    if (this.own?.profileId === next?.profileId && this.own?.state === next?.state) return;
    if (this.own !== null && this.own.profileId !== next?.profileId) {
      this.tell({ profileId: this.own.profileId, state: 'none' });
    }
    this.own = next;
    this.renew();
  }

  /** Whom this console has open. */
  open(): string | null {
    return this.own?.profileId ?? null;
  }

  /** Also after a reconnect: the core remembers nobody. */
  renew(): void {
    if (this.own !== null) this.tell(this.own);
  }

  heard({ profileId, by, state }: Extract<Notice, { kind: 'presence' }>): void {
    const others = this.of(profileId).filter((one) => one.by !== by);
    if (state !== 'none') others.push({ by, state, at: new Date(this.now()).toISOString() });
    if (others.length === 0) this.others.delete(profileId);
    else this.others.set(profileId, others);
  }

  of(profileId: string): PresenceView[] {
    const oldest = this.now() - LEASE_MS;
    return (this.others.get(profileId) ?? []).filter((one) => Date.parse(one.at) > oldest);
  }

  stop(): void {
    clearInterval(this.timer);
    this.show(null, 'none');
  }
}
