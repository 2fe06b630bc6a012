/** The replica put together: files, sync, search index, decisions, presence, and who has to be told. */
import { ulid } from 'ulidx';
import { PortFailure } from '../bridge/errors.ts';
import type { Notice } from '../bridge/reports.ts';
import type { Notice as CoreNotice } from '../protocol/notice.ts';
import type { Wipe } from '../protocol/wipe.ts';
import { clockNow, NO_TRACES, type Traces } from '../telemetry/traces.ts';
import { Accountant } from './accountant.ts';
import { Away } from './away.ts';
import { type ReplicaConfig, subjectOf } from './config.ts';
import { Connections } from './connections.ts';
import { BundleHolder } from './decide/suggest.ts';
import { Suggestions } from './decide/suggestions.ts';
import { Desk } from './desk.ts';
import { type Doors, doorsOf } from './doors.ts';
import { Files, type Keys } from './files.ts';
import { Moments } from './moments.ts';
import { News, topicsOf, topicsOfOutbox } from './news.ts';
import type { Entry, Outbox } from './outbox/model.ts';
import { overlayEntries, seenBy } from './overlay.ts';
import { Presence } from './presence.ts';
import { SleepWatch } from './sleepWatch.ts';
import { isDamage, isFull } from './store/open.ts';
import { Supervise } from './supervise.ts';
import { Latency } from './sync/latency.ts';
import { NodeTimers } from './sync/nodeTimers.ts';
import { Runner } from './sync/runner.ts';
import type { Input, ReplicaChange } from './sync/session.ts';
import { SocketLink } from './sync/socket.ts';
import { type OnScreen, onScreen } from './views/customer.ts';
import { urgencyOf } from './views/headline.ts';
import { connectionState, unsentIn } from './views/status.ts';
import { workView } from './views/work.ts';
import { Wanted } from './wanted.ts';

export type ReplicaDeps = {
  now?: () => number;
  random?: () => number;
  /** The core refused the token or it is about to end. */
  onNeedToken?: () => void;
  /** One line for the log: codes and counts, never customer data (S27). */
  log?: (line: string) => void;
  /** Destroys the keys that the files are under and gives new ones. Rejects where they could not be destroyed. */
  destroyKeys?: (mode: Wipe['mode']) => Promise<Keys>;
  /** The core has taken this console's access away. */
  onRevoked?: () => void;
  /** So many actions wait to be sent; at the start and whenever it is another number. */
  onUnsent?: (count: number) => void;
  /** Who is told of the way of events and commands through this process; closed by whoever opened it. */
  traces?: Traces;
  /** Told when nothing can be saved any more. */
  onFailed?: (code: string) => void;
};

export class Replica {
  readonly config: ReplicaConfig;
  /** Whom the core knows this console's commands by. */
  readonly subject: string;
  readonly files: Files;
  readonly news = new News((error) => this.readFailed(error));
  readonly latency = new Latency();
  readonly bundle: BundleHolder;
  readonly suggestions = new Suggestions();
  readonly moments: Moments;
  readonly accountant = new Accountant((rows) => this.sumSlice(rows));
  readonly link: SocketLink;
  readonly runner: Runner;
  readonly presence: Presence;
  readonly wanted: Wanted;
  readonly desk: Desk;
  readonly away: Away;
  /** What is asked of the core and kept nowhere. */
  readonly doors: Doors;
  readonly supervise: Supervise;
  readonly connections: Connections;
  readonly now: () => number;
  readonly log: (line: string) => void;
  private readonly deps: ReplicaDeps;
  private readonly timers = new NodeTimers((name) => this.runner.dispatch({ type: 'timer', name }));
  private readonly sleep = new SleepWatch(
    () => this.now(),
    (since) => this.runner.dispatch({ type: 'woke', since }),
  );
  private lastOutbox: Outbox;
  private rebuilding: Promise<void> | null = null;
  private stopping = false;
  private tidying = false;
  private wasRevoked = false;
  private toldUnsent: number | null = null;
  /** The last write found no room. */
  private full = false;

