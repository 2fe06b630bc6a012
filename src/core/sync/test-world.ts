/** For tests: the real store in memory, the real hub, and consoles that keep a replica by the rules of wire.md. */
import Database from 'better-sqlite3';
import type { EventRow } from '../../domain/event.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import type { Role } from '../../domain/role.ts';
import type { Table } from '../../domain/rows.ts';
import { AIRLINE_COMMANDS } from '../../packs/airline/commands.ts';
import { bucketOf, sumText, termOf } from '../../protocol/sums.ts';
import { PROTO, type Versions } from '../../protocol/version.ts';
import { proverOf, taggerOf } from '../auth/tags.ts';
import { createTokens } from '../auth/tokens.ts';
import type { Viewer } from '../auth/viewer.ts';
import { PlannedFailures } from '../commands/failures.ts';
import { SqliteClients } from '../store/clients.ts';
import type { CommandEffect, Folder, RowChange } from '../store/contract.ts';
import { migrate } from '../store/database.ts';
import { LogStore } from '../store/log.ts';
import { lensOf, RowEncoder } from './encode.ts';
import { SyncHub } from './hub.ts';
import { RawJson } from './raw.ts';
import type { Link, Session } from './session.ts';
import { bucketSums } from './sums.ts';

const KEY = new Uint8Array(32).fill(3);

export type Sent = { event: string; args: unknown[]; bytes: number };

/** A socket that keeps what the core emits. */
export class TestLink implements Link {
  readonly sent: Sent[] = [];
  closed = false;
  answer: ((answer: unknown) => void) | null = null;

  emit(event: string, ...args: unknown[]): void {
    for (const arg of args)
      if (arg instanceof RawJson && arg.bytes !== Buffer.byteLength(arg.text))
        throw new Error(`a ${event} was counted as ${arg.bytes} bytes`);
    const plain = args.map((arg) => JSON.parse(arg instanceof RawJson ? arg.text : JSON.stringify(arg)));
    const bytes = plain.reduce<number>((sum, arg) => sum + Buffer.byteLength(JSON.stringify(arg)), 0);
    this.sent.push({ event, args: plain, bytes });
  }

  ask(event: string, message: unknown, _timeoutMs: number, answered: (answer: unknown) => void): void {
    this.emit(event, message);
    this.answer = answered;
  }

  close(): void {
    this.closed = true;
  }
}

type FolderOf = (store: LogStore, db: Database.Database, now: () => number) => Folder;

export class World {
  readonly clock = { now: Date.parse('2026-11-23T10:00:00Z') };
  readonly store: LogStore;
  readonly clients: SqliteClients;
  readonly failures = new PlannedFailures();
  readonly generations = new Map<string, number>();
  readonly hub: SyncHub;
  readonly errors: unknown[] = [];
  readonly opened: string[] = [];
  readonly holders = new Map<string, string[]>();
  /** Thrown by the next executions of commands, last first. */
  readonly throws: unknown[] = [];
  /** The hub has not been told yet of what was committed, as until the next turn of the event loop. */
  asleep = false;
  private ids = 0;

  /** @param folderOf the fold; by default what it does to rows, without it */
  constructor({ folderOf, versions }: { folderOf?: FolderOf; versions?: Versions } = {}) {
    const db = new Database(':memory:');
    migrate(db);
    const now = () => this.clock.now;
    this.store = new LogStore(db, now);
    this.clients = new SqliteClients(db);
    this.hub = new SyncHub({
      store: this.store,
      clients: this.clients,
      folder: folderOf?.(this.store, db, now) ?? this.folder(),
      tokens: createTokens(KEY, this.clients, now),
      execute: { pack: AIRLINE_COMMANDS, tag: taggerOf(KEY), failures: this.failures },
      proofKey: KEY,
      now,
      clock: now,
      random: () => 0.5,
      newId: () => `id-${++this.ids}`,
      report: (error) => void this.errors.push(error),
      ...(versions ? { versions } : {}),
    });
    this.store.onCommit(() => {
      if (!this.asleep) this.hub.committed();
    });
  }

  private folder(): Folder {
    return {
      effect: (effect) => this.effect(effect),
      holders: (type, value) => this.holders.get(`${type} ${value}`) ?? [],
      opened: (profileId, station) => void this.opened.push(`${station} ${profileId}`),
    };
  }

