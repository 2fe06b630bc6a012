import { sha256Hex } from './sha256.ts';

/**
 * RFC 8785 (JSON Canonicalization Scheme): no white space, object keys sorted by UTF-16 code units,
 * numbers as ECMAScript writes them (-0 as 0), strings with the shortest escapes.
 *
 * Members whose value is `undefined` are left out, as JSON has no such value.
 * @throws TypeError for what JSON cannot carry: a number that is not finite, a lone surrogate, a function,
 * a symbol, a bigint, `undefined` in a list or at the top.
 */
export function canonicalJson(value: unknown): string {
  if (isCanonical(value)) {
    const text = JSON.stringify(value);
    // Half of a surrogate pair is written as an escape; so may be a text that only looks like one.
    if (!text.includes('\\ud')) return text;
  }
  return write(value);
}

/**
 * Whether the platform's JSON writes a value as RFC 8785 asks (but for half of a surrogate pair), three times as fast
 * as `write`: plain objects with sorted names, and nothing that JSON cannot carry.
 */
function isCanonical(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  const made = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isCanonical(value[i])) return false;
    return made === Array.prototype;
  }
  if (made !== Object.prototype) return false;
  let last = '';
  for (const name in value) {
    if (name < last) return false;
    last = name;
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined && !isCanonical(member)) return false;
  }
  return true;
}

function write(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      return canonicalNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? canonicalList(value) : canonicalObject(value as Record<string, unknown>);
    default:
      throw new TypeError(`canonical JSON has no form for a value of type ${typeof value}`);
  }
}

/** The first 16 hex digits of SHA-256 over the canonical JSON: the hash of a row (protocol.md "Rows"). */
export function contentHash(value: unknown): string {
  return sha256Hex(canonicalJson(value)).slice(0, 16);
}

const loneSurrogate = /\p{Surrogate}/u;

/** Whether JSON may write a character differently from itself: quotes, backslash, controls, surrogates. */
function needsCare(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff)) return true;
  }
  return false;
}

function canonicalString(text: string): string {
  if (!needsCare(text)) return `"${text}"`;
  if (loneSurrogate.test(text)) throw new TypeError('canonical JSON has no form for a lone surrogate');
  return JSON.stringify(text);
}

function canonicalNumber(number: number): string {
  if (!Number.isFinite(number))
    throw new TypeError('canonical JSON has no form for a number that is not finite');
  return String(number);
}

function canonicalList(list: readonly unknown[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += (i === 0 ? '' : ',') + write(list[i]);
  return `${text}]`;
}

function canonicalObject(object: Record<string, unknown>): string {
  const names = Object.keys(object);
  // The default order of sort() is by UTF-16 code units, which is what RFC 8785 3.2.3 asks for.
  if (!isSorted(names)) names.sort();
  let text = '{';
  for (const name of names) {
    const value = object[name];
    if (value === undefined) continue;
    text += `${text.length === 1 ? '' : ','}${canonicalString(name)}:${write(value)}`;
  }
  return `${text}}`;
}

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if ((names[i - 1] as string) > (names[i] as string)) return false;
  return true;
}
