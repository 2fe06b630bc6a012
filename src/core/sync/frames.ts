/** Builds frames from the log (R3, R16) and sends them within the console's credit. */

import type { Result } from '../../protocol/frame.ts';
import { MAX_FRAME_BYTES, MAX_HEAD_BYTES, MINUTE, SUMS_EVERY } from '../../protocol/limits.ts';
import { maskDetail } from '../auth/masks.ts';
import type { ClientStore } from '../store/client-contract.ts';
import type { ChangedRow, EncodedRow, LogReader } from '../store/contract.ts';
import { keyOf, type Lens, opJson, type RowEncoder } from './encode.ts';
import type { HeadCache } from './head-cache.ts';
import { joined, RawJson, within } from './raw.ts';
import {
  activeKey,
  countSent,
  keptScopes,
  keyOfScopes,
  type PartsState,
  type Session,
  setActive,
} from './session.ts';
import type { ScopeSums } from './sums.ts';

export type FrameDeps = {
  log: LogReader;
  clients: ClientStore;
  encoder: RowEncoder;
  sums: ScopeSums;
  /** HMAC over epoch, seq and chain (R5). */
  proof(epoch: string, seq: number, chain: string): string;
  /** The clock of sockets, ms. */
  clock(): number;
};

/** Room for what stands around ops, results and drops. */
const MARGIN = 2_048;
/** Results are read in pages of this many. */
const RESULT_PAGE = 250;

/** Whether the role may hear of the row: one that it may not see at all is in no op, also not in its delete. */
export const isTold = (
  deps: FrameDeps,
  lens: Lens,
  change: ChangedRow,
  row: EncodedRow | undefined,
): boolean => (row ? deps.encoder.isVisible(lens, row) : !(lens.hides && change.hidden));

type Op = { key: string; v: number; json: RawJson };

/** What a changed row means for these scopes: its new state, that it has left (`row` null), or nothing (null). */
type Concern = { row: EncodedRow; scopes: readonly string[] } | { row: null };

/**
 * `told` is what an early part of the same frame has said of the row (v, or -1 for gone): it must be taken back if the
 * row has left since.
 */
function concernOf(
  deps: FrameDeps,
  cache: HeadCache,
  session: Session,
  active: ReadonlySet<string>,
  change: ChangedRow,
  told?: number,
): Concern | null {
  const bundle = change.table === 'bundle';
  const row = cache.row(change);
  const scopes = !row ? [] : bundle ? [...active] : row.scopes.filter((scope) => active.has(scope));
  if (!isTold(deps, session.lens, change, row)) return null;
  if (row && scopes.length > 0) return { row, scopes };
  const before = bundle
    ? change.vBefore > 0 && active.size > 0
    : change.scopesBefore.some((scope) => active.has(scope));
  return before || (told !== undefined && told >= 0) ? { row: null } : null;
}

function opOf(deps: FrameDeps, session: Session, change: ChangedRow, concern: Concern): Op {
  const key = keyOf(change);
  if (!concern.row) return { key, v: -1, json: opJson(change.table, change.id, change.last, [], null) };
  const { table, id, v } = concern.row;
  return { key, v, json: opJson(table, id, v, concern.scopes, deps.encoder.json(session.lens, concern.row)) };
}

/** What has changed that may concern the console and has not been looked at. */
const unscanned = (cache: HeadCache, session: Session): ChangedRow[] =>
  session.concerned && session.active.size > 0 ? cache.changed(session.scanned) : [];

/** Whether anything after `scanned` concerns the console; remembers how far it has looked. */
function hasOps(deps: FrameDeps, cache: HeadCache, session: Session, seq: number): boolean {
  for (const change of unscanned(cache, session))
    if (concernOf(deps, cache, session, session.active, change)) return true;
  session.scanned = seq;
  session.concerned = false;
  return false;
}

