/** The invariants of wire.md, held against what one console has on its disk and shows. */

import { maskRow } from '../../src/core/auth/masks.ts';
import { taggerOf } from '../../src/core/auth/tags.ts';
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { type Lens, lensOf } from '../../src/core/sync/encode.ts';
import { ROLES, type Role } from '../../src/domain/role.ts';
import { anyGrantCovers } from '../../src/domain/scope.ts';
import type { Outbox } from '../../src/replica/outbox/model.ts';
import { overlayEntries, overlayOver, seenBy } from '../../src/replica/overlay.ts';
import type { BaseRow } from '../../src/replica/store/contract.ts';
import { Broken } from './broken.ts';
import type { History, State, TrueRow } from './history.ts';
import { KEY } from './node.ts';
import type { Station } from './station.ts';

const tag = taggerOf(KEY);
const masked = new WeakMap<TrueRow, Map<string, string | null>>();
const roleOf = new Map<string, Role>([...ROLES].reverse().map((role) => [lensOf(role).mask, role]));
const lenses = new Map(ROLES.map((role) => [role, lensOf(role)]));

export type Judge = {
  history: History;
  /** An entry that stands in more than one outbox or history, so that its copies cannot know of each other. */
  isTwin(id: string): boolean;
  /** Raised with each twin. */
  twins: number;
  /** Scopes that find granted to this client. */
  foundBy(clientId: string): ReadonlySet<string> | undefined;
  /** Names of epochs that stand for two histories: mids of the one say nothing about the other (docs/simulation.md). */
  cameAgain: ReadonlySet<string>;
  /** So much time has passed that the core may have forgotten what became of an entry. */
  mayBeUnknown(id: string): boolean;
};

/** What was looked at when everything held: where nothing of it has changed, everything still holds. */
export type Inspected = {
  version: number;
  outbox: Outbox | null;
  framed: boolean;
  viewer: Viewer | undefined;
  twins: number;
  /** Rows found right: each with the true row, for the same scopes and mask. */
  right: WeakMap<BaseRow, TrueRow>;
  active: readonly string[];
  mask: string;
};

export const nothingInspected: Inspected = {
  version: -1,
  outbox: null,
  framed: false,
  viewer: undefined,
  twins: 0,
  right: new WeakMap(),
  active: [],
  mask: '',
};

export function inspect(station: Station, judge: Judge): void {
  const { replica, framed, inspected: before } = station;
  const outbox = station.outbox.value;
  const viewer = station.wire?.viewer;
  const rowsAreOld = before.version === replica.version;
  const isOld =
    before.outbox === outbox &&
    before.framed === framed &&
    before.viewer === viewer &&
    before.twins === judge.twins;
  if (station.runner?.session.refused === 'revoked' && replica.live.rows.size > 0)
    throw new Broken('I5', `${station.name} was told that it is revoked and holds rows`);
  if (rowsAreOld && isOld) return;
  const meta = replica.meta();
  const state = judge.history.at(meta.chain);
  if (!state || state.seq !== meta.cursor)
    throw new Broken(
      'I1',
      `${station.name} stands at ${meta.cursor} ${meta.chain.slice(0, 8)}, which never was`,
    );
  const { mask, active } = meta;
  const isSame = before.mask === mask && equal(before.active, active);
  const right = isSame ? before.right : new WeakMap<BaseRow, TrueRow>();
  if (!rowsAreOld) inspectRows(station, state, right);
  inspectOverlay(station, state, judge);
  if (viewer && !(rowsAreOld && before.viewer === viewer)) inspectGrants(station, viewer, judge);
  station.inspected = {
    version: replica.version,
    outbox,
    framed,
    viewer,
    twins: judge.twins,
    right,
    active,
    mask,
  };
}

const equal = (one: readonly string[], other: readonly string[]): boolean =>
  one === other || (one.length === other.length && one.every((value, i) => value === other[i]));

