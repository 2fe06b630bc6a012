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
  /** What each window of this console has open. */
  private readonly own = new Map<object, Shown>();
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(tell: (presence: Told) => void, now: () => number) {
    this.tell = tell;
    this.now = now;
    this.timer = setInterval(() => this.renew(), RENEW_MS);
    this.timer.unref();
  }

  /** What a window has open now; null or `none` for nobody. The one it had before is let go, unless another has it. */
  show(window: object, profileId: string | null, state: Told['state']): void {
    const before = this.own.get(window);
    const next = profileId === null || state === 'none' ? null : { profileId, state };
    // A window that says the same again and again must not use up what the core takes from a console.
    if (before?.profileId === next?.profileId && before?.state === next?.state) return;
    if (next === null) this.own.delete(window);
    else this.own.set(window, next);
    for (const changed of new Set([before?.profileId, next?.profileId]))
      if (changed !== undefined) this.tell({ profileId: changed, state: this.stateOf(changed) });
  }

  /** Whom this console has open, in any of its windows. */
  open(): string[] {
    return [...new Set([...this.own.values()].map(({ profileId }) => profileId))];
  }

  /** Also after a reconnect: the core remembers nobody. */
  renew(): void {
    for (const profileId of this.open()) this.tell({ profileId, state: this.stateOf(profileId) });
  }

  /** One who edits in one window edits, whatever another window shows. */
  private stateOf(profileId: string): Told['state'] {
    const states = [...this.own.values()]
      .filter((one) => one.profileId === profileId)
      .map(({ state }) => state);
    return states.includes('editing') ? 'editing' : (states[0] ?? 'none');
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
    for (const window of [...this.own.keys()]) this.show(window, null, 'none');
  }
}
