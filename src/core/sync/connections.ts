/** The connections that there are, and the ways in which one ends. */

import { readBy } from '../../domain/read.ts';
import type { ByeReason, ResetReason } from '../../protocol/codes.ts';
import { SECOND, WIPE_RECEIPT_TIMEOUT } from '../../protocol/limits.ts';
import type { Versions } from '../../protocol/version.ts';
import { wipeAckSchema } from '../../protocol/wipe.ts';
import type { Traces } from '../../telemetry/traces.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { ExecuteDeps } from '../commands/execute.ts';
import type { ClientStore, WipeOrder } from '../store/client-contract.ts';
import type { CoreStore, Done, Folder } from '../store/contract.ts';
import type { Notices, TellNodes } from './presence.ts';
import { type Session, setActive } from './session.ts';

export type HubDeps = {
  store: CoreStore;
  clients: ClientStore;
  folder: Folder;
  tokens: Tokens;
  execute: Omit<ExecuteDeps, 'store' | 'clients' | 'folder' | 'now'>;
  /** The key of proofs, part of the stored history. */
  proofKey: Uint8Array;
  /** The core's clock, ms. */
  now(): number;
  /** The clock of sockets and timeouts, ms. */
  clock(): number;
  /** What this core serves, unless it is what the code says. */
  versions?: Versions;
  /** Uniform in [0, 1). */
  random(): number;
  newId(): string;
  /** Where nodes share the store. */
  tellNodes?: TellNodes;
  /** Told of every unexpected error; the console concerned is sent away. */
  report(error: unknown): void;
  /** Who is told of the way of events and commands. */
  traces?: Traces;
  /** Told of each command that was executed and of each frame that was sent. */
  counts?: {
    /** @param at when it was enqueued, by the console's clock */
    command(status: string, at: number | null): void;
    frame(): void;
  };
};

/** Consoles come back at this rate after a shutdown or a cut, so that they do not all ask at once. */
const RETURNS_PER_SECOND = 100;

const isGreeted = ({ phase }: Session): boolean => phase === 'live' || phase === 'wiping';

export class Connections {
  private readonly deps: HubDeps;
  private readonly notices: Notices;
  private readonly sessions = new Set<Session>();
  private readonly byClient = new Map<string, Session>();

  constructor(deps: HubDeps, notices: Notices) {
    this.deps = deps;
    this.notices = notices;
  }

  get size(): number {
    return this.sessions.size;
  }

  /** A copy: whoever walks over it may end connections. */
  list(): Session[] {
    return [...this.sessions];
  }

  add(session: Session): Session {
    this.sessions.add(session);
    return session;
  }

  /** The hello of a client was answered with `welcome`: this is its connection now. */
  greeted(session: Session): void {
    this.byClient.set(session.clientId, session);
  }

  isConnected(clientId: string): boolean {
    return this.byClient.has(clientId);
  }

  /** The newest hello of a client wins (R1). @param by the conn that replaces */
  replace(clientId: string, by: string): void {
    const older = this.byClient.get(clientId);
    if (older) this.bye(older, 'replaced', SECOND, by);
  }

  /** Whether no newer hello of this client has come, also at another node (R1); where one has, the connection ends. */
  isNewest(session: Session): boolean {
    const client = this.deps.clients.client(session.clientId);
    if (client?.generation === session.generation) return true;
    this.bye(session, 'replaced', SECOND, client?.conn);
    return false;
  }

  /** Who was connected until now is not forgotten for 30 days, at no node. A store that takes no more ends nothing. */
  remember(...sessions: Session[]): void {
    this.write(sessions, (outcome) => {
      if (!outcome.ok) this.deps.report(outcome.error);
    });
  }

  private write(sessions: readonly Session[], done: Done<void>): void {
    const { store, clients, now } = this.deps;
    const work = () => {
      for (const { clientId } of sessions) {
        const client = clients.client(clientId);
        if (client) clients.putClient({ ...client, seen: now() });
      }
    };
    store.unit(() => store.transaction(work, 'relaxed'), done);
  }