  /** @throws SqliteError where the outbox is held by another process or the disk fails; a damaged file is mended */
  constructor(config: ReplicaConfig, deps: ReplicaDeps) {
    this.config = config;
    this.subject = subjectOf(config);
    this.deps = deps;
    this.moments = new Moments(deps.traces ?? NO_TRACES);
    this.now = deps.now ?? Date.now;
    this.log = deps.log ?? (() => undefined);
    const newId = (): string => ulid();
    this.files = new Files(config, newId, (profile) => urgencyOf(profile, this.now()));
    this.bundle = new BundleHolder(this.files.trust);
    for (const code of this.files.mended) this.log(code);
    this.lastOutbox = this.outbox();
    this.link = new SocketLink(config.coreUrl, {
      input: (input) => this.hear(input),
      notice: (notice) => this.noticed(notice),
      roundTrip: (ms) => this.latency.roundTrip(ms),
      pushed: (ids, from) => this.moments.pushed(ids, from),
    });
    this.presence = new Presence((told) => this.link.presence(told), this.now);
    this.runner = this.newRunner(newId);
    this.wanted = new Wanted(
      config.wanted,
      this.files.replica.store.meta().active,
      (wanted) => this.runner.dispatch({ type: 'want', wanted }),
      this.now,
    );
    this.desk = new Desk({
      config,
      now: this.now,
      newId,
      outbox: () => this.outbox(),
      keep: (next) => this.keep(next),
      shown: (profileId) => this.shown(profileId),
      decision: (id) => this.suggestions.find(id),
      language: () => this.suggestions.language,
    });
    this.doors = doorsOf(config.coreUrl, () => this.runner.session.token);
    this.connections = new Connections(config.role, this.doors);
    this.supervise = new Supervise({
      role: config.role,
      doors: this.doors,
      now: this.now,
    });
    this.away = new Away({
      row: (id) => this.files.replica.reader.profile(id)?.row ?? null,
      isStale: (id) => this.files.replica.store.isStale('profile', id),
      watched: () => this.watched(),
      now: this.now,
      later: (run, ms) => {
        const timer = setTimeout(() => this.news.attempt(run), ms);
        return () => clearTimeout(timer);
      },
      onNews: () => this.news.tell('away'),
    });
  }

  start(): void {
    const heard = this.files.replica.store.lease()?.heard;
    this.sleep.start();
    // Before anything is read: a damaged page that a read meets ends a session, which must have begun.
    this.runner.dispatch({ type: 'start', token: this.config.token, wanted: this.wanted.scopes() });
    if (heard !== undefined) this.news.attempt(() => this.away.begin(heard, 'closed'));
    this.tidy();
    this.accountant.wake(false);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.sleep.stop();
    this.away.stop();
    this.presence.stop();
    this.supervise.stop();
    this.runner.dispatch({ type: 'stop' });
    this.news.stop();
    this.timers.stopAll();
    this.accountant.stop();
    await this.rebuilding;
    await this.files.close();
  }

  outbox(): Outbox {
    return this.files.outbox.load();
  }

  /** Null for somebody who is not in this replica. */
  shown(profileId: string): OnScreen | null {
    const outbox = this.outbox();
    const { store, reader } = this.files.replica;
    const seen = { seen: seenBy(outbox, store), staleSeen: store.staleSeen(outbox.me.clientId) };
    return onScreen(reader, profileId, outbox, this.subject, seen);
  }

  /** The entry's customer has a gap that is still open. */
  held(entry: Entry): boolean {
    return this.files.replica.store.isStale('profile', entry.profileId);
  }

  /** A read found what sync has not come across yet. */
  readFailed(error: unknown): void {
    if (this.stopping || this.rebuilding !== null) return;
    this.log(`read failed: ${nameOf(error)}`);
    if (isDamage(error)) this.runner.failed(error, 'replica');
  }

