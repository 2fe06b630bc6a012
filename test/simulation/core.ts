/** The core of a simulated history: the production store, execution and hub over a database in memory that can die. */
import Database from 'better-sqlite3';
import { taggerOf } from '../../src/core/auth/tags.ts';
import type { Tokens } from '../../src/core/auth/tokens.ts';
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { PlannedFailures, TransientFailure } from '../../src/core/commands/failures.ts';
import type { ClientStore } from '../../src/core/store/client-contract.ts';
import { SqliteClients } from '../../src/core/store/clients.ts';
import type {
  CommandEffect,
  CommandResult,
  CoreStore,
  LogWriter,
  RowChange,
} from '../../src/core/store/contract.ts';
import { migrate } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { SyncHub } from '../../src/core/sync/hub.ts';
import { contentHash } from '../../src/domain/canonical.ts';
import type { Json } from '../../src/domain/json.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { AIRLINE_COMMANDS } from '../../src/packs/airline/commands.ts';
import { Broken } from './broken.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export const KEY = new Uint8Array(32).fill(3);

/** The core's process has died: nothing that it still does reaches its disk or a wire. */
class CoreDied extends Error {}

/** What a command does to its executor, beyond its effect; counted down. */
export type Trouble = { transient: number; throws: number; kills: number; passing?: boolean };

export type CoreParts = {
  scheduler: Scheduler;
  random: Random;
  history: History;
  /** By command id. */
  troubles: Map<string, Trouble>;
  /** What each strict command saw: id to fact and hash. */
  bases: Map<string, Map<string, string | null>>;
  viewerOf(token: unknown): Viewer | undefined;
  newId(): string;
  /** The process has died by itself, in the middle of something. */
  onDeath(): void;
  fail(error: unknown): void;
};

/** The rim ticks once a second; here less often, because a history has many quiet minutes. */
const TICK = 4_000;

/** Bookkeeping that is durable by itself when it is written outside of a transaction. */
const WRITES: ReadonlySet<string> = new Set(['setAttempts', 'putClient', 'addWipe', 'closeWipe', 'putGrant']);

/** One process of the core, from its start to its end. */
export class CoreRun {
  readonly store: SimLog;
  readonly clients: ClientStore;
  readonly hub: SyncHub;
  dead = false;
  /** Durable writes until the process dies by itself; 0 is never. */
  fuse = 0;
  private readonly parts: CoreParts;
  private due = false;

  constructor(parts: CoreParts, db: Database.Database) {
    this.parts = parts;
    const now = () => Math.floor(parts.scheduler.now);
    this.store = new SimLog(db, now, this, parts.history);
    this.clients = this.watched(new SqliteClients(db));
    this.hub = new SyncHub({
      store: this.store,
      clients: this.clients,
      folder: {
        effect: (effect) => this.effect(effect),
        holders: () => [],
        opened: () => undefined,
      },
      tokens: this.tokens(),
      execute: { pack: AIRLINE_COMMANDS, tag: taggerOf(KEY), failures: new PlannedFailures() },
      proofKey: KEY,
      now,
      clock: () => Math.floor(parts.scheduler.now),
      random: parts.random.next,
      newId: parts.newId,
      report: (error) => {
        if (!this.dead && !(error instanceof CoreDied)) parts.fail(error);
      },
    });
    this.store.onCommit(() => this.wake());
    this.tick();
  }

  /** As the rim does it: one look after any number of commits, and a tick a second. */
  private wake(): void {
    if (this.due) return;
    this.due = true;
    const { scheduler, random } = this.parts;
    scheduler.after(random.chance(0.2) ? random.between(0, 2_000) : random.between(0, 10), () => {
      this.due = false;
      this.guarded(() => this.hub.committed());
    });
  }

  private tick(): void {
    this.parts.scheduler.after(TICK, () => {
      if (this.dead) return;
      this.guarded(() => this.hub.tick());
      this.tick();
    });
  }

  /** Runs what a message or a timer asks for; what a dying process throws is nobody's any more. */
  guarded(work: () => void): void {
    if (this.dead) return;
    try {
      work();
    } catch (error) {
      if (!this.dead) throw error;
    }
  }

  alive(): void {
    if (this.dead) throw new CoreDied('the core has died');
  }

  wrote(): void {
    if (this.fuse > 0 && --this.fuse === 0) this.die();
  }

  private die(): never {
    this.dead = true;
    this.parts.onDeath();
    throw new CoreDied('the core has died');
  }