/** Results with a commit up to `to`, lowest first, as many as fit. */
function resultsUpTo(deps: FrameDeps, session: Session, to: number, room: number): Result[] {
  const results: Result[] = [];
  let left = room;
  for (let after = session.settledMid; ; ) {
    const page = deps.clients.midsAfter(session.clientId, after, RESULT_PAGE);
    for (const { mid, id, status, code, detail, seq } of page) {
      const result: Result = [mid, id, status, code, maskDetail(session.lens.role, detail)];
      left -= Buffer.byteLength(JSON.stringify(result)) + 1;
      if (seq > to || (left < 0 && results.length > 0)) return results;
      results.push(result);
    }
    const last = page.at(-1);
    if (!last || page.length < RESULT_PAGE) return results;
    after = last.mid;
  }
}

/**
 * The last mid of this client with a commit up to `to`: what a frame may call settled without a flicker (R3). A console
 * that lost the last transactions of its replica may have acknowledged results above its cursor.
 */
const lmidAt = (deps: FrameDeps, session: Session, to: number): number =>
  to >= deps.log.head().seq
    ? session.lastMid
    : Math.min(session.lastMid, deps.clients.midAt(session.clientId, to) ?? session.lastMid);

const hasResults = (session: Session) => session.settledMid < session.lastMid;

/** The head of a frame: its JSON, and the last mid that it tells the result of. */
type Head = { json: RawJson; lastResult: number | undefined };

function headOf(deps: FrameDeps, session: Session, to: number): Head {
  const drop = [...session.drops];
  const room = () => MAX_HEAD_BYTES - MARGIN - Buffer.byteLength(JSON.stringify(drop));
  const results = hasResults(session) ? resultsUpTo(deps, session, to, room()) : [];
  // A result is never ahead of lmid, also when the push that made it is still being executed.
  const lastResult = results.at(-1)?.[0];
  const lmid = Math.max(lmidAt(deps, session, to), lastResult ?? 0);
  return { json: new RawJson(JSON.stringify({ n: session.n + 1, lmid, results, drop })), lastResult };
}

/** Whether R3 asks for a frame now; `hasOps` is looked at last, because it reads. */
export function isFrameDue(deps: FrameDeps, cache: HeadCache, session: Session): boolean {
  if (session.first || session.drops.size > 0 || hasResults(session)) return true;
  const { seq } = deps.log.head();
  if (seq === session.cursor) return false;
  if (deps.clock() - session.lastFrameAt >= MINUTE) return true;
  return hasOps(deps, cache, session, seq);
}

/**
 * Sends the next frame up to the head, or the next part of one that is too large for one message.
 * Returns whether the cursor is at the head now.
 */
export function sendFrame(deps: FrameDeps, cache: HeadCache, session: Session): boolean {
  const { seq } = deps.log.head();
  if (!session.parts) {
    const head = headOf(deps, session, seq);
    const body = wholeBody(deps, cache, session, seq);
    const room = MAX_FRAME_BYTES - head.json.bytes;
    if (body && body.bytes <= room - MARGIN) {
      emitLast(deps, session, head, withSums(deps, session, body, seq, room), seq);
      return true;
    }
    // What is not granted any more must not come in parts: its drop goes first, at the console's own cursor.
    if (session.drops.size > 0) {
      sendStanding(deps, cache, session);
      return false;
    }
    session.parts = beginParts(cache, session, seq);
  }
  return sendPart(deps, cache, session, session.parts, seq);
}

/** A frame that moves nothing and names the drops that are due. */
function sendStanding(deps: FrameDeps, cache: HeadCache, session: Session): void {
  const head = headOf(deps, session, session.cursor);
  const text = `${bodyHead(deps, session.cursor)},${bodyTail(deps, cache, session.cursor, session.chain)},"ops":[]}`;
  emitLast(deps, session, head, new RawJson(text), session.cursor);
}

const bodyHead = (deps: FrameDeps, from: number) =>
  `{"epoch":${JSON.stringify(deps.log.head().epoch)},"from":${from}`;

