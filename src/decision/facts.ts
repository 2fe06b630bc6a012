import type { FactType } from './contract.ts';
import { parseInstant } from './time.ts';

/** The facts that a bundle declares, by position. */
export interface DeclaredFacts {
  readonly names: readonly string[];
  readonly types: readonly FactType[];
  readonly positions: ReadonlyMap<string, number>;
  /** The texts that some predicate names, numbered per fact: what is asked of a text is asked of its number. */
  readonly numbers: readonly Map<string, number>[];
}

/** Facts by name and type, in the order of their declaration. */
export function makeDeclaredFacts(names: readonly string[], types: readonly FactType[]): DeclaredFacts {
  return {
    names,
    types,
    positions: new Map(names.map((name, i) => [name, i])),
    numbers: names.map(() => new Map()),
  };
}

export const MISSING = 0;
export const KNOWN = 1;
export const WRONG_TYPE = 2;

export const MOST_TEXT = 1_000;
export const MOST_TIMES = 1_000;

/** The declared facts of one request, read once; the arrays are used again for the next request. */
export interface FactTable {
  /** MISSING, KNOWN or WRONG_TYPE per declared fact. */
  readonly state: Uint8Array;
  /** As sent. */
  readonly raw: unknown[];
  /** The value of a number, the milliseconds of a time, 1 or 0 for true or false, a text's number or -1. */
  readonly number: Float64Array;
  /** The milliseconds of each of `times`. */
  readonly times: (readonly number[])[];
  /** The clock of the request in milliseconds. */
  at: number;
}

const NO_TIMES: readonly number[] = [];

/** An empty table with a place for each declared fact. */
export function makeFactTable(declared: DeclaredFacts): FactTable {
  const size = declared.names.length;
  return {
    state: new Uint8Array(size),
    raw: new Array<unknown>(size).fill(undefined),
    number: new Float64Array(size),
    times: new Array<readonly number[]>(size).fill(NO_TIMES),
    at: 0,
  };
}

/** Reads the declared facts out of a request; absent, null or of another type is not known. */
export function readFacts(
  table: FactTable,
  declared: DeclaredFacts,
  facts: Readonly<Record<string, unknown>>,
  at: number,
): void {
  table.at = at;
  const { names } = declared;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    let raw = facts[name];
    // Names such as `constructor` are found on every object.
    if (typeof raw === 'function' || typeof raw === 'object')
      raw = Object.hasOwn(facts, name) ? raw : undefined;
    table.raw[i] = raw;
    if (raw === undefined || raw === null) table.state[i] = MISSING;
    else table.state[i] = readValue(table, declared, i, raw) ? KNOWN : WRONG_TYPE;
  }
}

function readValue(table: FactTable, declared: DeclaredFacts, i: number, raw: unknown): boolean {
  switch (declared.types[i] as FactType) {
    case 'number':
      if (typeof raw !== 'number' || !Number.isFinite(raw)) return false;
      table.number[i] = raw;
      return true;
    case 'text':
      if (!isText(raw)) return false;
      table.number[i] = (declared.numbers[i] as Map<string, number>).get(raw) ?? -1;
      return true;
    case 'boolean':
      table.number[i] = raw === true ? 1 : 0;
      return typeof raw === 'boolean';
    case 'time': {
      const instant = parseInstant(raw);
      table.number[i] = instant;
      return !Number.isNaN(instant);
    }
    case 'times':
      return readTimes(table, i, raw);
  }
}

function readTimes(table: FactTable, i: number, raw: unknown): boolean {
  if (!Array.isArray(raw) || raw.length > MOST_TIMES) return false;
  const instants: number[] = [];
  for (const value of raw) {
    const instant = parseInstant(value);
    if (Number.isNaN(instant)) return false;
    instants.push(instant);
  }
  table.times[i] = instants;
  return true;
}

/** A text of at most 1,000 characters; a character outside the basic plane counts once. */
export function isText(value: unknown, most = MOST_TEXT): value is string {
  if (typeof value !== 'string') return false;
  if (value.length <= most) return true;
  return value.length <= 2 * most && Array.from(value).length <= most;
}
