/**
 * The replica put together: files, sync, search, decisions and the answers to windows. Runs in Electron's utility
 * process (entry.ts) and, for tests, in plain Node.
 */
import { ulid } from 'ulidx';
import { PortFailure } from '../bridge/errors.ts';
import type { PortLike } from '../bridge/port.ts';
import { serve } from '../bridge/serve.ts';
import type { PresenceView } from '../bridge/views.ts';
import type { Wipe } from '../protocol/wipe.ts';
import type { ReplicaConfig } from './config.ts';
import { BundleHolder } from './decide/suggest.ts';
import { Suggestions } from './decide/suggestions.ts';
import { Desk } from './desk.ts';
import { Files, type Keys } from './files.ts';
import { Indexer } from './indexer.ts';
import { News, topicsOf } from './news.ts';
import type { Entry, Outbox } from './outbox/model.ts';
import { overlayEntries } from './overlay.ts';
import type { ReplicaParts } from './parts.ts';
import { handlers } from './serve.ts';
import { isDamage, isFull } from './store/open.ts';
import { Latency } from './sync/latency.ts';
import { Runner } from './sync/runner.ts';
import type { ReplicaChange, TimerName } from './sync/session.ts';
import { SocketLink } from './sync/socket.ts';
import { type OnScreen, onScreen } from './views/customer.ts';
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
  /** Told when nothing can be saved any more. */
  onFailed?: (code: string) => void;
};

export type RunningReplica = {
  /** Answers one window until its port closes; other windows and sync do not notice. */
  serve: (port: PortLike) => { close(): void };
  token: (token: string) => void;
  stop: () => Promise<void>;
  /** The version of SQLite, for diagnostics. */
  sqlite: string;
  parts: ReplicaParts;
};

/** @throws SqliteError where the outbox is held by another process or the disk fails; a damaged file is mended */
export function startReplica(config: ReplicaConfig, deps: ReplicaDeps = {}): RunningReplica {
  const now = deps.now ?? Date.now;
  const random = deps.random ?? Math.random;
  const log = deps.log ?? (() => undefined);
  const newId = (): string => ulid();
  const files = new Files(config, newId);
  for (const code of files.mended) log(code);
  const news = new News((error) => readFailed(error));
  const latency = new Latency();
  const bundle = new BundleHolder();
  const presence = new Map<string, PresenceView[]>();
  const timers = new NodeTimers((name) => runner.dispatch({ type: 'timer', name }));
  const link = new SocketLink(config.coreUrl, {
    input: (input) => {
      const arrived = performance.now();
      runner.dispatch(input);
      if (input.type === 'frame' && input.body.to !== undefined) latency.frame(performance.now() - arrived);
      if (input.type === 'connected') latency.reset();
    },
    notice: (notice) => noticed(presence, news, notice, now()),
    roundTrip: (ms) => latency.roundTrip(ms),
  });
  const outbox = (): Outbox => files.outbox.load();
  let lastOutbox = outbox();
  const held = (entry: Entry): boolean => files.replica.store.isStale('profile', entry.profileId);
  const indexer = new Indexer(
    () => files.replica.index,
    now,
    () => news.tell('work'),
  );
  const onRows = (change: ReplicaChange): void => {
    if (change.kind === 'delete-rows' || (change.kind === 'reset' && change.change.deleteRows))
      bundle.forget();
    news.tell(...topicsOf(change));
    if (change.kind !== 'lease') indexer.wake(change.kind === 'stage');
  };
  const runner = new Runner({
    replica: () => files.replica.store,
    outbox: () => files.outbox,
    link,
    timers,
    now,
    random,
    newId,
    onRows,
    onChange: () => {
      const now = outbox();
      news.tell('status', ...(now === lastOutbox ? [] : (['outbox'] as const)));
      lastOutbox = now;
    },
    onReport: log,
    onNeedToken: deps.onNeedToken ?? (() => undefined),
    onWipe: async (wipe) => {
      if (deps.destroyKeys === undefined) throw new Error('keys cannot be destroyed here');
      const keys = await deps.destroyKeys(wipe.mode);
      await files.wipe(wipe.mode, keys);
      bundle.forget();
      news.tell('customers', 'work', 'bundle', 'status', 'outbox');
    },
    onStoreFailure: (error, which) => storeFailed(error, which),
  });

  function storeFailed(error: unknown, which: 'replica' | 'outbox'): boolean {
    const code = isDamage(error) ? 'damaged' : isFull(error) ? 'disk_full' : 'failed';
    log(`${which}_${code}`);
    if (code === 'damaged' && which === 'replica') {
      rebuilding ??= files
        .rebuildReplica()
        .then(() => log('replica_rebuilt'))
        .catch(() => deps.onFailed?.('replica_failed'))
        .finally(() => {
          rebuilding = null;
          runner.dispatch({ type: 'timer', name: 'connect' });
        });
      return false;
    }
    if (which === 'outbox' && code === 'damaged') deps.onFailed?.('outbox_damaged');
    return false;
  }
  let rebuilding: Promise<void> | null = null;
  let stopping = false;
  const windows = new Set<{ close(): void }>();

  /** A read found what sync has not come across yet. */
  function readFailed(error: unknown): void {
    if (stopping || rebuilding !== null) return;
    log(`read failed: ${codeOf(error)}`);
    if (isDamage(error)) runner.failed(error, 'replica');
  }

  const entries = (): Entry[] =>
    overlayEntries(outbox(), files.replica.store.seen(outbox().me.clientId) ?? 0);
  const shown = (profileId: string): OnScreen | null => onScreen(files.replica.reader, profileId, entries());
  const suggestions = new Suggestions();
  const desk = new Desk({
    config,
    now,
    newId,
    outbox,
    keep: (next) => keep(runner, news, outbox(), next),
    shown,
    decision: (id) => suggestions.find(id),
    language: () => suggestions.language,
  });
  const wanted = new Wanted(
    config.wanted,
    (scopes) => runner.dispatch({ type: 'want', wanted: scopes }),
    now,
  );
  const parts: ReplicaParts = {
    config,
    files,
    indexer,
    news,
    runner,
    link,
    latency,
    bundle,
    desk,
    suggestions,
    wanted,
    presence,
    now,
    shown,
    held,
    outbox,
  };
  runner.dispatch({ type: 'start', token: config.token, wanted: wanted.scopes() });
  indexer.wake(false);
  return {
    parts,
    sqlite: files.replica.store.sqliteVersion(),
    serve: (port) =>
      serve(port, handlers(parts), (name, error) => log(`defect in ${name}: ${codeOf(error)}`)),
    token: (token) => runner.dispatch({ type: 'token', token }),
    async stop() {
      stopping = true;
      runner.dispatch({ type: 'stop' });
      for (const window of windows) window.close();
      news.stop();
      timers.stopAll();
      indexer.stop();
      await rebuilding;
      await files.close();
    },
  };
}