function bodyTail(deps: FrameDeps, cache: HeadCache, to: number, chain: string): string {
  const { epoch, seq } = deps.log.head();
  const make = () => deps.proof(epoch, to, chain);
  const proof = to === seq ? cache.proof(make) : make();
  return `"to":${to},"chain":${JSON.stringify(chain)},"proof":${JSON.stringify(proof)}`;
}

/** The body of a frame in one part; null if it is too large for one. Equal for equal scopes, mask, from and to. */
function wholeBody(deps: FrameDeps, cache: HeadCache, session: Session, to: number): RawJson | null {
  const active = session.drops.size > 0 ? keptScopes(session) : session.active;
  const key = session.drops.size > 0 ? keyOfScopes(active) : activeKey(session);
  return cache.body(`${session.lens.mask}\n${session.cursor}\n${to}\n${key}`, () => {
    const ops: RawJson[] = [];
    let bytes = MARGIN;
    for (const change of active.size > 0 ? unscanned(cache, session) : []) {
      const concern = concernOf(deps, cache, session, active, change);
      if (!concern) continue;
      const { json } = opOf(deps, session, change, concern);
      bytes += json.bytes + 1;
      if (bytes > MAX_FRAME_BYTES) return null;
      ops.push(json);
    }
    const { chain } = deps.log.head();
    const before = `${bodyHead(deps, session.cursor)},${bodyTail(deps, cache, to, chain)},"ops":[`;
    return within(before, joined(ops), ']}');
  });
}

/** Adds the SUMs that are due, if the frame has room for them: the first after a scope's `end`, then once a minute. */
function withSums(deps: FrameDeps, session: Session, body: RawJson, to: number, room: number): RawJson {
  const clock = deps.clock();
  if (clock < session.sumsDue || to !== deps.log.head().seq) return body;
  const sums: [string, string][] = [];
  let bytes = body.bytes + MARGIN;
  let next = clock + SUMS_EVERY;
  for (const scope of session.active) {
    const last = session.sumsAt.get(scope) ?? Number.NEGATIVE_INFINITY;
    if (session.drops.has(scope)) continue;
    const due = clock - last >= SUMS_EVERY;
    if (due) bytes += scope.length * 4 + 24;
    const sum = due && bytes <= room ? deps.sums.sum(session.lens, scope, clock) : undefined;
    if (sum !== undefined) {
      sums.push([scope, sum]);
      session.sumsAt.set(scope, clock);
    } else next = Math.min(next, due ? clock : last + SUMS_EVERY);
  }
  session.sumsDue = next;
  if (sums.length === 0) return body;
  return new RawJson(`${body.text.slice(0, -1)},"sums":${JSON.stringify(Object.fromEntries(sums))}}`);
}

/** What a frame in parts has still to say: the rows changed up to its first read, reduced to what concerns the console. */
function beginParts(cache: HeadCache, session: Session, since: number): PartsState {
  const list = unscanned(cache, session).map((change) => {
    const was = change.scopesBefore.find((scope) => session.active.has(scope));
    return { ...change, scopesBefore: was === undefined ? NOWHERE : [was] };
  });
  return { part: 0, list, next: 0, since, untold: new Map(), late: new Map() };
}
const NOWHERE: string[] = [];

/** Ops of one message; `full` once the next one does not fit any more. */
type Batch = { ops: Op[]; bytes: number; full: boolean };

function addOp(batch: Batch, op: Op): boolean {
  const size = op.json.bytes + 1;
  batch.full = batch.bytes + size > MAX_FRAME_BYTES - MARGIN && batch.ops.length > 0;
  if (batch.full) return false;
  batch.bytes += size;
  batch.ops.push(op);
  return true;
}