  private newRunner(newId: () => string): Runner {
    return new Runner({
      replica: () => this.files.replica.store,
      outbox: () => this.files.outbox,
      link: this.link,
      timers: this.timers,
      now: this.now,
      random: this.deps.random ?? Math.random,
      newId,
      onRows: (change) => this.rowsChanged(change),
      onChange: () => this.stepped(),
      onReport: (code) => this.log(code),
      onNeedToken: () => this.deps.onNeedToken?.(),
      onWipe: (wipe) => this.wipe(wipe),
      lost: (wipe) => this.files.lostWith(wipe.id),
      onWiped: (wipe) => this.files.wiped(wipe),
      onStoreFailure: (error, which) => this.storeFailed(error, which),
    });
  }

  private hear(input: Input): void {
    const arrived = clockNow();
    this.runner.dispatch(input);
    if (input.type === 'frame' && input.body.to !== undefined) {
      this.latency.frame(clockNow() - arrived);
      this.moments.committed(input.head, input.body, arrived);
    }
    if (input.type === 'connected') this.latency.reset();
    if (input.type === 'hello-reply') this.presence.renew();
  }

  private noticed(notice: CoreNotice): void {
    if (notice.kind === 'ringing') return this.news.tell('work');
    this.presence.heard(notice);
    this.news.tell(`customer/${notice.profileId}`);
  }

  private rowsChanged(change: ReplicaChange): void {
    const gone = change.kind === 'delete-rows' || (change.kind === 'reset' && change.change.deleteRows);
    if (gone) {
      this.bundle.forget();
      this.away.forget();
    }
    this.news.tell(...topicsOf(change));
    // Where nothing is staged nothing is written, which says nothing of the disk.
    if (change.kind !== 'discard-stages') this.roomLeft(true);
    if (change.kind !== 'stage' && change.kind !== 'frame' && change.kind !== 'lease') this.tidy();
    if (change.kind !== 'lease') this.accountant.wake(change.kind === 'stage');
    if (gone || change.kind === 'resume' || (change.kind === 'frame' && change.change.drop.length > 0))
      this.files.replica.checkpoints?.clear();
  }

  private sumSlice(rows: number): boolean {
    if (this.stopping || this.rebuilding !== null) return false;
    try {
      return this.files.replica.store.sumSlice(rows);
    } catch (error) {
      this.readFailed(error);
      return false;
    }
  }

  /** One piece a turn, so that frames and windows need not wait for all of them. */
  private tidy(): void {
    if (this.tidying) return;
    this.tidying = true;
    setImmediate(() => {
      this.tidying = false;
      if (this.stopping || this.rebuilding !== null) return;
      this.news.attempt(() => {
        const done = this.files.replica.store.tidy();
        this.files.checkpoint();
        if (done === 'more') this.tidy();
        else if (done === 'done') this.news.tell('work');
      });
    });
  }

  private stepped(): void {
    const outbox = this.outbox();
    this.news.tell('status', ...topicsOfOutbox(this.lastOutbox, outbox));
    this.lastOutbox = outbox;
    this.tellUnsent(outbox);
    const isRevoked = this.runner.session.refused === 'revoked';
    if (isRevoked && !this.wasRevoked) this.deps.onRevoked?.();
    this.wasRevoked = isRevoked;
    if (this.runner.session.phase === 'live') this.files.welcomed();
    const { mended, replica } = this.files;
    const caughtUp = connectionState(this.runner.session, replica.store.meta()) === 'live';
    // Fetched again; what was saved of an outbox stays said, because nobody knows what was lost.
    if (caughtUp) mended.delete('replica_rebuilt');
    this.news.attempt(() => this.away.follow(this.runner.session, caughtUp, outbox));
  }