  private watched(clients: SqliteClients): ClientStore {
    return new Proxy(clients, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          this.alive();
          const result: unknown = value.apply(target, args);
          if (WRITES.has(String(name)) && !this.store.busy) this.wrote();
          return result;
        };
      },
    });
  }

  private tokens(): Tokens {
    return {
      issue: () => Promise.reject(new Error('tokens are made by the simulation')),
      verify: (token) => {
        const viewer = this.parts.viewerOf(token);
        if (!viewer) return Promise.resolve({ ok: false, code: 'token_invalid' });
        return Promise.resolve(
          this.isRevoked(viewer) ? { ok: false, code: 'station_revoked' } : { ok: true, viewer },
        );
      },
      revoke: (subject) => this.clients.raise(subject),
      isRevoked: (viewer) => this.isRevoked(viewer),
    };
  }

  isRevoked(viewer: Viewer): boolean {
    return (viewer.generation ?? 0) < this.clients.generation(viewer.subject);
  }

  /** What the fold does to rows, without the fold; and what makes commands fail. */
  private effect({ id, profileId, facts, event }: CommandEffect): RowChange[] {
    const trouble = this.parts.troubles.get(id);
    if (trouble && trouble.kills-- > 0) this.die();
    if (trouble && trouble.transient-- > 0) throw new TransientFailure('busy');
    if (trouble && trouble.throws-- > 0) throw new Error('this command always throws');
    const stored = this.store.row('profile', profileId);
    const row = JSON.parse(stored?.json ?? '{}') as ProfileRow;
    this.assertUnchanged(id, row);
    const at = new Date(this.parts.scheduler.now).toISOString();
    for (const [name, value] of Object.entries(facts))
      if (value === null) delete row.facts[name];
      else row.facts[name] = { value, source: 'console', at };
    const scopes = stored?.scopes ?? [];
    const changes: RowChange[] = [];
    if (Object.keys(facts).length > 0)
      changes.push({ table: 'profile', id: profileId, json: JSON.stringify(row), scopes });
    if (event) changes.push({ table: 'event', id: event.id, json: JSON.stringify(event), scopes });
    return changes;
  }

  /** [R7] What is only transient is never given up. */
  assertParked(command: CommandResult | undefined): void {
    if (command?.status !== 'parked' || command.code !== 'failed') return;
    const trouble = this.parts.troubles.get(command.id);
    if (trouble?.passing) this.broken(new Broken('R7', `${command.id} is parked for transient failures`));
  }

  /** Told at once: production code takes what is thrown in a command for its failure. */
  broken(error: unknown): void {
    this.parts.fail(error);
  }

  /** [R8] A strict command takes effect only over what its operator saw. */
  private assertUnchanged(id: string, row: ProfileRow): void {
    for (const [fact, seen] of this.parts.bases.get(id) ?? []) {
      const held = row.facts[fact];
      const hash = held && 'value' in held ? contentHash(held.value as Json) : null;
      if (hash !== seen) this.broken(new Broken('R8', `${id} was executed over another ${fact}`));
    }
  }
}

/** The production log, which tells the history of each commit. */
export class SimLog extends LogStore implements CoreStore {
  private readonly run: CoreRun;
  private readonly history: History;
  private open = 0;

  constructor(db: Database.Database, now: () => number, run: CoreRun, history: History) {
    super(db, now);
    this.run = run;
    this.history = history;
  }

  get busy(): boolean {
    return this.open > 0;
  }

  override transaction<T>(work: (log: LogWriter) => T): T {
    this.run.alive();
    this.open++;
    try {
      return super.transaction(work);
    } finally {
      this.open--;
      if (this.open === 0 && !this.run.dead) this.run.wrote();
    }
  }

  override commit(changes: RowChange[], command?: CommandResult): number {
    const before = this.head().chain;
    const seq = super.commit(changes, command);
    this.run.assertParked(command);
    try {
      this.history.commit(before, { ...this.head(), seq }, changes, command);
    } catch (error) {
      this.run.broken(error);
    }
    return seq;
  }
}

let template: Buffer | null = null;

/** A new database in the present form; copied, because migrating takes longer than a short history. */
export function newDatabase(): Database.Database {
  if (!template) {
    const db = new Database(':memory:');
    migrate(db);
    template = db.serialize();
    db.close();
  }
  return new Database(Buffer.from(template));
}
