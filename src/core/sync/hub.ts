/**
 * All consoles of this core: takes what their sockets bring, decides by the rules of wire.md, and sees to it that each
 * gets what it is owed (serving.ts). It knows no socket (session.ts `Link`) and no timer: attach.ts calls `tick`.
 */

import { readBy } from '../../domain/read.ts';
import { ackSchema } from '../../protocol/ack.ts';
import { authSchema } from '../../protocol/auth.ts';
import { CONNECT_CODES } from '../../protocol/codes.ts';
import type { HelloReply } from '../../protocol/hello.ts';
import {
  ACK_TIMEOUT,
  DAY,
  HELLO_TIMEOUT,
  MINUTE,
  SECOND,
  WIPE_RECEIPT_TIMEOUT,
} from '../../protocol/limits.ts';
import { presenceSchema } from '../../protocol/presence.ts';
import type { PushAck } from '../../protocol/push.ts';
import { subSchema } from '../../protocol/sub.ts';
import { wipedSchema } from '../../protocol/wipe.ts';
import { NO_TRACES, type Traces } from '../../telemetry/traces.ts';
import { proverOf } from '../auth/tags.ts';
import type { Viewer } from '../auth/viewer.ts';
import { executePush } from '../commands/execute.ts';
import type { WipeOrder } from '../store/client-contract.ts';
import type { Done, Head } from '../store/contract.ts';
import { Admission } from './admission.ts';
import {
  answerCompare,
  answerFind,
  answerRepair,
  compareRate,
  findRate,
  refusal,
  repairRate,
} from './asks.ts';
import { Connections, type HubDeps } from './connections.ts';
import { lensOf, RowEncoder } from './encode.ts';
import { HeadCache } from './head-cache.ts';
import { foundScopes, type Grants, renewFound, survivingScope } from './hello.ts';
import { Notices, type PresenceTold } from './presence.ts';
import { Routes } from './routes.ts';
import { Serving } from './serving.ts';
import { countAcked, type Link, newSession, type Session } from './session.ts';
import { Sightings } from './sightings.ts';
import type { SnapDeps } from './snapshots.ts';
import { ExecuteTrace } from './traced.ts';
import { begin, greet } from './welcome.ts';

export type { HubDeps };

type Reply = (answer: unknown) => void;

/** Far above what a console draining its outbox needs: a push waits for the answer to the one before. */
const MESSAGES_PER_SECOND = 1_000;
/** A token of a wrong kind is invalid, none at all is missing. */
const tokenIn = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'token' in payload ? payload.token : undefined;

export class SyncHub {
  readonly deps: HubDeps;
  readonly admission: Admission;
  private readonly all: Connections;
  private readonly encoder: RowEncoder;
  private readonly serving: Serving;
  /** That a cursor was given by this core (R5). */
  private readonly proof: SnapDeps['proof'];
  private readonly traces: Traces;
  private readonly notices: Notices;
  private readonly routes: Routes;
  private readonly sightings: Sightings;
  /** The head up to which every console has got what it is owed. */
  private looked: Head;
  private readonly compares = compareRate();
  private readonly finds = findRate();
  private readonly repairs = repairRate();
  private checkedAt = 0;
  private cleanedAt = 0;
  private offset = 0;

  constructor(deps: HubDeps) {
    this.deps = deps;
    this.traces = deps.traces ?? NO_TRACES;
    this.admission = new Admission(deps.clock(), deps.random);
    const { store, clients } = deps;
    this.encoder = new RowEncoder(deps.execute.tag);
    const cache = new HeadCache(store);
    this.looked = store.head();
    this.notices = new Notices(store, deps.folder, cache, (told) => deps.tellNodes?.(told));
    this.routes = new Routes(store, cache);
    this.sightings = new Sightings(clients, deps.now);
    this.all = new Connections(deps, this.notices);
    this.proof = proverOf(deps.proofKey);
    this.serving = new Serving(deps, {
      connections: this.all,
      routes: this.routes,
      cache,
      encoder: this.encoder,
      proof: this.proof,
    });
  }

  get size(): number {
    return this.all.size;
  }

  /** The consoles that are connected here, for the board. */
  consoles(): readonly Session[] {
    return this.all.list().filter(({ phase }) => phase === 'live');
  }

  /** A socket whose token was verified. Everything it brings from now on goes through the methods below. */
  connect(link: Link, viewer: Viewer): Session {
    return this.all.add(newSession(link, viewer, this.deps.clock(), this.routes));
  }

  /** The socket has gone, whoever closed it. */
  disconnected(session: Session): void {
    this.all.retire(session);
  }

