/**
 * The rows of a console, kept as docs/spec/wire.md says (R2 to R5, R10, R16), in memory.
 * Every clause that the core must keep is asserted: a broken one throws with the rule's number.
 */
import { bucketOf, canonical, sum } from './hash.ts';
import type { FrameBody, FrameHead, Op, Result, Row, SnapBody, SnapRow, Welcome } from './messages.ts';

const KB = 1024;
const MAX_MESSAGE = 256 * KB;
const MAX_HEAD = 64 * KB;
const MAX_ROW = 200 * KB;

export type Held = { table: string; id: string; v: number; row: Row; scopes: Set<string>; stale: boolean };
type Stage = { rows: Map<string, SnapRow>; buckets: number[] | null };

/** Throws a sentence that names the rule. */
export function must(condition: unknown, rule: string, sentence: string): asserts condition {
  if (!condition) throw new Error(`[${rule}] ${sentence}`);
}

const keyOf = (table: string, id: string) => `${table}/${id}`;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value), 'utf8');

export class Replica {
  rows = new Map<string, Held>();
  active = new Set<string>();
  granted = new Set<string>();
  /** What was asked for last; a renewed token may grant it without saying so (`auth`). */
  wanted = new Set<string>();
  /** Everything that was asked for on this connection: it may have been granted and given up again (R4). */
  asked = new Set<string>();
  epoch = '';
  cursor = 0;
  chain = '';
  proof = '';
  mask = '';
  seen = 0;
  results: Result[] = [];
  /** Scopes whose `sums` were checked, with how often: a test can demand that they came. */
  sumsChecked = new Map<string, number>();
  private n = 0;
  private nextResult = 0;
  /** The highest lmid told on this connection. */
  private lmid = 0;
  private parts: Op[][] = [];
  private stages = new Map<string, Stage>();
  private firstFrame = true;

  /** A connection ended: what was staged is thrown away, the rows stay. */
  disconnected(): void {
    this.n = 0;
    this.parts = [];
    this.stages.clear();
    this.firstFrame = true;
  }

  get(table: string, id: string): Held | undefined {
    return this.rows.get(keyOf(table, id));
  }

  inScope(scope: string): Held[] {
    return [...this.rows.values()].filter((held) => held.scopes.has(scope));
  }

  /** Deletes everything (mask changed, revoked, wiped). */
  clear(): void {
    this.rows.clear();
    this.active.clear();
    this.stages.clear();
  }

  /** R5: what a console does with `welcome`. */
  welcome(welcome: Welcome): void {
    checkWelcome(welcome);
    this.disconnected();
    this.granted = new Set(welcome.granted);
    this.asked = new Set([...this.wanted, ...this.active]);
    this.nextResult = welcome.idsFrom;
    this.lmid = welcome.lmid;
    this.mask = welcome.mask;
    if (welcome.reset) {
      this.epoch = welcome.epoch;
      this.cursor = welcome.seq;
      this.chain = welcome.chain;
      this.proof = welcome.proof;
      this.seen = welcome.lmid;
      this.active.clear();
      if (welcome.reason === 'mask') this.rows.clear();
      else for (const held of this.rows.values()) held.stale = true;
    } else {
      must(welcome.epoch === this.epoch, 'R5', 'a resume keeps the epoch');
      must(welcome.seq >= this.cursor, 'R5', 'a resume needs cursor <= seq');
    }
    this.trimStale();
  }

  /** R2, R3, R10, R16: a frame or a part of one. */
  frame(head: FrameHead, body: FrameBody): void {
    this.count(head.n, head, body);
    must(bytes(head) <= MAX_HEAD, 'Transport', `the head of frame ${head.n} is above 64 KB`);
    must(body.epoch === this.epoch, 'R2', `frame of epoch ${body.epoch}, own epoch ${this.epoch}`);
    must(body.from === this.cursor, 'R2', `frame from ${body.from}, own cursor ${this.cursor}`);
    for (const op of body.ops) this.checkOp(op);
    must(unique(body.ops), 'R3', 'a row appears twice in one frame: only its state at `to` may');
    if (body.part !== undefined && body.parts === undefined) this.stagePart(head, body);
    else this.applyFrame(head, body as Required<FrameBody>);
  }