/** An operator's change; a disk that cannot take it is said to the operator, and nothing has changed. */
function keep(runner: Runner, news: News, before: Outbox, next: Outbox): void {
  try {
    runner.change(next);
  } catch (error) {
    if (isFull(error)) throw new PortFailure('disk_full');
    throw error;
  }
  const touched = [...before.pending, ...next.pending].map((entry) => entry.profileId);
  news.tell('outbox', 'status', ...[...new Set(touched)].map((id) => `customer/${id}` as const));
}

type Noticed = Parameters<ConstructorParameters<typeof SocketLink>[1]['notice']>[0];

/** Presence is a lease: a colleague who says nothing more for two minutes has left. */
const PRESENCE_LEASE = 120_000;

function noticed(presence: Map<string, PresenceView[]>, news: News, notice: Noticed, now: number): void {
  if (notice.kind === 'ringing') return news.tell('work');
  const { profileId, by, state } = notice;
  const others = (presence.get(profileId) ?? []).filter(
    (one) => one.by !== by && now - Date.parse(one.at) < PRESENCE_LEASE,
  );
  if (state !== 'none') others.push({ by, state, at: new Date(now).toISOString() });
  if (others.length === 0) presence.delete(profileId);
  else presence.set(profileId, others);
  news.tell(`customer/${profileId}`);
}

/** Names of errors only: a message may hold what an operator typed. */
const codeOf = (error: unknown): string =>
  error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}`.trim() : typeof error;

class NodeTimers {
  private readonly timers = new Map<TimerName, ReturnType<typeof setTimeout>>();
  private readonly due: (name: TimerName) => void;

  constructor(due: (name: TimerName) => void) {
    this.due = due;
  }

  set(name: TimerName, ms: number | null): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
    if (ms === null) return;
    const timer = setTimeout(() => {
      this.timers.delete(name);
      this.due(name);
    }, ms);
    this.timers.set(name, timer);
  }

  stopAll(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
