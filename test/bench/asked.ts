import { chance } from '../../src/demo/random.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { profileLines } from './data.ts';
import { type Asked, askedOf } from './floor/fts.ts';

/** Whom to ask for: spread over all customers. */
export function people(profiles: number, count: number): Asked[] {
  const luck = chance(`bench/search/${count}`);
  const chosen = new Set(Array.from({ length: count }, () => luck.int(0, profiles - 1)));
  const found: Asked[] = [];
  let index = 0;
  for (const { text } of profileLines(profiles))
    if (chosen.has(index++)) found.push(askedOf(JSON.parse(text) as ProfileRow));
  return found;
}