  /** R4: a part of a snapshot. */
  snap(head: { n: number }, body: SnapBody): void {
    this.count(head.n, head, body);
    must(Object.keys(head).join() === 'n', 'Messages', 'the head of a snap is {n}');
    const asked =
      this.granted.has(body.scope) || this.wanted.has(body.scope) || this.mayBeSurvivor(body.scope);
    must(asked, 'R4', `snap of ${body.scope}, which was neither granted nor wanted`);
    must(body.buckets || !this.active.has(body.scope), 'R4', `snap of ${body.scope}, which is active`);
    const stage = this.stages.get(body.scope) ?? { rows: new Map(), buckets: body.buckets ?? null };
    this.stages.set(body.scope, stage);
    for (const row of body.rows) this.stageRow(stage, row);
    for (const [table, id] of body.gone ?? []) stage.rows.delete(keyOf(table, id));
    if (body.end) this.endSnapshot(body, stage);
  }

  /** Rows: a wanted customer may have become another one, whose scope is then sent in its place. */
  private mayBeSurvivor(scope: string): boolean {
    return scope.startsWith('profile:') && [...this.wanted].some((wanted) => wanted.startsWith('profile:'));
  }

  private count(n: number, head: unknown, body: unknown): void {
    must(n === this.n + 1, 'R2', `n is ${n} after ${this.n}`);
    this.n = n;
    const size = bytes(head) + bytes(body);
    must(size <= MAX_MESSAGE, 'Transport', `message ${n} has ${size} bytes, above 256 KB`);
  }

  private checkOp(op: Op): void {
    must(Array.isArray(op.scopes), 'R3', `op ${op.table}/${op.id} has no scopes`);
    must((op.scopes.length === 0) === (op.row === null), 'R3', `row of ${op.table}/${op.id} is null iff []`);
    must(op.v > this.cursor, 'State', `op ${op.table}/${op.id} has v ${op.v}, not above from ${this.cursor}`);
    must(bytes(op.row) <= MAX_ROW, 'Transport', `row ${op.table}/${op.id} is above 200 KB`);
  }

  private stagePart(head: FrameHead, body: FrameBody): void {
    must(Object.keys(head).join() === 'n', 'R16', 'the head of an early part is {n}');
    const extra = Object.keys(body).filter((key) => !['epoch', 'from', 'ops', 'part'].includes(key));
    must(extra.length === 0, 'R16', `an early part has ${extra.join(', ')} too`);
    must(body.part === this.parts.length + 1, 'R16', `part ${body.part} after ${this.parts.length}`);
    for (const op of body.ops) this.checkScopes(op, new Set());
    this.parts.push(body.ops);
  }

  private applyFrame(head: FrameHead, body: Required<FrameBody>): void {
    const inParts = this.parts.length > 0 || body.parts !== undefined;
    if (inParts) {
      must(
        body.parts === this.parts.length + 1,
        'R16',
        `parts is ${body.parts}, got ${this.parts.length} before`,
      );
      must(body.part === undefined || body.part === body.parts, 'R16', 'part of the last part');
    }
    this.checkHead(head, body);
    const drop = new Set(head.drop ?? []);
    for (const op of body.ops) this.checkScopes(op, inParts ? new Set() : drop);
    const early = new Map<string, Op>();
    for (const op of [...this.parts.flat()]) newest(early, op);
    const ops = new Map(early);
    for (const op of body.ops) newest(ops, op);
    for (const op of ops.values()) {
      must(op.v <= body.to, 'R3', `op ${op.table}/${op.id} has v ${op.v}, above to ${body.to}`);
      this.applyOp(op, early.has(keyOf(op.table, op.id)));
    }
    this.parts = [];
    this.applyDrop(drop);
    Object.assign(this, { cursor: body.to, chain: body.chain, proof: body.proof, seen: head.lmid });
    this.results.push(...(head.results ?? []));
    if (this.firstFrame) this.checkPermissions();
    this.firstFrame = false;
    for (const [scope, expected] of Object.entries(body.sums ?? {})) this.checkSum(scope, expected);
  }

