/** One simulated history: a core, stations with several operators, and everything that can go wrong between them. */
import type Database from 'better-sqlite3';
import type { Viewer } from '../../src/core/auth/viewer.ts';
import type { Role } from '../../src/domain/role.ts';
import { Broken } from './broken.ts';
import { type CoreParts, CoreRun, newDatabase, type Trouble } from './core.ts';
import { History } from './history.ts';
import { inspect } from './inspect.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import type { Station, StationParts } from './station.ts';
import type { Wire } from './wire.ts';

const START = Date.parse('2026-11-23T10:00:00Z');

export const SCOPES = ['station:FRA', 'station:MUC', 'flight:LH1/2026-11-23', 'queue:de', 'profile:P1'];

export type Counts = {
  messages: number;
  commits: number;
  crashes: number;
  resets: number;
  forks: number;
};

type Person = { role: Role; grants: string[]; issued: number };

export class World {
  readonly random: Random;
  readonly scheduler = new Scheduler(START);
  readonly history = new History();
  readonly counts: Counts = { messages: 0, commits: 0, crashes: 0, resets: 0, forks: 0 };
  readonly people = new Map<string, Person>();
  readonly stations: Station[] = [];
  /** Ids that stand in more than one outbox, or stood in one that was put back: their copies cannot know of each other. */
  readonly twins = new Set<string>();
  readonly troubles = new Map<string, Trouble>();
  readonly bases = new Map<string, Map<string, string | null>>();
  /** Told what happens, for a replay. */
  readonly tell: (line: string) => void;
  db: Database.Database;
  core: CoreRun | null = null;
  /** Restored backups that nobody was told of: each may cost an epoch. */
  unannounced = 0;
  private readonly tokens = new Map<string, Viewer>();
  private readonly wires = new Set<Wire>();
  private readonly coreParts: CoreParts;
  private ids = 0;
  private promises = false;
  private failure: unknown = null;

  constructor(seed: number, tell: (line: string) => void) {
    this.random = new Random(seed);
    this.tell = tell;
    this.db = newDatabase();
    this.coreParts = {
      scheduler: this.scheduler,
      random: this.random,
      history: this.history,
      troubles: this.troubles,
      bases: this.bases,
      viewerOf: (token) => this.viewerOf(token),
      newId: () => this.newId('core'),
      onDeath: () => this.coreFell(),
      fail: (error) => {
        if (!isExpected(error)) this.failure ??= error;
      },
    };
  }

  newId(prefix: string): string {
    return `${prefix}-${++this.ids}`;
  }

  // The core.

  startCore(announced = false): void {
    if (this.core) return;
    this.core = new CoreRun(this.coreParts, this.db);
    if (announced) this.core.store.newEpoch();
  }

  /** The process ends; what is durable stays. */
  stopCore(politely: boolean): void {
    const run = this.core;
    if (!run) return;
    if (politely) run.guarded(() => run.hub.shutdown());
    run.dead = true;
    this.coreFell();
  }

  private coreFell(): void {
    this.core = null;
    this.counts.crashes++;
    for (const wire of this.wires) wire.coreDied();
    this.wires.clear();
    this.scheduler.after(this.random.between(100, 15_000), () => this.startCore());
  }

  backup(): Buffer {
    return this.db.serialize();
  }

  restore(backup: Buffer, open: (backup: Buffer) => Database.Database, announced: boolean): void {
    const before = this.chain();
    this.stopCore(false);
    this.db.close();
    this.db = open(backup);
    this.sibling(before, this.chain());
    if (!announced) this.unannounced++;
    this.startCore(announced);
  }

  private chain(): string {
    return (this.db.prepare('SELECT chain FROM head').get() as { chain: string }).chain;
  }

  /** In a sibling of the history a command may stand at another place: until it is sent again it lies over itself. */
  private sibling(before: string, after: string): void {
    if (this.history.isBefore(after, before)) return;
    for (const id of this.history.at(after)?.effects ?? []) this.twins.add(id);
  }

  // People and their tokens.

  person(subject: string, role: Role, grants: string[]): void {
    this.people.set(subject, { role, grants, issued: 0 });
  }

  /** A fresh token of this operator. */
  tokenOf(subject: string): string {
    const { role, grants } = this.people.get(subject) as Person;
    const token = this.newId('token');
    const generation = this.generationOf(subject);
    const until = this.scheduler.now + 30 * 86_400_000;
    this.tokens.set(token, { subject, role, grants, until, issuedAt: this.scheduler.now, generation });
    return token;
  }

  private generationOf(subject: string): number {
    const sql = 'SELECT generation FROM revocation WHERE subject = ?';
    return (this.db.prepare(sql).get(subject) as { generation: number } | undefined)?.generation ?? 0;
  }

  viewerOf(token: unknown): Viewer | undefined {
    return this.tokens.get(String(token));
  }

  // Stations.

  stationParts(): StationParts {
    const { random, scheduler } = this;
    return {
      scheduler,
      random,
      core: () => this.core,
      viewerOf: (token) => this.viewerOf(token),
      count: () => {
        this.counts.messages++;
      },
      promised: () => {
        this.promises = true;
      },
      tokenOf: (subject) => this.tokenOf(subject),
      tell: this.tell,
      newId: (prefix) => this.newId(prefix),
      inspect: (station) => this.inspect(station),
      onFall: (station) => this.startLater(station),
      crashed: () => {
        this.counts.crashes++;
      },
      reset: () => {
        this.counts.resets++;
      },
      forked: () => {
        this.counts.forks++;
      },
    };
  }

  startLater(station: Station): void {
    this.scheduler.after(this.random.between(50, 20_000), () => this.start(station));
  }

  start(station: Station, subject = station.subject): void {
    station.start(subject);
    if (station.wire) this.wires.add(station.wire);
  }

  private inspect(station: Station): void {
    if (station.wire) this.wires.add(station.wire);
    const { role, grants } = this.people.get(station.subject) as Person;
    const viewer = { subject: station.subject, role, grants, until: 0, issuedAt: 0 };
    inspect(station, this.history, viewer, (id) => this.twins.has(id));
  }

  // Time.

  /** Runs until `ms` have passed. @throws Broken or what production code threw */
  async run(ms: number): Promise<void> {
    const end = this.scheduler.now + ms;
    while (this.scheduler.step(end)) {
      if (this.failure) throw this.failure;
      if (!this.promises) continue;
      this.promises = false;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.counts.commits = this.history.commits;
  }
}

/** What the simulation itself makes fail. */
const isExpected = (error: unknown): boolean =>
  !(error instanceof Broken) && error instanceof Error && error.message === 'this command always throws';