  /** What the fold does to rows, without the fold. */
  private effect({ profileId, facts, event }: CommandEffect): RowChange[] {
    const error = this.throws.pop();
    if (error) throw error;
    const stored = this.store.row('profile', profileId);
    const row = JSON.parse(stored?.json ?? '{}') as ProfileRow;
    const at = new Date(this.clock.now).toISOString();
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

  viewer(parts: Partial<Viewer> = {}): Viewer {
    const subject = parts.subject ?? 'anna';
    return {
      subject,
      role: 'operator',
      grants: ['station:*', 'flight:*', 'queue:*', 'opened:*'],
      until: this.clock.now + 3_600_000,
      issuedAt: this.clock.now,
      generation: this.clients.generation(subject),
      ...parts,
    };
  }

  proof(epoch: string, cursor: number, chain: string): string {
    return proverOf(KEY)(epoch, cursor, chain);
  }

  /** The SUM of a scope, computed without the sync's own code. */
  sumOf(scope: string): string {
    return sumText(this.store.rowsOfScope(scope, null, 100_000).reduce((sum, row) => sum + termOf(row), 0n));
  }

  bucketSums(scope: string): string[] {
    const lens = lensOf('operator');
    return bucketSums(this.store, new RowEncoder(taggerOf(KEY)), lens, scope);
  }

  commit(...changes: RowChange[]): number {
    return this.store.transaction((log) => log.commit(changes));
  }

  /** A profile with a name of any length, for sizes. */
  profile(id: string, scopes: string[], facts: { [name: string]: unknown } = {}): RowChange {
    const at = new Date(this.clock.now).toISOString();
    const entries = Object.entries(facts).map(([name, value]) => [name, { value, source: 'dcs', at }]);
    const row = { id, identities: [], facts: Object.fromEntries(entries) };
    return { table: 'profile', id, json: JSON.stringify(row), scopes };
  }

  event(id: string, profileId: string, scopes: string[], parts: Partial<EventRow> = {}): RowChange {
    const row = {
      id,
      profileId,
      type: 'track',
      name: 'Seat Changed',
      at: '',
      source: 'app',
      properties: {},
      ...parts,
    };
    return { table: 'event', id, json: JSON.stringify(row), scopes };
  }

  gone(table: Table, id: string): RowChange {
    return { table, id, json: null, scopes: [] };
  }

  console(clientId = 'c1', parts: Partial<Viewer> = {}): TestConsole {
    return new TestConsole(this, clientId, this.viewer(parts));
  }

  role(role: Role, clientId = `c-${role}`): TestConsole {
    return this.console(clientId, { role, subject: `s-${role}` });
  }
}

const split = (key: string): [Table, string] => {
  const at = key.indexOf(' ');
  return [key.slice(0, at) as Table, key.slice(at + 1)];
};

type Op = { table: Table; id: string; v: number; scopes: string[]; row: object | null };
type Row = { v: number; scopes: Set<string>; row: object };
type Body = {
  epoch: string;
  from: number;
  to: number;
  chain: string;
  proof: string;
  ops: Op[];
  sums?: { [scope: string]: string };
  part?: number;
  parts?: number;
};
type Snap = {
  scope: string;
  rows: { table: Table; id: string; v: number; row: object }[];
  gone?: [Table, string][];
  buckets?: number[];
  end?: boolean;
  at?: number;
};
type Result = [number, string, string, string, object | null];

/** A console by the text: applies frames and snapshots, asserts R2 to R4 and R16, acknowledges unless told not to. */
export class TestConsole {
  readonly world: World;
  readonly clientId: string;
  viewer: Viewer;
  link = new TestLink();
  session: Session;
  readonly rows = new Map<string, Row>();
  active = new Set<string>();
  place = { epoch: '', cursor: 0, chain: '', proof: '', mask: '', schemaHash: '' };
  readonly results: Result[] = [];
  readonly notices: object[] = [];
  sums: { [scope: string]: string } = {};
  bye: { reason: string; by?: string } | null = null;
  resetReason = '';
  lmid = 0;
  /** Acknowledges what it takes. */
  acks = true;
  private n = 0;
  private taken = 0;
  private stages = new Map<string, Map<string, { v: number; row: object }>>();
  private parts: Op[] = [];

  constructor(world: World, clientId: string, viewer: Viewer) {
    this.world = world;
    this.clientId = clientId;
    this.viewer = viewer;
    this.session = world.hub.connect(this.link, viewer);
  }