  hello(session: Session, payload: unknown, reply: Reply): void {
    if (session.phase !== 'silent') return;
    if (!this.isTokenGood(session)) return;
    const wait = this.admission.ask(this.deps.clock());
    if (wait !== null) {
      reply({ type: 'wait', ms: Math.round(wait) });
      this.all.end(session);
      return;
    }
    session.phase = 'greeting';
    const deps = {
      ...this.deps,
      proof: this.proof,
      isConnected: (clientId: string) => this.all.isConnected(clientId),
    };
    this.deps.store.unit(
      () => greet(deps, session, payload),
      (outcome) => {
        if (session.phase !== 'greeting') return;
        if (outcome.ok) this.answer(session, payload, outcome.value, reply);
        else this.failed(session, 'hello', reply, outcome.error);
      },
    );
  }

  private answer(session: Session, payload: unknown, answer: HelloReply, reply: Reply): void {
    if (answer.type === 'welcome') {
      this.all.replace(session.clientId, session.conn);
      const { seq } = this.deps.store.head();
      begin(session, payload, answer, { seq, clock: this.deps.clock() });
      this.all.greeted(session);
      reply(answer);
      // A new epoch is news to all others.
      if (answer.epoch !== this.looked.epoch) this.committed();
      this.serving.pump(session);
    } else if (answer.type === 'wipe') {
      session.phase = 'wiping';
      session.since = this.deps.clock();
      reply(answer);
    } else {
      reply(answer);
      this.all.end(session);
    }
  }

  push(session: Session, payload: unknown, reply: Reply): void {
    if (!this.isListening(session)) return;
    const { store, clients, folder, now, execute } = this.deps;
    const pusher = {
      viewer: session.viewer,
      found: [...foundScopes(clients, session.clientId, now())].map((scope) => survivingScope(scope, store)),
      clientId: session.clientId,
      generation: session.generation,
    };
    session.pushing++;
    const executed = new ExecuteTrace(this.traces, execute.executed, this.deps.counts);
    store.unit(
      () => {
        const deps = { ...execute, store, clients, folder, now, executed: executed.begin() };
        return executePush(deps, pusher, payload);
      },
      (outcome) => {
        session.pushing--;
        if (outcome.ok) executed.end();
        if (outcome.ok) this.pushed(session, outcome.value, reply);
        else {
          this.deps.report(outcome.error);
          // Not even the bookkeeping could be written: of the commands behind nothing was executed, those before stand.
          const lmid = clients.client(session.clientId)?.lastMid ?? session.lastMid;
          this.pushed(session, { lmid, retryMs: SECOND }, reply);
        }
      },
    );
  }

  private pushed(session: Session, ack: PushAck | null, reply: Reply): void {
    if (session.phase !== 'live') return;
    if (!ack) {
      // A newer hello came, perhaps in the middle: what was executed before it no frame of this connection may tell.
      this.all.isNewest(session);
      return;
    }
    session.lastMid = Math.max(session.lastMid, ack.lmid);
    reply(ack);
    this.serving.pump(session);
  }

  ack(session: Session, payload: unknown): void {
    if (session.phase !== 'live') return;
    const ack = readBy(ackSchema, payload);
    if (!ack.success) return;
    countAcked(session, ack.data.n);
    this.serving.pump(session);
  }

  sub(session: Session, payload: unknown, reply: Reply): void {
    if (!this.isListening(session)) return;
    const sub = readBy(subSchema, payload);
    if (!sub.success) {
      reply(refusal('malformed'));
      return;
    }
    session.wanted = sub.data.wanted;
    this.renewGrants(session, (grants) => {
      reply(grants);
      this.serving.pump(session);
    });
  }

  /** The console has just said what it wants, which renews its grants by find. */
  private renewGrants(session: Session, granted: (grants: Grants) => void): void {
    const { clients, now } = this.deps;
    const found = foundScopes(clients, session.clientId, now());
    const regranted = () => granted(this.serving.grant(session));
    if (!session.wanted.some((scope) => found.has(scope))) regranted();
    else
      this.write(
        session,
        () => renewFound(clients, session, foundScopes(clients, session.clientId, now()), now()),
        regranted,
      );
  }

  /** Writes for a console, and goes on with it when that is durable, if it is still there. */
  private write<T>(session: Session, work: () => T, done: (value: T) => void): void {
    this.deps.store.unit(work, (outcome) => {
      if (!outcome.ok) this.failed(session, '', () => undefined, outcome.error);
      else if (session.phase === 'live') done(outcome.value);
    });
  }