/** A true row as the role may see it; null if not at all. */
function shownTo(role: Role, row: TrueRow): string | null {
  const { plain, mask } = lenses.get(role) as Lens;
  if (plain || row.table === 'bundle') return row.json;
  const known = masked.get(row) ?? new Map<string, string | null>();
  masked.set(row, known);
  const made = known.get(mask);
  if (made !== undefined) return made;
  const shown = maskRow(role, row.table, JSON.parse(row.json), tag);
  const text = shown === null ? null : JSON.stringify(shown);
  known.set(mask, text);
  return text;
}

/**
 * [I1] At its cursor the base equals the core's state over the active scopes; what is stale says so.
 * @param right rows that were found right before, for the same scopes and mask; those that are now are added
 */
function inspectRows(station: Station, state: State, right: WeakMap<BaseRow, TrueRow>): void {
  const { active, mask } = station.replica.meta();
  const role = roleOf.get(mask) ?? 'operator';
  let fresh = 0;
  for (const [key, row] of station.replica.live.rows) {
    if (row.stale) {
      if (row.scopes.some((scope) => active.includes(scope)))
        throw new Broken('I1', `${station.name} at ${state.seq}: ${key} is stale in an active scope`);
      continue;
    }
    fresh++;
    const truth = state.rows.get(key);
    if (truth && right.get(row) === truth) continue;
    inspectRow(`${station.name} at ${state.seq}: ${key}`, row, truth, active, role);
    right.set(row, truth as TrueRow);
  }
  let due = 0;
  if (active.length > 0)
    for (const row of state.rows.values()) if (isIn(row, active) && shownTo(role, row) !== null) due++;
  if (due !== fresh)
    throw new Broken('I1', `${station.name} at ${state.seq}: ${fresh} rows, not ${due} in ${active}`);
}

function inspectRow(
  where: string,
  row: BaseRow,
  truth: TrueRow | undefined,
  active: readonly string[],
  role: Role,
): void {
  const text = truth && isIn(truth, active) ? shownTo(role, truth) : null;
  if (!truth || text === null) throw new Broken('I1', `${where} should not be there`);
  const scopes =
    truth.table === 'bundle' ? active : truth.scopes.filter((one) => active.includes(one)).sort();
  if (row.v !== truth.v) throw new Broken('I1', `${where} has v ${row.v}, not ${truth.v}`);
  if (row.scopes.join() !== scopes.join())
    throw new Broken('I1', `${where} is in ${row.scopes}, not ${scopes}`);
  if (row.json !== text) throw new Broken('I1', `${where} has other content`);
}

const isIn = (row: TrueRow, active: readonly string[]): boolean =>
  row.table === 'bundle' ? active.length > 0 : shares(row.scopes, active);

function shares(scopes: readonly string[], active: readonly string[]): boolean {
  for (const scope of scopes) if (active.includes(scope)) return true;
  return false;
}

/** [I4] One's own write is visible exactly once; until the first frame after a login it may lie over itself. */
function inspectOverlay(station: Station, state: State, judge: Judge): void {
  const { isTwin, mayBeUnknown } = judge;
  const outbox = station.outbox.value;
  const seen = seenBy(outbox, station.replica);
  const overlay = overlayEntries(outbox, seen);
  const shown = new Set(overlay.map((entry) => entry.id));
  if (!isAmbiguous(station, judge)) inspectHidden(station, state, judge, seen, shown);
  // Rows that were put back may be of a history that was given up, in which it was applied before it was lost.
  if (station.replica.meta().epoch === outbox.me.epoch)
    for (const id of outbox.undone.keys())
      if (state.effects.has(id) && !isTwin(id) && !outbox.conflict.has(id))
        throw new Broken('R12', `${id} was taken back and took effect`);
  for (const [id, { status }] of outbox.conflict)
    if (status === 'unknown' && !mayBeUnknown(id))
      throw new Broken('R12', `what became of ${id} is said not to be known`);
  if (!station.framed) return;
  // What a fork marked has been executed under the former client too: at a lower seq than its place now.
  for (const { id, mid, marked } of overlay)
    if (state.effects.has(id) && !isTwin(id) && !marked)
      throw new Broken('I4', `${id} (${mid}) is shown twice`);
}

