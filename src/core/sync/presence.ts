/** Who has which customer open, and the ephemeral notices about it: at most one a second and profile. */
import type { Table } from '../../domain/rows.ts';
import { NOTICE_EVERY } from '../../protocol/limits.ts';
import type { Notice } from '../../protocol/notice.ts';
import type { LogReader } from '../store/contract.ts';
import type { Session } from './session.ts';

type Waiting = { from: Session | null; notice: Notice; table: Table; id: string; scopes?: string[] };

export class Notices {
  private readonly log: LogReader;
  private readonly sentAt = new Map<string, number>();
  private readonly waiting = new Map<string, Waiting>();

  constructor(log: LogReader) {
    this.log = log;
  }

  presence(from: Session, profileId: string, state: 'viewing' | 'editing' | 'none'): void {
    const notice: Notice = { kind: 'presence', profileId, by: from.viewer.subject, state };
    this.waiting.set(`${profileId} ${from.viewer.subject}`, {
      from,
      notice,
      table: 'profile',
      id: profileId,
    });
  }

  /** To the consoles of the queue or the station; not to all that happen to hold the customer. */
  ringing(contactId: string, scopes: string[]): void {
    const notice: Notice = { kind: 'ringing', contactId };
    this.waiting.set(`ringing ${contactId}`, { from: null, notice, table: 'contact', id: contactId, scopes });
  }

  /** Sends what is waiting and was not sent within the last second; the latest state of each wins. */
  flush(sessions: Iterable<Session>, clock: number): void {
    for (const [key, one] of this.waiting) {
      const limited = `${one.table} ${one.id}`;
      if (clock - (this.sentAt.get(limited) ?? Number.NEGATIVE_INFINITY) < NOTICE_EVERY) continue;
      this.waiting.delete(key);
      this.sentAt.set(limited, clock);
      const scopes = one.scopes ?? this.log.row(one.table, one.id)?.scopes ?? [];
      for (const session of sessions) {
        if (session === one.from || session.phase !== 'live') continue;
        if (scopes.some((scope) => session.active.has(scope) && !session.drops.has(scope)))
          session.link.emit('notice', one.notice);
      }
    }
    for (const [key, at] of this.sentAt) if (clock - at >= NOTICE_EVERY) this.sentAt.delete(key);
  }
}
