import type { Json } from '../../domain/json.ts';

/** Checks on the bare shape of JSON from outside, without recursion: it may be nested a hundred thousand deep. */

const loneSurrogate = /\p{Surrogate}/u;

/** Whether a text has a form in UTF-8: no half of a surrogate pair. */
export const isWellFormed = (text: string): boolean => !loneSurrogate.test(text);

/** The text with U+FFFD for halves of surrogate pairs. */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\ufffd');

export type Shape = { depth: number; clean: boolean };

/**
 * How deep a value is nested (a plain value 0, `{}` 1), up to `limit` + 1, and whether all of it can be kept as it is:
 * no lone surrogate (UTF-8 has no form for it) and no number that is not finite (`1e999`).
 */
export function shapeOf(value: unknown, limit: number): Shape {
  let clean = true;
  let level: unknown[] = [value];
  for (let depth = 0; ; depth++) {
    const next: unknown[] = [];
    let nested = false;
    for (const one of level) {
      if (typeof one === 'string') clean &&= isWellFormed(one);
      else if (typeof one === 'number') clean &&= Number.isFinite(one);
      else if (typeof one === 'object' && one !== null) {
        nested = true;
        for (const [name, inner] of Object.entries(one)) {
          clean &&= isWellFormed(name);
          next.push(inner);
        }
      }
    }
    if (!nested) return { depth, clean };
    if (depth >= limit) return { depth: limit + 1, clean };
    level = next;
  }
}

/**
 * The same value with U+FFFD for lone surrogates and without numbers that are not finite: as null they would delete a
 * fact that nobody wanted to delete.
 */
export function cleaned(value: Json): Json {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(cleaned);
  const entries = Object.entries(value).filter(
    ([, inner]) => typeof inner !== 'number' || Number.isFinite(inner),
  );
  return Object.fromEntries(entries.map(([name, inner]) => [wellFormed(name), cleaned(inner)]));
}