  private checkHead(head: FrameHead, body: Required<FrameBody>): void {
    must(Number.isInteger(body.to) && body.to >= body.from, 'R3', `to is ${body.to}, from ${body.from}`);
    must(body.to > body.from || body.chain === this.chain, 'R3', 'from = to with another chain');
    for (const field of ['chain', 'proof'] as const) {
      must(
        typeof body[field] === 'string' && body[field].length <= 64,
        'Rows',
        `${field} is no text of <= 64`,
      );
    }
    must(Array.isArray(head.drop) && Array.isArray(head.results), 'Messages', 'a head has results and drop');
    must(Number.isInteger(head.lmid), 'Messages', `lmid of a frame is ${head.lmid}`);
    must((head.lmid as number) >= this.lmid, 'R3', `lmid fell from ${this.lmid} to ${head.lmid}`);
    this.lmid = head.lmid as number;
    for (const [mid] of head.results) {
      must(mid === this.nextResult, 'R13', `result of mid ${mid}, due is ${this.nextResult}`);
      must(mid <= (head.lmid as number), 'R3', `result of mid ${mid} above lmid ${head.lmid}`);
      this.nextResult += 1;
    }
    for (const scope of head.drop) {
      const known = [this.active, this.granted, this.asked].some((set) => set.has(scope));
      must(known, 'R4', `drop of ${scope}, which was neither active nor granted`);
    }
  }

  private checkScopes(op: Op, without: Set<string>): void {
    const where = `${op.table}/${op.id}`;
    must(new Set(op.scopes).size === op.scopes.length, 'R3', `op ${where} names a scope twice`);
    for (const scope of op.scopes) {
      must(this.active.has(scope) && !without.has(scope), 'R3', `op ${where} names ${scope}, not active`);
    }
    if (op.table === 'bundle' && op.row !== null) {
      const all = [...this.active].filter((scope) => !without.has(scope));
      must(op.scopes.length === all.length, 'Rows', `bundle ${op.id} is in ${op.scopes}, active are ${all}`);
    }
  }

  private applyOp(op: Op, sentBefore: boolean): void {
    const key = keyOf(op.table, op.id);
    const held = this.rows.get(key);
    if (op.row === null) {
      must(sentBefore || (held && !held.stale), 'R3', `[] for ${op.table}/${op.id}, which is not held`);
      this.rows.delete(key);
      return;
    }
    if (held && !held.stale) must(op.v > held.v, 'State', `${op.table}/${op.id}: v ${op.v} after ${held.v}`);
    this.rows.set(key, { ...op, row: op.row, scopes: new Set(op.scopes), stale: false });
  }

  private applyDrop(drop: Set<string>): void {
    for (const scope of drop) {
      this.active.delete(scope);
      this.stages.delete(scope);
    }
    for (const [key, held] of this.rows) {
      if (held.stale) continue;
      for (const scope of drop) held.scopes.delete(scope);
      if (held.scopes.size === 0) this.rows.delete(key);
    }
    this.trimStale();
  }

  private trimStale(): void {
    for (const [key, held] of this.rows) {
      if (!held.stale) continue;
      for (const scope of held.scopes) if (!this.granted.has(scope)) held.scopes.delete(scope);
      if (held.scopes.size === 0) this.rows.delete(key);
    }
  }

  private checkPermissions(): void {
    for (const scope of this.active) {
      must(this.granted.has(scope), 'R5', `${scope} is active after the first frame, but not granted`);
    }
  }

