/** Who has which customer open, what rings, and the ephemeral notices of it: at most one a second and profile. */
import type { ContactRow } from '../../domain/contact.ts';
import type { Table } from '../../domain/rows.ts';
import { MINUTE, NOTICE_EVERY } from '../../protocol/limits.ts';
import type { Notice } from '../../protocol/notice.ts';
import type { Folder, LogReader } from '../store/contract.ts';
import type { HeadCache } from './head-cache.ts';
import type { Session } from './session.ts';

/** `to` one console, or to all that have one of the scopes (of the row, where none are named) but `from`. */
type Waiting = {
  notice: Notice;
  table: Table;
  id: string;
  from?: Session;
  to?: Session;
  scopes?: string[];
};

/**
 * What nodes tell each other of who has whom open; it may be missed. `to`: only the console of that client is told, because
 * it has just opened him.
 */
export type PresenceTold = Omit<Extract<Notice, { kind: 'presence' }>, 'kind'> & {
  clientId: string;
  to?: string;
};
export type TellNodes = (told: PresenceTold) => void;

/** How often a customer who stays open renews `opened:{station}`. */
const OPENED_EVERY = 10 * MINUTE;

const scopesOfWork = ({ queue, station }: ContactRow): string[] =>
  station ? [`queue:${queue}`, `station:${station}`] : [`queue:${queue}`];

export class Notices {
  private readonly log: LogReader;
  private readonly folder: Pick<Folder, 'opened'>;
  private readonly cache: HeadCache;
  private readonly tellNodes: TellNodes;
  private readonly sentAt = new Map<string, number>();
  private readonly waiting = new Map<string, Waiting>();
  private readonly openedAt = new Map<string, number>();
  private noticed: number;

  constructor(log: LogReader, folder: Pick<Folder, 'opened'>, cache: HeadCache, tellNodes: TellNodes) {
    this.log = log;
    this.folder = folder;
    this.cache = cache;
    this.tellNodes = tellNodes;
    this.noticed = log.head().seq;
  }

  presence(from: Session, profileId: string, state: 'viewing' | 'editing' | 'none'): void {
    const { subject } = from.viewer;
    const notice: Notice = { kind: 'presence', profileId, by: subject, state };
    this.waiting.set(`${profileId} ${subject}`, { from, notice, table: 'profile', id: profileId });
  }

  /** Whoever opens a customer learns who has him open already. */
  tellOthers(to: Session, profileId: string, sessions: readonly Session[]): void {
    for (const other of sessions) {
      const state = other === to ? undefined : other.presence.get(profileId);
      if (!state) continue;
      const { subject } = other.viewer;
      const notice: Notice = { kind: 'presence', profileId, by: subject, state };
      this.waiting.set(`${profileId} ${subject} ${to.clientId}`, {
        to,
        notice,
        table: 'profile',
        id: profileId,
      });
    }
  }

  /** Another node has said who has whom open; whoever has him open here is said to the console that has just opened him. */
  heard({ clientId, to, ...presence }: PresenceTold, sessions: readonly Session[]): void {
    const { profileId, by, state } = presence;
    const waiting = {
      notice: { kind: 'presence' as const, ...presence },
      table: 'profile' as const,
      id: profileId,
    };
    if (to !== undefined) {
      const session = sessions.find((one) => one.clientId === to && one.phase === 'live');
      if (session) this.waiting.set(`${profileId} ${by} ${to}`, { ...waiting, to: session });
      return;
    }
    this.waiting.set(`${profileId} ${by}`, waiting);
    if (state === 'none') return;
    for (const one of sessions) {
      const here = one.presence.get(profileId);
      if (here)
        this.tellNodes({
          ...{ profileId, by: one.viewer.subject, state: here },
          ...{ clientId: one.clientId, to: clientId },
        });
    }
  }

  /** Contacts that have begun to ring since the last look: to the consoles of the queue or the station. */
  ring(): void {
    const { seq, floor } = this.log.head();
    const from = Math.max(this.noticed, floor);
    this.noticed = seq;
    for (const { table, id } of this.cache.changed(from)) {
      const row = table === 'contact' ? this.log.row(table, id) : undefined;
      const contact = row && (JSON.parse(row.json) as ContactRow);
      if (contact?.state !== 'ringing') continue;
      const notice: Notice = { kind: 'ringing', contactId: id };
      this.waiting.set(`ringing ${id}`, { notice, table: 'contact', id, scopes: scopesOfWork(contact) });
    }
  }

  /** A customer who is open at a station belongs to its scope `opened:{station}` for a day. */
  opened(session: Session, profileId: string, clock: number): void {
    const scope = session.granted.find((one) => one.startsWith('station:'));
    if (!scope) return;
    const key = `${scope} ${profileId}`;
    if (clock - (this.openedAt.get(key) ?? Number.NEGATIVE_INFINITY) < OPENED_EVERY) return;
    this.openedAt.set(key, clock);
    this.folder.opened(profileId, scope.slice('station:'.length));
  }

  get isWaiting(): boolean {
    return this.waiting.size > 0;
  }

  /** Sends what is waiting and was not sent within the last second; the latest state of each wins. */
  flush(sessions: readonly Session[], clock: number): void {
    for (const [key, one] of this.waiting) {
      const limited = `${one.table} ${one.id}`;
      if (clock - (this.sentAt.get(limited) ?? Number.NEGATIVE_INFINITY) < NOTICE_EVERY) continue;
      this.waiting.delete(key);
      this.sentAt.set(limited, clock);
      const { notice, from } = one;
      if (from && notice.kind === 'presence') {
        const { profileId, by, state } = notice;
        this.tellNodes({ profileId, by, state, clientId: from.clientId });
      }
      const scopes = one.scopes ?? this.log.row(one.table, one.id)?.scopes ?? [];
      for (const session of one.to ? [one.to] : sessions) {
        if (session === one.from || session.phase !== 'live') continue;
        if (scopes.some((scope) => session.active.has(scope) && !session.drops.has(scope)))
          session.link.emit('notice', one.notice);
      }
    }
    for (const [key, at] of this.sentAt) if (clock - at >= NOTICE_EVERY) this.sentAt.delete(key);
  }

  /** Forgets what no longer limits anything. */
  forget(clock: number): void {
    for (const [key, at] of this.openedAt) if (clock - at >= OPENED_EVERY) this.openedAt.delete(key);
  }
}
