import type { Json } from '../json.ts';

/**
 * When and by whom something was said; the order of two of them decides which holds (doors.md "Events"): the later
 * time, at equal times the source with the higher priority, then the larger id.
 */
export type Stamp = { readonly at: number; readonly priority: number; readonly id: string };

/** A value said at a time by a source; `value` null says that there is none from then on. */
export type Said = Stamp & {
  readonly value: Json;
  readonly source: string;
  /** For whoever writes facts as text: what was said does not change, so its text can be kept with it. */
  text?: string;
};

/** What a command wrote; between two commands the later commit holds, whatever the core's clock showed. */
export type Commanded = Said & { readonly commit: number };

/**
 * One fact's last word of sources and last word of commands. Both are kept, because only so the winner does not
 * depend on the order of arrival even where the core's clock went backwards between two commands.
 */
export type Register = {
  readonly event: Said | null;
  readonly command: Commanded | null;
  /** Its text in the store (`encodeState`), once it was made. */
  text?: string;
};

export const EMPTY_REGISTER: Register = { event: null, command: null };

export function compareStamps(a: Stamp, b: Stamp): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.priority !== b.priority) return a.priority - b.priority;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The later of two, either of which may be missing. */
export function laterOf<T extends Stamp>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return compareStamps(a, b) >= 0 ? a : b;
}

/** Commutative, associative and idempotent, as a fold in any order needs it. */
export function mergeRegisters(a: Register, b: Register): Register {
  return { event: laterOf(a.event, b.event), command: laterCommand(a.command, b.command) };
}

function laterCommand(a: Commanded | null, b: Commanded | null): Commanded | null {
  if (a === null || b === null) return a ?? b;
  if (a.commit !== b.commit) return a.commit > b.commit ? a : b;
  return a.id >= b.id ? a : b;
}

/** What holds; `since` kills what was said before (a list that no longer names the segment). */
export function winnerOf(register: Register, since: Stamp | null = null): Said | null {
  const alive = <T extends Stamp>(said: T | null) =>
    said !== null && since !== null && compareStamps(said, since) < 0 ? null : said;
  return laterOf<Said>(alive(register.event), alive(register.command));
}
