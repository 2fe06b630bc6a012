import type { Json } from './json.ts';

/** One value in a profile: what, from whom, since when. `at` is ISO 8601 in UTC with milliseconds. */
export type Fact = { value: Json; source: string; at: string };

/**
 * A fact that the role may not read in full. `tag` is a keyed hash over profile, name and value that only the core
 * can make; it stands in for the content hash in the base of a command.
 */
export type MaskedFact = { masked: string; tag: string; source: string; at: string };

export type AnyFact = Fact | MaskedFact;

/** Whether a fact or an identity was masked before it left the core. */
export const isMasked = <T extends AnyFact | Identity>(one: T): one is Extract<T, { masked: string }> =>
  'masked' in one;

/** A (type, value) that points to a profile. */
export type Identity = { type: string; value: string } | { type: string; masked: string; tag: string };

/** The row of table `profile`. Facts are flat: `trip.QX7R2M.1.seat` is one fact. Absent facts are not in the map. */
export type ProfileRow = { id: string; identities: Identity[]; facts: { [name: string]: AnyFact } };