/** Rows of an epoch whose name stands for two histories, or what is left of them, at a station with an older disk. */
const isAmbiguous = ({ replica }: Station, { cameAgain }: Judge): boolean =>
  replica.wasPutBack &&
  cameAgain.size > 0 &&
  (cameAgain.has(replica.meta().epoch) || [...replica.live.rows.values()].some((row) => row.stale));

/** [I4] What was written is in the rows or over them. */
function inspectHidden(station: Station, state: State, judge: Judge, seen: number, shown: Set<string>): void {
  const outbox = station.outbox.value;
  const executed = state.lmid.get(outbox.me.clientId) ?? 0;
  for (const entry of outbox.pending)
    if (!entry.marked && !shown.has(entry.id) && (entry.mid ?? 0) > executed)
      throw new Broken('I4', `${entry.id} (${entry.mid}) is hidden: seen ${seen}, executed ${executed}`);
  // After a restore it may have been refused, and the second answer comes with the first frames (R15).
  const answers = station.wire?.viewer ? outbox.me.lmidAck : 0;
  for (const [id, { entry }] of outbox.settled)
    if (!shown.has(id) && !state.effects.has(id) && ((entry.mid ?? 0) <= answers || !state.refused.has(id)))
      throw new Broken('I4', `${id} (${entry.mid}) is settled and in neither rows nor overlay, seen ${seen}`);
  inspectOlder(station, state, judge);
}

/**
 * [I4] A row from before a reset, or one of a snapshot that is still arriving, may be from before a command that was
 * applied: then that lies over it.
 */
function inspectOlder(station: Station, state: State, { history, isTwin }: Judge): void {
  const { replica } = station;
  const outbox = station.outbox.value;
  const role = roleOf.get(replica.meta().mask) ?? 'operator';
  const under = { seen: seenBy(outbox, replica), staleSeen: replica.staleSeen(outbox.me.clientId) };
  const over = (stale: boolean): Set<string> => {
    const { entries, perhaps } = overlayOver({ ...under, stale, arriving: !stale }, outbox);
    return new Set([...entries, ...perhaps].map((entry) => entry.id));
  };
  let overStale: Set<string> | undefined;
  let overArriving: Set<string> | undefined;
  for (const [id, { entry }] of outbox.settled) {
    // A note is a line of the timeline only.
    if (entry.name === 'add-note' || !state.effects.has(id) || isTwin(id)) continue;
    const base = replica.live.rows.get(`profile/${entry.profileId}`);
    const row = base?.stale ? base : replica.live.arriving('profile', entry.profileId);
    if (!row) continue;
    overStale ??= over(true);
    overArriving ??= over(false);
    if ((base ? overStale : overArriving).has(id)) continue;
    // The row may be of a branch that was given up, in which the command had been applied at another place.
    const was = history.versions('profile', entry.profileId, row.v);
    if (!was.some((one) => one.effects.has(id) && shownTo(role, one) === row.json))
      throw new Broken('I4', `${id} (${entry.mid}) is applied and not over the older row of ${row.v}`);
  }
}

/** [I5] After the first frame nothing outside the permissions remains. */
function inspectGrants(station: Station, viewer: Viewer, { foundBy }: Judge): void {
  const { mask } = station.replica.meta();
  if (station.replica.live.rows.size > 0 && mask !== lensOf(viewer.role).mask)
    throw new Broken('I5', `${station.name} holds rows of ${mask} as ${viewer.role}`);
  const found = foundBy(station.outbox.value.me.clientId);
  for (const [key, row] of station.replica.live.rows)
    for (const scope of row.scopes)
      if (!anyGrantCovers(viewer.grants, scope) && !found?.has(scope))
        throw new Broken('I5', `${station.name} holds ${key} in ${scope}, which is not granted`);
}
