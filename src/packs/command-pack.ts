/**
 * What a pack says about its commands. Pure, because the core executes them and the replica replays them as the
 * overlay of what is not settled yet (docs/spec/wire.md R8, R11).
 */
import type { ContactRow } from '../domain/contact.ts';
import type { EventRow } from '../domain/event.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { ProfileRow } from '../domain/profile.ts';
import type { Role } from '../domain/role.ts';

/** The command as its effects see it: `at` is the core's time of commit, in an overlay the time of enqueuing. */
export type CommandCall = { id: string; at: string; writtenAt: string; by: string; args: JsonObject };

/** What a command writes: facts by name (null removes one), and a timeline row with the command's id. */
export type CommandEffects = {
  facts: { [name: string]: Json | null };
  event: EventRow | null;
};

/** What becomes of a contact, why the command is refused, or null: it is left alone. */
export type ContactAfter = { row: ContactRow } | { refused: string; detail: JsonObject | null } | null;

/** What a command does to a contact of its customer. */
export type ContactChange = {
  idOf(call: CommandCall): string | null;
  /** `contact` is null where the customer has no open one of this id. Over its own effect it changes nothing. */
  after(call: CommandCall, contact: ContactRow | null): ContactAfter;
};

/** What is known of a flight on a date, from whoever is booked on it; absent fields are not known. */
export type KnownFlight = { [field: string]: Json };

/** What effects may look up beyond the profile; a replica passes what it holds. */
export type CommandWorld = { flight(flight: string, date: string): KnownFlight | null };

/** Something only one profile of a scope may hold, such as a seat of a flight. */
export type Exclusive = { code: string; scope: string; heldBy(other: ProfileRow): boolean };

export type CheckedArgs = { ok: true; args: JsonObject } | { ok: false; arg: string };

export type CommandDefinition = {
  name: string;
  ver: number;
  /** R8: strict compares its strict facts with what the operator saw; merge lets the later commit win. */
  mode: 'strict' | 'merge' | 'commutative';
  forbidden: readonly Role[];
  /** The args in their checked form, or the name of the first bad one. */
  check(args: JsonObject): CheckedArgs;
  /** The facts that must be as the operator saw them; only of a strict command. */
  strictFacts(args: JsonObject): string[];
  /** What it is about: a later wish for the same replaces one that was never sent. Without it, each stands for itself. */
  target?(args: JsonObject): string;
  /** Idempotent by id: the same call over its own effects changes nothing. */
  effects(call: CommandCall, row: ProfileRow | null, world: CommandWorld): CommandEffects;
  contact?: ContactChange;
  /** A rule of the pack that another profile can break; the core looks, a replica does not. */
  exclusive?(args: JsonObject, row: ProfileRow): Exclusive | null;
};

export type CommandPack = ReadonlyMap<string, ReadonlyMap<number, CommandDefinition>>;

export function packOf(definitions: readonly CommandDefinition[]): CommandPack {
  const pack = new Map<string, Map<number, CommandDefinition>>();
  for (const one of definitions) {
    const versions = pack.get(one.name) ?? new Map<number, CommandDefinition>();
    pack.set(one.name, versions.set(one.ver, one));
  }
  return pack;
}

/** The profile that a checked command is about. */
export const profileOf = (args: JsonObject): string =>
  typeof args.profileId === 'string' ? args.profileId : '';
