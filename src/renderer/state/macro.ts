/** A sequence of commands under one name. Its key is one of the operator's own (`OwnKeys`), by its id. */
export type Macro = { readonly id: string; readonly name: string; readonly steps: readonly string[] };

export const MOST_MACROS = 30;
export const MOST_STEPS = 12;
export const LONGEST_NAME = 40;

const isMacro = (one: Partial<Macro> | null): one is Macro =>
  typeof one?.id === 'string' &&
  /^macro\/\d{1,4}$/u.test(one.id) &&
  typeof one.name === 'string' &&
  one.name.trim() !== '' &&
  Array.isArray(one.steps) &&
  one.steps.length > 0 &&
  one.steps.every((step) => typeof step === 'string' && step.length <= 60);

/** Reads what was kept or exported; what is none, or has an id that was there before, is left out. */
export function readMacros(kept: unknown): Macro[] {
  const macros = new Map<string, Macro>();
  for (const one of Array.isArray(kept) ? kept : []) {
    if (!isMacro(one) || macros.has(one.id) || macros.size === MOST_MACROS) continue;
    const { id, name, steps } = one;
    macros.set(id, { id, name: name.slice(0, LONGEST_NAME), steps: steps.slice(0, MOST_STEPS) });
  }
  return [...macros.values()];
}

/** An id that none of them has. */
export function freeId(macros: readonly Macro[]): string {
  for (let number = 1; ; number += 1)
    if (!macros.some(({ id }) => id === `macro/${number}`)) return `macro/${number}`;
}

/** What a macro acts on. */
export type MacroWorld = {
  /** Does the command; false where it cannot be done now, may not be part of a macro, or was refused. */
  perform: (step: string) => Promise<boolean>;
  /** Whether the command leaves something to the operator: a dialog, or somebody else on the screen. */
  isLast: (step: string) => boolean;
  /** Nothing waits for the operator. */
  isFree: () => boolean;
  /** Who is on the screen. */
  customer: () => string | null;
};

/** The first step that was not done, counted from 0, and why. */
export type MacroEnd = { at: number; why: 'refused' | 'open' | 'other' };

/**
 * Does the steps one after the other, for the customer with whom it began, up to the first that is refused. Whatever a
 * step leaves open is the operator's: nothing is done behind it. Null once all of it is done.
 */
export async function runMacro(steps: readonly string[], world: MacroWorld): Promise<MacroEnd | null> {
  const about = world.customer();
  for (const [at, step] of steps.entries()) {
    const before = steps[at - 1];
    if (!world.isFree() || (before !== undefined && world.isLast(before))) return { at, why: 'open' };
    if (world.customer() !== about) return { at, why: 'other' };
    if (!(await world.perform(step))) return { at, why: 'refused' };
  }
  return null;
}