  /** Asynchronous, because a signature is checked; the connection may have gone or been replaced meanwhile. */
  async auth(session: Session, payload: unknown, reply: Reply): Promise<void> {
    if (!this.isListening(session)) return;
    const auth = readBy(authSchema, payload);
    const verified = await this.deps.tokens.verify(auth.success ? auth.data.token : tokenIn(payload));
    if (session.phase !== 'live') return;
    if (!verified.ok) {
      reply({ refused: { code: verified.code, message: CONNECT_CODES[verified.code].message } });
    } else if (verified.viewer.subject !== session.viewer.subject) {
      reply(refusal('subject'));
    } else {
      reply({ until: new Date(verified.viewer.until).toISOString() });
      this.renew(session, verified.viewer);
    }
  }

  private renew(session: Session, viewer: Viewer): void {
    session.viewer = viewer;
    const lens = lensOf(viewer.role);
    if (lens.mask !== session.lens.mask) {
      this.all.reset(session, 'mask');
      return;
    }
    session.lens = lens;
    this.renewGrants(session, () => this.serving.pump(session));
  }

  find(session: Session, payload: unknown, reply: Reply): void {
    if (!this.isListening(session)) return;
    this.write(session, () => answerFind(this.askDeps(), session, this.finds, payload), reply);
  }

  compare(session: Session, payload: unknown, reply: Reply): void {
    if (this.isListening(session)) reply(answerCompare(this.askDeps(), session, this.compares, payload));
  }

  repair(session: Session, payload: unknown, reply: Reply): void {
    if (!this.isListening(session)) return;
    const answered = (answer: unknown) => {
      reply(answer);
      this.serving.pump(session);
    };
    this.write(session, () => answerRepair(this.askDeps(), session, this.repairs, payload), answered);
  }

  presence(session: Session, payload: unknown): void {
    if (!this.isListening(session)) return;
    const presence = readBy(presenceSchema, payload);
    if (!presence.success) return;
    const { state } = presence.data;
    const profileId = this.deps.store.survivor(presence.data.profileId);
    const scopes = this.deps.store.row('profile', profileId)?.scopes ?? [];
    if (!scopes.some((scope) => session.active.has(scope))) return;
    if (state === 'none') session.presence.delete(profileId);
    else session.presence.set(profileId, state);
    this.notices.presence(session, profileId, state);
    if (state !== 'none') this.notices.tellOthers(session, profileId, this.all.list());
    this.notices.flush(this.all.list(), this.deps.clock());
    if (state === 'none') return;
    const opened = () => {
      this.notices.opened(session, profileId, this.deps.clock());
      this.sightings.seen(session.viewer.subject, profileId, this.deps.clock());
    };
    this.deps.store.unit(opened, this.ignore);
  }

  /** What another node has told. */
  heard(told: PresenceTold): void {
    const all = this.all.list();
    this.notices.heard(told, all);
    this.notices.flush(all, this.deps.clock());
  }

  /** The receipt for a wipe that was told in hello's ack. */
  wiped(session: Session, payload: unknown): void {
    if (session.phase !== 'wiping') return;
    const wiped = readBy(wipedSchema, payload);
    if (wiped.success) this.all.receipt(session, wiped.data.id, wiped.data.pending);
  }

  /**
   * Something unexpected was thrown while a message was handled. The console is sent away and comes back to a state
   * that is read anew; nobody else notices.
   */
  failed(session: Session, event: string, reply: Reply, error: unknown): void {
    this.deps.report(error);
    if (event === 'hello' && (session.phase === 'silent' || session.phase === 'greeting')) {
      reply({ type: 'wait', ms: SECOND });
      this.all.end(session);
    } else this.all.bye(session, 'busy', 5 * SECOND);
  }

  /** Counts a message against the connection's own limit; false closes it. */
  admit(session: Session): boolean {
    const clock = this.deps.clock();
    const earned = ((clock - session.budgetAt) / SECOND) * MESSAGES_PER_SECOND;
    session.budget = Math.min(5 * MESSAGES_PER_SECOND, session.budget + earned) - 1;
    session.budgetAt = clock;
    if (session.budget >= 0) return true;
    this.all.bye(session, 'busy', 30 * SECOND);
    return false;
  }

  /** [R9] Several nodes tail one log: what another one has committed is seen here, notified or not. */
  poll(): void {
    const { epoch, seq, floor } = this.deps.store.head();
    const { looked } = this;
    if (seq !== looked.seq || floor !== looked.floor || epoch !== looked.epoch) this.committed();
  }