  private checkSum(scope: string, expected: string): void {
    must(this.active.has(scope), 'Divergence', `sums name ${scope}, which is not active`);
    const rows = this.inScope(scope).filter((held) => !held.stale);
    const own = sum(rows);
    must(
      own === expected,
      'Divergence',
      `SUM of ${scope} is ${own} over ${rows.length} rows, told ${expected}`,
    );
    this.sumsChecked.set(scope, (this.sumsChecked.get(scope) ?? 0) + 1);
  }

  private stageRow(stage: Stage, row: SnapRow): void {
    must(
      row.row !== null && typeof row.row === 'object',
      'Messages',
      `snap row ${row.table}/${row.id} is empty`,
    );
    must(bytes(row.row) <= MAX_ROW, 'Transport', `row ${row.table}/${row.id} is above 200 KB`);
    const key = keyOf(row.table, row.id);
    const before = stage.rows.get(key);
    if (!before || row.v >= before.v) stage.rows.set(key, row);
  }

  private endSnapshot(body: SnapBody, stage: Stage): void {
    const { scope } = body;
    must(body.at === this.cursor, 'R4', `end of ${scope} at ${body.at}, own cursor ${this.cursor}`);
    must(this.parts.length === 0, 'R16', `end of ${scope} between the parts of a frame`);
    if (stage.buckets) this.forgetBuckets(scope, stage);
    for (const [key, row] of stage.rows) this.mergeStaged(key, row, scope, stage.buckets !== null);
    for (const [key, held] of this.rows) if (held.stale && held.scopes.has(scope)) this.rows.delete(key);
    this.stages.delete(scope);
    this.active.add(scope);
    this.granted.add(scope);
  }

  private forgetBuckets(scope: string, stage: Stage): void {
    for (const held of this.inScope(scope)) {
      if (!stage.buckets?.includes(bucketOf(held.table, held.id))) continue;
      held.scopes.delete(scope);
      if (held.scopes.size === 0) this.rows.delete(keyOf(held.table, held.id));
    }
  }

  private mergeStaged(key: string, row: SnapRow, scope: string, repair: boolean): void {
    must(row.v <= this.cursor, 'R4', `${row.table}/${row.id} has v ${row.v}, above at ${this.cursor}`);
    const held = this.rows.get(key);
    if (!held || held.stale) {
      this.rows.set(key, { ...row, scopes: new Set([scope]), stale: false });
      return;
    }
    if (!repair) {
      must(
        held.v === row.v,
        'R4',
        `${key} came at the end with v ${row.v}, held at the same cursor with ${held.v}`,
      );
      const same = canonical(held.row) === canonical(row.row);
      must(same, 'State', `${key} at v ${row.v} has two contents`);
    }
    held.scopes.add(scope);
    if (repair || row.v > held.v) Object.assign(held, { v: row.v, row: row.row });
  }
}

function newest(ops: Map<string, Op>, op: Op): void {
  const key = keyOf(op.table, op.id);
  const before = ops.get(key);
  if (!before || op.v >= before.v) ops.set(key, op);
}

function unique(ops: Op[]): boolean {
  return new Set(ops.map((op) => keyOf(op.table, op.id))).size === ops.length;
}

function checkWelcome(welcome: Welcome): void {
  for (const field of ['epoch', 'chain', 'proof', 'mask'] as const) {
    const value = welcome[field];
    must(typeof value === 'string' && value.length <= 64, 'Messages', `welcome.${field} is ${String(value)}`);
  }
  for (const field of ['seq', 'lmid', 'idsFrom'] as const) {
    must(Number.isInteger(welcome[field]), 'Messages', `welcome.${field} is ${welcome[field]}`);
  }
  for (const field of ['granted', 'denied', 'ids'] as const) {
    must(Array.isArray(welcome[field]), 'Messages', `welcome.${field} is no list`);
  }
  must(typeof welcome.schemaHash === 'string', 'Messages', 'welcome.schemaHash is no text');
  for (const field of ['serverTime', 'leaseUntil'] as const) {
    must(!Number.isNaN(Date.parse(welcome[field])), 'Messages', `welcome.${field} is ${welcome[field]}`);
  }
}