  /** Says hello on a connection of its own; `parts` replaces fields of it. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at field by field in tests
  hello(wanted: string[], parts: object = {}): any {
    if (this.session.phase !== 'silent') this.reconnect();
    let answer: unknown;
    this.world.hub.hello(
      this.session,
      {
        proto: PROTO,
        clientId: this.clientId,
        conn: `conn-${this.clientId}-${this.world.clock.now}`,
        ...this.place,
        active: [...this.active],
        wanted,
        ...parts,
      },
      (reply) => {
        answer = JSON.parse(JSON.stringify(reply));
        this.welcomed(answer as { type: string });
      },
    );
    this.take();
    return answer;
  }

  helloed(wanted: string[]): this {
    this.hello(wanted);
    return this;
  }

  private reconnect(): void {
    this.world.hub.disconnected(this.session);
    this.link = new TestLink();
    this.n = 0;
    this.taken = 0;
    this.stages.clear();
    this.parts = [];
    this.bye = null;
    this.session = this.world.hub.connect(this.link, this.viewer);
  }

  // biome-ignore lint/suspicious/noExplicitAny: see hello
  private welcomed(answer: any): void {
    if (answer.type !== 'welcome' || !answer.reset) return;
    const { epoch, seq, chain, proof, mask, schemaHash } = answer;
    this.place = { epoch, cursor: seq, chain, proof, mask, schemaHash };
    this.active = new Set();
    this.rows.clear();
  }

  /** Takes what the core has sent since, until it sends no more. */
  take(): void {
    while (this.taken < this.link.sent.length) {
      const { event, args } = this.link.sent[this.taken++] as Sent;
      if (event === 'frame') this.frame(args[0] as { n: number }, args[1] as Body);
      else if (event === 'snap') this.snap(args[0] as { n: number }, args[1] as Snap);
      else if (event === 'notice') this.notices.push(args[0] as object);
      else if (event === 'bye') this.bye = args[0] as { reason: string };
      else if (event === 'reset') this.resetReason = (args[0] as { reason: string }).reason;
    }
  }

  ack(): void {
    this.world.hub.ack(this.session, { n: this.n });
  }

  private counted(n: number): void {
    if (n !== this.n + 1) throw new Error(`[R2] n is ${n} after ${this.n}`);
    this.n = n;
  }

  private frame(head: { n: number; lmid?: number; results?: Result[]; drop?: string[] }, body: Body): void {
    this.counted(head.n);
    if (body.from !== this.place.cursor)
      throw new Error(`[R2] from ${body.from}, cursor ${this.place.cursor}`);
    if (body.epoch !== this.place.epoch) throw new Error('[R2] a foreign epoch');
    this.parts.push(...body.ops);
    if (body.part === undefined || body.parts !== undefined) {
      for (const op of this.parts) this.apply(op);
      this.parts = [];
      for (const scope of head.drop ?? []) this.drop(scope);
      const { to: cursor, chain, proof } = body;
      this.place = { ...this.place, cursor, chain, proof };
      this.results.push(...(head.results ?? []));
      this.lmid = head.lmid ?? this.lmid;
      this.sums = { ...this.sums, ...body.sums };
      for (const [scope, sum] of Object.entries(body.sums ?? {}))
        if (sum !== this.ownSum(scope)) throw new Error(`[I1] the sum of ${scope} differs at ${cursor}`);
    }
    if (this.acks) this.ack();
  }

  private ownSum(scope: string): string {
    let sum = 0n;
    for (const [key, { v, scopes }] of this.rows) {
      const [table, ...id] = key.split(' ');
      if (scopes.has(scope) || table === 'bundle')
        sum += termOf({ table: table as Table, id: id.join(' '), v });
    }
    return sumText(sum);
  }

  private apply(op: Op): void {
    const key = `${op.table} ${op.id}`;
    const old = this.rows.get(key);
    if (old && old.v > op.v) return;
    const scopes = op.scopes.filter((scope) => this.active.has(scope));
    if (scopes.length !== op.scopes.length) throw new Error('[R3] a scope that is not active');
    if (op.row === null && !old) throw new Error(`[R3] a delete of what is not here: ${key}`);
    if (op.row) this.rows.set(key, { v: op.v, scopes: new Set(scopes), row: op.row });
    else this.rows.delete(key);
  }

