import { BundleError } from './shape.ts';
import { parseInstant } from './time.ts';

const LONGEST_NAME = 200;
const loneSurrogate = /\p{Surrogate}/u;

/** A name: any text of 1 to 200 characters. @throws BundleError */
export function checkName(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '')
    throw new BundleError(`${place}: a name is a text, not empty`);
  if (value.length > LONGEST_NAME && Array.from(value).length > LONGEST_NAME) {
    throw new BundleError(`${place}: a name has at most ${LONGEST_NAME} characters`);
  }
  return value;
}

/** A finite number within [least, most], or the default where there is none. @throws BundleError */
export function readNumber(
  value: unknown,
  place: string,
  least: number,
  most: number,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new BundleError(`${place}: a finite number is needed`);
  }
  if (value < least || value > most) {
    throw new BundleError(`${place}: the number lies outside ${least} to ${most}`);
  }
  return value;
}

/** The same, with the ends themselves left out. @throws BundleError */
export function readNumberBetween(
  value: unknown,
  place: string,
  above: number,
  below: number,
  otherwise: number,
): number {
  const number = readNumber(value, place, above, below, otherwise);
  if (number === above || number === below) {
    throw new BundleError(`${place}: the number lies not strictly between ${above} and ${below}`);
  }
  return number;
}

/** Milliseconds of a time. @throws BundleError */
export function readInstant(value: unknown, place: string): number {
  const instant = parseInstant(value);
  if (Number.isNaN(instant)) throw new BundleError(`${place}: a time such as 2026-11-21T10:00:00Z is needed`);
  return instant;
}

/** A list of different names, not empty. @throws BundleError */
export function readNames(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new BundleError(`${place}: a list of names is needed`);
  const names = value.map((name) => checkName(name, place));
  if (new Set(names).size !== names.length) throw new BundleError(`${place}: a name is repeated`);
  return names;
}

/** Whether any text inside, names of members included, holds half of a surrogate pair; at any depth. */
export function hasLoneSurrogate(value: unknown): boolean {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one === 'string' && loneSurrogate.test(one)) return true;
    if (typeof one !== 'object' || one === null) continue;
    if (!Array.isArray(one)) for (const name of Object.keys(one)) waiting.push(name);
    for (const inner of Array.isArray(one) ? one : Object.values(one)) waiting.push(inner);
  }
  return false;
}
