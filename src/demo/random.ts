/** A seeded source of chance: the same seed gives the same values in the same order, on every machine. */
export type Chance = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number in [low, high], both included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** True with this probability. */
  once(probability: number): boolean;
  /** `length` characters of the alphabet. */
  code(length: number, alphabet: string): string;
  /** An independent source for a named part, so that a change of one part leaves the others as they were. */
  fork(name: string): Chance;
};

/** FNV-1a over UTF-16 units, 32 bits: a seed or a short tag from a name. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for a simulation. */
export function chance(seed: string): Chance {
  let state = hash32(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[int(0, list.length - 1)] as T;
    },
    once: (probability) => next() < probability,
    code: (length, alphabet) =>
      Array.from({ length }, () => alphabet.charAt(int(0, alphabet.length - 1))).join(''),
    fork: (name) => chance(`${seed}/${name}`),
  };
}