  private drop(scope: string): void {
    this.active.delete(scope);
    this.stages.delete(scope);
    for (const [key, row] of this.rows)
      if (row.scopes.delete(scope) && row.scopes.size === 0) this.rows.delete(key);
  }

  private snap(head: { n: number }, body: Snap): void {
    this.counted(head.n);
    const stage = this.stages.get(body.scope) ?? new Map<string, { v: number; row: object }>();
    this.stages.set(body.scope, stage);
    for (const { table, id, v, row } of body.rows) {
      const old = stage.get(`${table} ${id}`);
      if (!old || old.v < v) stage.set(`${table} ${id}`, { v, row });
    }
    for (const [table, id] of body.gone ?? []) stage.delete(`${table} ${id}`);
    if (body.end) {
      if (body.at !== this.place.cursor)
        throw new Error(`[R4] end at ${body.at}, cursor ${this.place.cursor}`);
      if (body.buckets) this.replaceBuckets(body.scope, stage, new Set(body.buckets));
      else this.merge(body.scope, stage);
      this.stages.delete(body.scope);
      this.active.add(body.scope);
    }
    if (this.acks) this.ack();
  }

  private merge(scope: string, stage: Map<string, { v: number; row: object }>): void {
    for (const [key, { v, row }] of stage) {
      const old = this.rows.get(key);
      if (old && old.v >= v) old.scopes.add(scope);
      else this.rows.set(key, { v, row, scopes: new Set([...(old?.scopes ?? []), scope]) });
    }
  }

  /** A repair: what the stage does not have leaves the scope, and what it has counts whatever its v. */
  private replaceBuckets(
    scope: string,
    stage: Map<string, { v: number; row: object }>,
    buckets: Set<number>,
  ): void {
    for (const [key, row] of this.rows) {
      if (!row.scopes.has(scope) || !buckets.has(bucketOf(...split(key))) || stage.has(key)) continue;
      row.scopes.delete(scope);
      if (row.scopes.size === 0) this.rows.delete(key);
    }
    for (const [key, { v, row }] of stage) {
      const scopes = new Set([...(this.rows.get(key)?.scopes ?? []), scope]);
      this.rows.set(key, { v, row, scopes });
    }
  }

  /** The console's own 256 SUMs of a scope. */
  bucketSums(scope: string): string[] {
    const sums = new Array<bigint>(256).fill(0n);
    for (const [key, { v, scopes }] of this.rows) {
      const [table, id] = split(key);
      const bucket = bucketOf(table, id);
      if (scopes.has(scope)) sums[bucket] = (sums[bucket] as bigint) + termOf({ table, id, v });
    }
    return sums.map(sumText);
  }

  // biome-ignore lint/suspicious/noExplicitAny: see hello
  push(...commands: object[]): any {
    let answer: unknown;
    this.world.hub.push(this.session, { commands }, (reply) => {
      answer = reply;
    });
    this.take();
    return answer;
  }

  // biome-ignore lint/suspicious/noExplicitAny: see hello
  ask(name: 'sub' | 'find' | 'compare' | 'repair', payload: unknown): any {
    let answer: unknown;
    this.world.hub[name](this.session, payload, (reply) => {
      answer = reply;
    });
    this.take();
    return answer;
  }

  /** The frames that have come, head and body in one. */
  frames(): ({ n: number; drop?: string[]; results?: Result[]; lmid?: number } & Body)[] {
    return this.link.sent
      .filter((one) => one.event === 'frame')
      .map((one) => ({ ...(one.args[1] as Body), ...(one.args[0] as { n: number }) }));
  }

  snaps(): Snap[] {
    return this.link.sent.filter((one) => one.event === 'snap').map((one) => one.args[1] as Snap);
  }

  /** I1: what it holds is what the core has in its active scopes at its cursor (which must be the head). */
  expected(): Map<string, { v: number; scopes: string[] }> {
    const held = new Map<string, { v: number; scopes: string[] }>();
    for (const scope of this.active)
      for (const row of this.world.store.rowsOfScope(scope, null, 100_000)) {
        const scopes =
          row.table === 'bundle' ? [...this.active] : row.scopes.filter((one) => this.active.has(one));
        held.set(`${row.table} ${row.id}`, { v: row.v, scopes: scopes.sort() });
      }
    return held;
  }

  held(): Map<string, { v: number; scopes: string[] }> {
    return new Map([...this.rows].map(([key, { v, scopes }]) => [key, { v, scopes: [...scopes].sort() }]));
  }
}