  private tellUnsent(outbox: Outbox): void {
    const count = unsentIn(outbox);
    if (count === this.toldUnsent) return;
    this.toldUnsent = count;
    this.deps.onUnsent?.(count);
  }

  /** What this operator asked for and the rows may not show yet. */
  pendingEntries(): Entry[] {
    const outbox = this.outbox();
    return overlayEntries(outbox, seenBy(outbox, this.files.replica.store));
  }

  /** Customers of the work list and whoever is open. */
  private watched(): string[] {
    const { reader, index } = this.files.replica;
    const { items } = workView({
      reader,
      index,
      station: this.config.station,
      now: this.now(),
      subject: this.subject,
      entries: this.pendingEntries(),
      find: () => [],
    });
    return [...new Set([...this.presence.open(), ...items.flatMap((item) => item.profileId ?? [])])];
  }

  /** What a person has to know about the files on this machine. */
  notices(): Notice[] {
    return [...this.files.mended, ...(this.full ? (['disk_full'] as const) : [])];
  }

  /** An operator's change; a disk that cannot take it is said to the operator, and nothing has changed. */
  private keep(next: Outbox): void {
    const before = this.outbox();
    try {
      this.runner.change(next);
    } catch (error) {
      if (isDamage(error)) this.runner.failed(error, 'outbox');
      if (!isFull(error)) throw error;
      this.roomLeft(false);
      throw new PortFailure('disk_full');
    }
    this.roomLeft(true);
    this.news.tell('status', ...topicsOfOutbox(before, next));
    if (before.pending === next.pending) return;
    const known = new Set(before.pending);
    const kept = new Set(next.pending);
    const touched = [
      ...before.pending.filter((entry) => !kept.has(entry)),
      ...next.pending.filter((entry) => !known.has(entry)),
    ];
    this.news.tell(...touched.map((entry) => `customer/${entry.profileId}` as const));
  }

  /** The disk takes nothing more, or takes it again. */
  private roomLeft(room: boolean): void {
    if (room !== this.full) return;
    this.full = !room;
    this.news.tell('status');
  }

  private async wipe(wipe: Wipe): Promise<void> {
    if (this.deps.destroyKeys === undefined) throw new Error('keys cannot be destroyed here');
    const { mode, profiles } = wipe;
    if (mode === 'all' || profiles !== undefined) this.files.noteWipe(wipe);
    const keys = await this.deps.destroyKeys(mode);
    if (profiles === undefined) {
      await this.files.wipe(mode, keys);
      this.bundle.forget();
    } else {
      await this.files.erase(profiles, keys.replica);
      this.away.forgetCustomers(profiles);
      this.suggestions.forgetCustomers(profiles);
      this.accountant.wake(false);
    }
    this.lastOutbox = this.outbox();
    this.news.tell('customers', 'work', 'away', 'bundle', 'status', 'outbox');
  }

  /** A damaged replica is fetched again; with a damaged outbox nothing can be promised any more. */
  private storeFailed(error: unknown, which: 'replica' | 'outbox'): boolean {
    const code = isDamage(error) ? 'damaged' : isFull(error) ? 'disk_full' : 'failed';
    this.log(`${which}_${code}`);
    if (code === 'disk_full') this.roomLeft(false);
    if (code !== 'damaged') return false;
    if (which === 'outbox') this.deps.onFailed?.('outbox_damaged');
    else this.rebuilding ??= this.rebuild();
    return false;
  }

  private async rebuild(): Promise<void> {
    try {
      await this.files.rebuildReplica();
      this.bundle.forget();
    } catch {
      this.deps.onFailed?.('replica_failed');
    } finally {
      this.rebuilding = null;
    }
    this.news.tell('customers', 'work', 'bundle', 'status');
    this.tidy();
    this.runner.dispatch({ type: 'timer', name: 'connect' });
  }
}

/** Names of errors only: a message may hold what an operator typed. */
export const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}`.trim() : typeof error;
