/** The invariants of wire.md, held against what one console has on its disk and shows. */

import { maskRow } from '../../src/core/auth/masks.ts';
import { taggerOf } from '../../src/core/auth/tags.ts';
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { lensOf } from '../../src/core/sync/encode.ts';
import type { Role } from '../../src/domain/role.ts';
import { anyGrantCovers } from '../../src/domain/scope.ts';
import { overlayEntries, seenBy } from '../../src/replica/overlay.ts';
import { Broken } from './broken.ts';
import { KEY } from './core.ts';
import type { History, State, TrueRow } from './history.ts';
import type { Station } from './station.ts';

const tag = taggerOf(KEY);
const masked = new WeakMap<TrueRow, Map<Role, string | null>>();

/** A true row as the role may see it; null if not at all. */
function shownTo(role: Role, row: TrueRow): string | null {
  if (lensOf(role).plain || row.table === 'bundle') return row.json;
  const known = masked.get(row) ?? new Map<Role, string | null>();
  masked.set(row, known);
  const made = known.get(role);
  if (made !== undefined) return made;
  const shown = maskRow(role, row.table, JSON.parse(row.json), tag);
  const text = shown === null ? null : JSON.stringify(shown);
  known.set(role, text);
  return text;
}

export function inspect(
  station: Station,
  history: History,
  viewer: Viewer,
  isTwin: (id: string) => boolean,
): void {
  const meta = station.replica.meta();
  const state = history.at(meta.chain);
  if (!state || state.seq !== meta.cursor)
    throw new Broken(
      'I1',
      `${station.name} stands at ${meta.cursor} ${meta.chain.slice(0, 8)}, which never was`,
    );
  inspectRows(station, state, viewer.role);
  inspectOverlay(station, state, isTwin);
  if (station.wire?.framed && station.wire.viewer) inspectGrants(station, station.wire.viewer.grants);
}

/** [I1] At its cursor the base equals the core's state over the active scopes; what is stale says so. */
function inspectRows(station: Station, state: State, role: Role): void {
  const active = station.replica.meta().active;
  const held = station.replica.live.rows;
  const where = `${station.name} at ${state.seq}`;
  let fresh = 0;
  for (const [key, row] of held) {
    if (row.stale) {
      if (row.scopes.some((scope) => active.includes(scope)))
        throw new Broken('I1', `${where}: ${key} is stale in an active scope`);
      continue;
    }
    fresh++;
    const truth = state.rows.get(key);
    const scopes = truth ? scopesIn(truth, active) : [];
    const text = truth && scopes.length > 0 ? shownTo(role, truth) : null;
    if (!truth || text === null) throw new Broken('I1', `${where}: ${key} should not be there`);
    if (row.v !== truth.v) throw new Broken('I1', `${where}: ${key} has v ${row.v}, not ${truth.v}`);
    if (row.scopes.join() !== scopes.join())
      throw new Broken('I1', `${where}: ${key} is in ${row.scopes}, not ${scopes}`);
    if (row.json !== text) throw new Broken('I1', `${where}: ${key} has other content`);
  }
  let due = 0;
  for (const row of state.rows.values())
    if (scopesIn(row, active).length > 0 && shownTo(role, row) !== null) due++;
  if (due !== fresh) throw new Broken('I1', `${where}: ${fresh} rows instead of ${due} in ${active}`);
}

const scopesIn = (row: TrueRow, active: readonly string[]): readonly string[] =>
  row.table === 'bundle' ? active : row.scopes.filter((scope) => active.includes(scope)).sort();

/** [I4] One's own write is visible exactly once; until the first frame after a login it may lie over itself. */
function inspectOverlay(station: Station, state: State, isTwin: (id: string) => boolean): void {
  const outbox = station.outbox.value;
  const { clientId } = outbox.me;
  const seen = seenBy(outbox, station.replica);
  const overlay = overlayEntries(outbox, seen);
  const shown = new Set(overlay.map((entry) => entry.id));
  const executed = state.lmid.get(clientId) ?? 0;
  for (const entry of outbox.pending)
    if (!entry.marked && !shown.has(entry.id) && (entry.mid ?? 0) > executed)
      throw new Broken('I4', `${entry.id} (${entry.mid}) is hidden: seen ${seen}, executed ${executed}`);
  // After a restore it may have been refused, and the second answer comes with the first frame (R15).
  for (const [id, { entry }] of outbox.settled)
    if (!shown.has(id) && !state.effects.has(id) && (station.wire?.framed || !state.refused.has(id)))
      throw new Broken('I4', `${id} (${entry.mid}) is settled and in neither rows nor overlay, seen ${seen}`);
  for (const id of outbox.undone.keys())
    if (state.effects.has(id) && !isTwin(id) && !outbox.conflict.has(id))
      throw new Broken('R12', `${id} was taken back and took effect`);
  if (!station.framed) return;
  // What a fork marked has been executed under the former client too: at a lower seq than its place now.
  for (const { id, mid, marked } of overlay)
    if (state.effects.has(id) && !isTwin(id) && !marked)
      throw new Broken('I4', `${id} (${mid}) is shown twice`);
}

/** [I5] After the first frame nothing outside the permissions remains. */
function inspectGrants(station: Station, grants: readonly string[]): void {
  for (const [key, row] of station.replica.live.rows)
    for (const scope of row.scopes)
      if (!anyGrantCovers(grants, scope))
        throw new Broken('I5', `${station.name} holds ${key} in ${scope}, which is not granted`);
}