  /** Orders a wipe of all consoles of a subject; those that are not connected are told at their next hello. */
  wipe(subject: string, mode: WipeOrder['mode'], done: Done<void>): string {
    const { store, clients, newId, now } = this.deps;
    const order = { id: newId(), mode };
    const write = () => {
      for (const { clientId } of clients.clientsOf(subject)) clients.addWipe(order, clientId, subject, now());
    };
    store.unit(write, (outcome) => {
      if (outcome.ok) this.tellWipes();
      done(outcome);
    });
    return order.id;
  }

  /** Tells the consoles that are connected here of wipes that this or another node has ordered. */
  tellWipes(): void {
    for (const clientId of this.deps.clients.clientsToWipe()) {
      const session = this.byClient.get(clientId);
      const order = session?.phase === 'live' ? this.deps.clients.openWipe(clientId) : undefined;
      if (session && order) this.tellWipe(session, order);
    }
  }

  private tellWipe(session: Session, order: WipeOrder): void {
    session.phase = 'wiping';
    session.since = this.deps.clock();
    session.link.ask('wipe', order, WIPE_RECEIPT_TIMEOUT, (answer) => {
      const done = readBy(wipeAckSchema, answer);
      if (done.success) this.receipt(session, done.data.id, done.data.pending);
      else this.end(session);
    });
  }

  /** The console has destroyed its keys; entries that were lost with them are an alarm. */
  receipt(session: Session, id: string, pending: number): void {
    const { store, clients, now, report } = this.deps;
    const detail = `${session.clientId} lost ${pending} entries with wipe ${id}`;
    store.unit(
      () => {
        const isClosed = clients.closeWipe(id, session.clientId, pending, now());
        if (isClosed && pending > 0) clients.addAlarm('wiped_pending', detail, now());
      },
      (outcome) => {
        if (!outcome.ok) report(outcome.error);
        this.end(session);
      },
    );
  }

  /** Tells every console when to come back, and closes; `done` when their last sight is written, in one transaction. */
  shutdown(done: Done<void>): void {
    const all = this.list();
    const greeted = all.filter(isGreeted);
    for (const session of all) {
      session.link.emit('bye', { retryInMs: Math.round(this.spread()), reason: 'shutdown' });
      this.forget(session);
      session.link.close();
    }
    this.write(greeted, done);
  }

  reset(session: Session, reason: ResetReason): void {
    if (session.phase === 'live') session.link.emit('reset', { reason });
    this.end(session);
  }

  bye(session: Session, reason: ByeReason, retryInMs: number, by?: string): void {
    if (session.phase === 'closed') return;
    const replacedBy = by === undefined ? {} : { by };
    session.link.emit('bye', { retryInMs: Math.round(retryInMs), reason, ...replacedBy });
    this.end(session);
  }

  end(session: Session): void {
    if (session.phase === 'closed') return;
    this.retire(session);
    session.link.close();
  }

  /** Forgets a connection that has gone, whoever closed it, and remembers when its client was last here. */
  retire(session: Session): void {
    const greeted = isGreeted(session);
    if (this.forget(session) && greeted) this.remember(session);
  }

  /** False if it was forgotten before. */
  private forget(session: Session): boolean {
    if (!this.sessions.delete(session)) return false;
    session.phase = 'closed';
    setActive(session, new Set());
    if (this.byClient.get(session.clientId) === session) this.byClient.delete(session.clientId);
    for (const profileId of session.presence.keys()) this.notices.presence(session, profileId, 'none');
    return true;
  }

  /** Random over a window of consoles / rate. */
  spread(): number {
    return this.deps.random() * Math.max(SECOND, (this.sessions.size / RETURNS_PER_SECOND) * SECOND);
  }
}
