/** What operators do: write, take back, hold, edit, put away, ask again; through the production outbox. */
import type { JsonObject } from '../../src/domain/json.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { AIRLINE_COMMANDS } from '../../src/packs/airline/commands.ts';
import { compose } from '../../src/replica/outbox/compose.ts';
import { type Draft, discard, edit, enqueue, hold, undo } from '../../src/replica/outbox/operations.ts';
import { overlayEntries, type Screen, seenBy, withOverlay } from '../../src/replica/overlay.ts';
import { PROFILES } from './sources.ts';
import type { Station } from './station.ts';
import type { Trouble } from './work.ts';
import type { World } from './world.ts';

const KNOWN = { flight: () => null };

function screenOf(station: Station, profileId: string): { row: ProfileRow; screen: Screen } | null {
  const held = station.replica.live.rows.get(`profile/${profileId}`);
  if (!held) return null;
  const row = JSON.parse(held.json) as ProfileRow;
  const outbox = station.outbox.value;
  const seen = seenBy(outbox, station.replica);
  const overlay = overlayEntries(outbox, seen);
  return {
    row,
    screen: withOverlay(
      { profile: row, events: [] },
      { entries: overlay, lines: [], perhaps: [] },
      AIRLINE_COMMANDS,
      KNOWN,
    ),
  };
}

function wish(world: World, profileId: string): { name: string; args: JsonObject } {
  const { random } = world;
  const text = world.newId('text');
  return random.pick<{ name: string; args: JsonObject }>([
    { name: 'add-note', args: { profileId, text } },
    { name: 'add-note', args: { profileId, text: text.padEnd(random.below(1_000), '/') } },
    { name: 'set-preference', args: { profileId, name: random.pick(['meal', 'seat']), value: text } },
    { name: 'set-preference', args: { profileId, name: 'meal', value: text } },
    { name: 'resolve-case', args: { profileId, caseId: 'C1', outcome: text } },
    { name: 'change-seat', args: { profileId, booking: 'QX7R2M', segment: 1, seat: `${random.below(30)}A` } },
  ]);
}

/** A command that the core cannot take: unknown, malformed, too large, or with an id that makes the push unreadable. */
function spoiled(world: World, draft: Draft): Draft {
  return world.random.pick<() => Draft>([
    () => ({ ...draft, name: 'unknown' }),
    () => ({ ...draft, ver: 7 }),
    () => ({ ...draft, args: {} }),
    () => ({ ...draft, id: draft.id.padEnd(120, '.') }),
    () => ({ ...draft, args: { ...draft.args, text: ''.padEnd(49 * 1_024, '/') } }),
  ])();
}

/** A command of an operator at this station, as its window makes it. @param trouble what it does to its executor; drawn if not given */
export function write(world: World, station: Station, trouble?: Trouble): void {
  const { random } = world;
  const profileId = random.pick(PROFILES);
  const shown = screenOf(station, profileId);
  const { role } = world.people.get(station.subject) ?? { role: 'operator' as const };
  const id = world.newId('c');
  const at = new Date(station.now).toISOString();
  const { subject } = station;
  const maker = { id, at, operator: subject, role, world: KNOWN };
  const asked = { ...wish(world, profileId), profileId, seen: [] };
  const composed = compose(AIRLINE_COMMANDS, asked, shown?.row ?? null, shown?.screen ?? null, maker);
  if (!composed.ok) return;
  const draft = random.chance(0.05) ? spoiled(world, composed.draft) : composed.draft;
  const made = trouble ?? (random.chance(0.15) ? troubleOf(world) : null);
  if (made) world.work.troubles.set(id, made);
  if (composed.definition.mode === 'strict' && role === 'operator')
    world.work.bases.set(id, new Map(draft.base.map(({ fact, hash }) => [fact, hash])));
  world.work.written.set(draft.id, {
    place: `${station.name} ${subject} ${station.outbox.born} ${profileId}`,
    number: world.number(),
  });
  const put = enqueue(station.outbox.value, draft);
  if (!put.ok) return world.reached(`enqueue ${put.code}`);
  world.tell(() => `${station.name} writes ${id} ${draft.name} ${profileId}`);
  station.change(put.outbox);
}

/** The same while the station's clock is a month slow: it is soon too old to be sent twice. */
export function writeLate(world: World, station: Station, trouble?: Trouble): void {
  const { skew } = station;
  station.skew = world.random.between(-31, -29.99) * 86_400_000;
  const before = new Set(station.outbox.value.pending);
  write(world, station, trouble);
  for (const entry of station.outbox.value.pending) if (!before.has(entry)) world.late.add(entry.id);
  station.skew = skew;
}

const troubleOf = ({ random }: World): Trouble =>
  random.pick<Trouble>([
    { transient: 1 + random.below(14), throws: 0, kills: 0, passing: true },
    { transient: 0, throws: 1 + random.below(8), kills: 0 },
    { transient: 0, throws: 0, kills: 1 + random.below(3) },
    { transient: 0, throws: 0, kills: 9_999 },
  ]);

/** Whatever else an operator can do with an entry. */
export function revise(world: World, station: Station): void {
  const { random } = world;
  const outbox = station.outbox.value;
  const ids = [...outbox.pending.map((entry) => entry.id), ...outbox.conflict.keys()];
  if (ids.length === 0) return;
  const id = random.pick(ids);
  const entry = outbox.pending.find((one) => one.id === id);
  const at = new Date(station.now).toISOString();
  const next =
    entry === undefined
      ? discard(outbox, id)
      : random.pick([
          () => undo(outbox, id, at),
          () => hold(outbox, id, !entry.held),
          () =>
            entry.name === 'add-note' ? edit(outbox, id, { ...entry.args, text: world.newId('edit') }) : null,
        ])();
  if (!next) return;
  world.tell(() => `${station.name} revises ${id}`);
  station.change(next);
}

/** Lets go of everything that is held back. */
export function release(station: Station): void {
  for (const { id, held } of station.outbox.value.pending)
    if (held) station.change(hold(station.outbox.value, id, false) ?? station.outbox.value);
}
