/** Streams the snapshot of a scope, or of some of its buckets for a repair (R4), within the console's credit. */
import { MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import { bucketOf } from '../../protocol/sums.ts';
import type { EncodedRow, RowKey } from '../store/contract.ts';
import { keyOf, type Lens, snapRow } from './encode.ts';
import { type FrameDeps, isFrameDue, isTold, sendFrame } from './frames.ts';
import type { HeadCache } from './head-cache.ts';
import { joined, RawJson, within } from './raw.ts';
import { activate, countSent, hasCredit, type Key, type Session, type SnapState } from './session.ts';

/** Rows of one read; those that do not fit into the message any more were read in vain. */
const PAGE = 32;
/** Keys of one read for a repair, most of which it does not want. */
const KEY_PAGE = 1_000;
const MARGIN = 4_096;
const ROOM = MAX_FRAME_BYTES - MARGIN;

/** One part as it was read: its rows' keys and v, their JSON, and where the next part reads on (null: all read). */
type Part = {
  seq: number;
  at: number;
  keys: { key: string; v: number }[];
  rows: RawJson;
  next: Key | null;
};

/** Parts read within this time may serve other consoles: the `end` makes up for what changed since. */
const SHARED_FOR = 10_000;
const MAX_SHARED_BYTES = 32 * 1_048_576;

/** Parts of snapshots by (scope, mask, place), so that consoles that come together read and encode once. */
export class PartCache {
  private readonly parts = new Map<string, Part>();
  private bytes = 0;

  get(key: string, notBefore: number, seqFrom: number): Part | undefined {
    const part = this.parts.get(key);
    return part && part.at >= notBefore && part.seq >= seqFrom ? part : undefined;
  }

  put(key: string, part: Part): void {
    this.drop(key);
    this.parts.set(key, part);
    this.bytes += part.rows.bytes;
    for (const old of this.parts.keys()) {
      if (this.bytes <= MAX_SHARED_BYTES) break;
      this.drop(old);
    }
  }

  /** Forgets what is too old to be shared. */
  forget(before: number): void {
    for (const [key, part] of this.parts) if (part.at < before) this.drop(key);
  }

  private drop(key: string): void {
    const part = this.parts.get(key);
    if (part) this.bytes -= part.rows.bytes;
    this.parts.delete(key);
  }
}

export type SnapDeps = FrameDeps & { parts: PartCache };

/** Sends the next message of the first snapshot that is due; false if there is nothing to send or no credit for it. */
export function sendSnap(deps: SnapDeps, cache: HeadCache, session: Session): boolean {
  // One customer asked for by name does not wait behind a whole station.
  const snap = session.snaps.find((one) => one.scope.startsWith('profile:')) ?? session.snaps[0];
  if (!snap) return false;
  if (!snap.read) {
    sendRows(deps, session, snap);
    return true;
  }
  return sendTail(deps, cache, session, snap);
}

function sendRows(deps: SnapDeps, session: Session, snap: SnapState): void {
  const part = snap.buckets ? readPart(deps, session.lens, snap) : sharedPart(deps, session.lens, snap);
  if (snap.since < 0) snap.since = part.seq;
  for (const { key, v } of part.keys) if (v > snap.since) snap.late.set(key, v);
  snap.after = part.next;
  snap.read = part.next === null;
  if (part.keys.length > 0) emitSnap(deps, session, snap, part.rows, [], null);
}

function sharedPart(deps: SnapDeps, lens: Lens, snap: SnapState): Part {
  const place = snap.after ? keyOf(snap.after) : '';
  const name = `${lens.mask}\n${snap.scope}\n${place}`;
  const { floor } = deps.log.head();
  const known = deps.parts.get(name, deps.clock() - SHARED_FOR, Math.max(floor, snap.since));
  if (known) return known;
  const part = readPart(deps, lens, snap);
  deps.parts.put(name, part);
  return part;
}

/** Reads rows until a message is full. */
function readPart(deps: SnapDeps, lens: Lens, snap: SnapState): Part {
  const read = { seq: deps.log.head().seq, at: deps.clock() };
  const rows: RawJson[] = [];
  const keys: Part['keys'] = [];
  let bytes = 0;
  let next = snap.after;
  for (;;) {
    const page = pageOf(deps, snap, next);
    for (const row of page) {
      const json = 'json' in row ? rowJson(deps, lens, snap, row) : null;
      if (json !== null) {
        bytes += json.bytes + 1;
        if (bytes > ROOM && rows.length > 0) return { ...read, keys, rows: joined(rows), next };
        rows.push(json);
        keys.push({ key: keyOf(row), v: row.v });
      }
      next = { table: row.table, id: row.id };
    }
    if (page.length < pageSize(snap)) return { ...read, keys, rows: joined(rows), next: null };
  }
}

const pageSize = (snap: SnapState): number => (snap.buckets ? KEY_PAGE : PAGE);

/** Of a repair only the rows of its buckets are read in full: it must not cost what the whole scope costs. */
function pageOf(deps: SnapDeps, snap: SnapState, after: Key | null): (EncodedRow | RowKey)[] {
  if (!snap.buckets) return deps.log.encodedRowsOfScope(snap.scope, after, pageSize(snap));
  const { buckets } = snap;
  return deps.log
    .keysOfScope(snap.scope, after, pageSize(snap))
    .map((key) =>
      buckets.has(bucketOf(key.table, key.id)) ? (deps.log.row(key.table, key.id) ?? key) : key,
    );
}

function rowJson(deps: SnapDeps, lens: Lens, snap: SnapState, row: EncodedRow): RawJson | null {
  if (snap.buckets && !snap.buckets.has(bucketOf(row.table, row.id))) return null;
  const json = deps.encoder.json(lens, row);
  return json === null ? null : snapRow(row.table, row.id, row.v, json);
}

type Tail = { rows: RawJson; gone: [string, string][]; complete: boolean };

/** What the log shows for this scope since the oldest read, less what later parts have told, as much as fits. */
function readTail(deps: SnapDeps, session: Session, snap: SnapState): Tail {
  const rows: RawJson[] = [];
  const gone: [string, string][] = [];
  const { scope, late } = snap;
  const said: [string, number][] = [];
  let complete = true;
  let bytes = 0;
  for (const change of deps.log.changedRows(snap.since, deps.log.head().seq)) {
    const { table, id } = change;
    if (snap.buckets && !snap.buckets.has(bucketOf(table, id))) continue;
    const key = keyOf(change);
    const row = deps.log.row(table, id);
    if (!isTold(deps, session.lens, change, row)) continue;
    const held = row !== undefined && (table === 'bundle' || row.scopes.includes(scope));
    const told = late.get(key);
    const left = change.scopesBefore.includes(scope) || (table === 'bundle' && change.vBefore > 0);
    if (held ? told === row.v : told === -1 || (told === undefined && !left)) continue;
    const json = held ? rowJson(deps, session.lens, snap, row) : new RawJson(JSON.stringify([table, id]));
    if (json === null) continue;
    bytes += json.bytes + 1;
    if (bytes > ROOM && said.length > 0) {
      complete = false;
      break;
    }
    if (held) rows.push(json);
    else gone.push([table, id]);
    said.push([key, held ? row.v : -1]);
  }
  // An ordinary part is told for good; after an end nobody asks any more.
  for (const [key, v] of said) late.set(key, v);
  return { rows: joined(rows), gone, complete };
}

/**
 * The end, made in one read at the console's cursor; where seq has moved, a frame goes first, with credit for both.
 * A tail too large for one message goes out as ordinary parts until the rest fits.
 */
function sendTail(deps: SnapDeps, cache: HeadCache, session: Session, snap: SnapState): boolean {
  const { seq } = deps.log.head();
  const moved = session.cursor !== seq || isFrameDue(deps, cache, session);
  if (!hasCredit(session, moved ? 2 : 1)) return false;
  if (moved) {
    const caughtUp = sendFrame(deps, cache, session);
    // In parts, or with drops that had to go first: the end waits until the cursor is at the head.
    if (!caughtUp || !session.snaps.includes(snap)) return true;
  }
  const tail = readTail(deps, session, snap);
  if (!tail.complete) {
    emitSnap(deps, session, snap, tail.rows, tail.gone, null);
    return true;
  }
  emitSnap(deps, session, snap, tail.rows, tail.gone, seq);
  session.snaps = session.snaps.filter((one) => one !== snap);
  session.sumsAt.delete(snap.scope);
  session.sumsDue = 0;
  if (!snap.buckets) activate(session, snap.scope);
  return true;
}

function emitSnap(
  deps: SnapDeps,
  session: Session,
  snap: SnapState,
  rows: RawJson,
  gone: [string, string][],
  endAt: number | null,
): void {
  const buckets = snap.buckets ? `,"buckets":[${[...snap.buckets].join(',')}]` : '';
  const left = gone.length > 0 ? `,"gone":${JSON.stringify(gone)}` : '';
  const end = endAt === null ? '' : `,"end":true,"at":${endAt}`;
  const before = `{"scope":${JSON.stringify(snap.scope)},"rows":[`;
  const behind = `]${left}${buckets}${end}}`;
  const body = within(before, rows, behind);
  session.n++;
  const head = new RawJson(`{"n":${session.n}}`);
  session.link.emit('snap', head, body);
  countSent(session, head.bytes + body.bytes, deps.clock());
}