  /** Something was committed, or the log was cut: whom it concerns gets what it is owed. */
  committed(): void {
    this.notices.ring();
    this.routes.follow();
    const concerned = this.routes.take();
    const { floor, epoch } = this.looked;
    this.looked = this.deps.store.head();
    const all = floor !== this.looked.floor || epoch !== this.looked.epoch;
    for (const session of all ? this.all.list() : concerned) this.serving.pump(session);
    if (this.notices.isWaiting) this.notices.flush(this.all.list(), this.deps.clock());
  }

  /** Once a second: timeouts, heartbeats, ended tokens and grants, what other nodes have said of clients, notices. */
  tick(): void {
    const clock = this.deps.clock();
    const offset = this.deps.now() - clock;
    // Grants by find end by the core's clock, which may have been set.
    if (Math.abs(offset - this.offset) > SECOND) this.checkedAt = Number.NEGATIVE_INFINITY;
    this.offset = offset;
    for (const session of this.all.list()) {
      const isSilent = session.phase === 'silent' || session.phase === 'greeting';
      if (isSilent && clock - session.since > HELLO_TIMEOUT) this.all.end(session);
      else if (session.phase === 'wiping' && clock - session.since > WIPE_RECEIPT_TIMEOUT)
        this.all.end(session);
      else if (session.phase === 'live') this.tickLive(session, clock);
    }
    this.all.tellWipes();
    this.notices.flush(this.all.list(), clock);
    if (clock - this.checkedAt >= MINUTE) this.everyMinute(clock);
  }

  private tickLive(session: Session, clock: number): void {
    const oldest = session.unacked[0];
    if (oldest && clock - oldest.at >= ACK_TIMEOUT) this.all.bye(session, 'busy', 5 * SECOND);
    else if (this.isTokenGood(session) && this.all.isNewest(session)) this.serving.pump(session);
  }

  private everyMinute(clock: number): void {
    this.checkedAt = clock;
    for (const session of this.all.list())
      if (session.phase === 'live') {
        this.serving.grant(session);
        this.serving.pump(session);
      }
    this.compares.forget(clock);
    this.finds.forget(clock);
    this.repairs.forget(clock);
    this.serving.forget(clock);
    this.notices.forget(clock);
    this.sightings.forget(clock);
    if (clock - this.cleanedAt < DAY / 24) return;
    this.cleanedAt = clock;
    for (const session of this.all.list()) if (session.phase === 'live') this.all.remember(session);
    const { store, clients, now, report } = this.deps;
    store.unit(
      () => clients.prune(now()),
      (outcome) => {
        if (!outcome.ok) report(outcome.error);
      },
    );
  }

  /** Ends a subject's tokens and connections; what the consoles hold is dropped in a last frame. */
  revoke(subject: string, done: Done<void> = this.ignore): void {
    this.deps.store.unit(
      () => this.deps.tokens.revoke(subject),
      (outcome) => {
        for (const session of this.all.list())
          if (outcome.ok && session.viewer.subject === subject) this.revoked(session);
        done(outcome);
      },
    );
  }

  private readonly ignore: Done<unknown> = (outcome) => {
    if (!outcome.ok) this.deps.report(outcome.error);
  };

  private revoked(session: Session): void {
    this.serving.takeBack(session);
    this.all.bye(session, 'station_revoked', 0);
  }

  /** Orders a wipe of all consoles of a subject; those that are not connected are told at their next hello. */
  wipe(subject: string, mode: WipeOrder['mode'], done: Done<void> = this.ignore): string {
    return this.all.wipe(subject, mode, done);
  }

  /** Consoles that are connected owe a receipt for something that was ordered elsewhere. */
  tellWipes(): void {
    this.all.tellWipes();
  }

  /** Tells every console when to come back, and closes; `done` when it is written that they were here. */
  shutdown(done: Done<void> = this.ignore): void {
    this.all.shutdown(done);
  }

  private isListening(session: Session): boolean {
    return session.phase === 'live' && this.isTokenGood(session) && this.all.isNewest(session);
  }

  /** Ends the connection whose token has ended or was revoked. */
  private isTokenGood(session: Session): boolean {
    if (this.deps.tokens.isRevoked(session.viewer)) this.revoked(session);
    else if (session.viewer.until <= this.deps.now()) this.all.bye(session, 'token_expired', 0);
    else return true;
    return false;
  }

  private askDeps() {
    const { clients, folder, now, clock, store } = this.deps;
    return { log: store, clients, folder, encoder: this.encoder, now, clock };
  }
}