/** On through the list; a row that has changed since the first read is left to `addChangedSince`. */
function addListed(
  deps: FrameDeps,
  cache: HeadCache,
  session: Session,
  parts: PartsState,
  batch: Batch,
): void {
  const later = new Set(cache.changed(parts.since).map(keyOf));
  for (; parts.next < parts.list.length; parts.next++) {
    const change = parts.list[parts.next] as ChangedRow;
    if (later.has(keyOf(change))) {
      const held = change.scopesBefore.length > 0 || (change.table === 'bundle' && change.vBefore > 0);
      parts.untold.set(keyOf(change), held);
      continue;
    }
    const concern = concernOf(deps, cache, session, session.active, change);
    if (concern && !addOp(batch, opOf(deps, session, change, concern))) return;
  }
}

/** Rows that changed since the first read, again and again until all of them fit into the last part. */
function addChangedSince(
  deps: FrameDeps,
  cache: HeadCache,
  session: Session,
  parts: PartsState,
  batch: Batch,
) {
  for (const change of cache.changed(parts.since)) {
    const key = keyOf(change);
    const held = parts.untold.get(key);
    const told = parts.late.get(key) ?? (held ? 0 : undefined);
    const concern = concernOf(deps, cache, session, session.active, change, told);
    if (!concern || told === (concern.row ? concern.row.v : -1)) continue;
    // It came after `from` and left before any part could tell of it.
    if (!concern.row && held === false && told === undefined) continue;
    if (!addOp(batch, opOf(deps, session, change, concern))) return;
  }
}

/** An early part as full as it may be, or the last one if all that is left fits beside the head. */
function sendPart(
  deps: FrameDeps,
  cache: HeadCache,
  session: Session,
  parts: PartsState,
  to: number,
): boolean {
  const head = headOf(deps, session, to);
  const lastRoom = MAX_FRAME_BYTES - MARGIN - head.json.bytes;
  const batch: Batch = { ops: [], bytes: 0, full: false };
  addListed(deps, cache, session, parts, batch);
  const listed = batch.ops.length;
  if (!batch.full) addChangedSince(deps, cache, session, parts, batch);
  parts.part++;
  const ops = joined(batch.ops.map((op) => op.json));
  if (batch.full || batch.bytes > lastRoom) {
    for (const op of batch.ops.slice(listed)) parts.late.set(op.key, op.v);
    const body = within(`${bodyHead(deps, session.cursor)},"ops":[`, ops, `],"part":${parts.part}}`);
    emit(deps, session, new RawJson(`{"n":${session.n + 1}}`), body);
    return false;
  }
  const tail = bodyTail(deps, cache, to, deps.log.head().chain);
  const numbers = `"part":${parts.part},"parts":${parts.part}`;
  const body = within(`${bodyHead(deps, session.cursor)},${tail},"ops":[`, ops, `],${numbers}}`);
  session.parts = null;
  emitLast(deps, session, head, withSums(deps, session, body, to, lastRoom), to);
  return true;
}

/** Emits a whole frame or a last part, and moves the session's view of the console to `to`. */
function emitLast(deps: FrameDeps, session: Session, head: Head, body: RawJson, to: number): void {
  emit(deps, session, head.json, body);
  if (session.drops.size > 0) setActive(session, keptScopes(session));
  for (const scope of session.drops) session.sumsAt.delete(scope);
  session.drops.clear();
  const { seq, chain } = deps.log.head();
  if (to === seq) {
    session.chain = chain;
    session.scanned = to;
    session.concerned = false;
  }
  session.cursor = to;
  session.first = false;
  session.lastFrameAt = deps.clock();
  // No result although some are due: their rows were cut after 30 days, and nobody waits for them.
  session.settledMid = head.lastResult ?? (to === seq ? session.lastMid : session.settledMid);
}

function emit(deps: FrameDeps, session: Session, head: RawJson, body: RawJson): void {
  session.n++;
  session.link.emit('frame', head, body);
  countSent(session, head.bytes + body.bytes, deps.clock());
}
