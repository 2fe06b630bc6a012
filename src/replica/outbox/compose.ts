/** Makes a command out of what an operator did on screen: checked, with the base of what he saw (R8). Pure. */
import { contentHash } from '../../domain/canonical.ts';
import type { BaseEntry } from '../../domain/command.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import type { Role } from '../../domain/role.ts';
import type { CommandDefinition, CommandPack, CommandWorld } from '../../packs/command-pack.ts';
import type { Screen } from '../overlay.ts';
import type { Draft } from './operations.ts';

/** What the window showed of a fact: hash of the row's value, null if absent, the tag of a masked one. */
export type Seen = { fact: string; hash: string | null };

export type Wish = {
  name: string;
  profileId: string;
  args: JsonObject;
  seen: readonly Seen[];
};

export type Composed =
  | { ok: true; draft: Draft; definition: CommandDefinition }
  | { ok: false; code: 'bad_command' | 'forbidden'; params: { [name: string]: Json } };

export type Maker = { id: string; at: string; operator: string; role: Role; world: CommandWorld };

/** `row` is the customer as replicated, `screen` with the overlay; both null for somebody not in this replica. */
export function compose(
  pack: CommandPack,
  wish: Wish,
  row: ProfileRow | null,
  screen: Screen | null,
  maker: Maker,
): Composed {
  const definition = newest(pack, wish.name);
  if (definition === undefined) return { ok: false, code: 'bad_command', params: { name: wish.name } };
  if (definition.forbidden.includes(maker.role))
    return { ok: false, code: 'forbidden', params: { name: wish.name } };
  const checked = definition.check({ ...wish.args, profileId: wish.profileId });
  if (!checked.ok) return { ok: false, code: 'bad_command', params: { name: wish.name, arg: checked.arg } };
  const facts = concerned(definition, checked.args, screen, maker);
  const base: BaseEntry[] = [];
  const baseValues: { [fact: string]: Json } = {};
  for (const fact of facts) {
    const shown = shownOf(fact, wish.seen, row, screen);
    base.push({ table: 'profile', id: wish.profileId, fact, hash: shown.hash });
    baseValues[fact] = shown.value;
  }
  const { id, at, operator } = maker;
  const { ver, name } = definition;
  return {
    ok: true,
    definition,
    draft: { id, name, ver, args: checked.args, base, baseValues, profileId: wish.profileId, at, operator },
  };
}

function newest(pack: CommandPack, name: string): CommandDefinition | undefined {
  const versions = pack.get(name);
  return versions?.get(Math.max(...versions.keys()));
}

/** Whether a role may not give this command at all. */
export const isForbidden = (pack: CommandPack, name: string, role: Role): boolean =>
  newest(pack, name)?.forbidden.includes(role) ?? false;

/** Strict facts, and those that a merging command writes: for them the core says `overwrote`. */
function concerned(
  definition: CommandDefinition,
  args: JsonObject,
  screen: Screen | null,
  maker: Maker,
): string[] {
  if (definition.mode === 'strict') return definition.strictFacts(args);
  if (definition.mode === 'commutative') return [];
  const { id, at, operator } = maker;
  const effects = definition.effects(
    { id, at, writtenAt: at, by: operator, args },
    screen?.profile ?? null,
    maker.world,
  );
  return Object.keys(effects.facts);
}

/**
 * A value that an own pending command wrote is what the operator saw, and it will be the core's value when this
 * command comes: the base is then the overlay's. Otherwise it is what the window showed, not what holds by now.
 */
function shownOf(
  fact: string,
  seen: readonly Seen[],
  row: ProfileRow | null,
  screen: Screen | null,
): { hash: string | null; value: Json } {
  if (screen?.pendingFacts.has(fact)) {
    const value = heldValue(screen.profile, fact);
    return { hash: value === undefined ? null : contentHash(value), value: value ?? null };
  }
  const hash = hashOf(row, fact);
  const shown = seen.find((one) => one.fact === fact);
  if (shown === undefined || shown.hash === hash)
    return { hash, value: (row && heldValue(row, fact)) ?? null };
  return { hash: shown.hash, value: null };
}

function heldValue(row: ProfileRow, fact: string): Json | undefined {
  const held = Object.hasOwn(row.facts, fact) ? row.facts[fact] : undefined;
  if (held === undefined) return undefined;
  return 'value' in held ? held.value : held.masked;
}

/** [R8] The content hash of a fact's value, null if it is absent, the tag of a masked one. */
export function hashOf(row: ProfileRow | null, fact: string): string | null {
  const held = row !== null && Object.hasOwn(row.facts, fact) ? row.facts[fact] : undefined;
  if (held === undefined) return null;
  return 'value' in held ? contentHash(held.value) : held.tag;
}
