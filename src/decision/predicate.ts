import type { FactType, Failure } from './contract.ts';
import { type DeclaredFacts, type FactTable, isText, KNOWN, MISSING } from './facts.ts';
import { BundleError, isObject } from './shape.ts';
import { MINUTE } from './time.ts';

export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;

const DEEPEST = 16;
const LONGEST_LIST = 100;

/** One `{fact, op, value}`; equal leaves of a bundle are one and are evaluated once per request. */
interface Leaf {
  readonly fact: number;
  readonly name: string;
  readonly op: string;
  readonly needed: unknown;
  readonly test: Test;
}

/** What is asked of a known fact: that its number lies between two others (most often), or something else. */
type Test = { readonly low: number; readonly high: number } | ((table: FactTable) => boolean);

/** All leaves of a bundle and, for the request at hand, which of them are true, false or unknown. */
export interface LeafTable {
  readonly leaves: Leaf[];
  readonly keys: Map<string, number>;
  /** One state per leaf: the record of what failed, from which "why not" is read. */
  states: Uint8Array;
  /** Of each leaf that asks for a number between two others, and of the rest: fact, bounds, position. */
  ranges: { readonly leaf: Int32Array; readonly fact: Int32Array; readonly bounds: Float64Array };
  others: readonly number[];
}

type Evaluate = (states: Uint8Array) => number;

type Node =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly CompiledPredicate[] }
  | { readonly kind: 'not'; readonly part: CompiledPredicate };

/** A predicate compiled to a closure over the leaves' states, with its tree kept for the listing of what failed. */
export interface CompiledPredicate {
  readonly evaluate: Evaluate;
  readonly node: Node;
}

/** An empty table of leaves; `sealLeaves` gives it its states once a bundle is compiled. */
export function makeLeafTable(): LeafTable {
  const none = new Int32Array(0);
  const ranges = { leaf: none, fact: none, bounds: new Float64Array(0) };
  return { leaves: [], keys: new Map(), states: new Uint8Array(0), ranges, others: [] };
}

/** Makes room for the states of all leaves; called once, after the last predicate was compiled. */
export function sealLeaves(table: LeafTable): void {
  const { leaves } = table;
  const positions = [...leaves.keys()];
  const ranges = positions.filter((i) => typeof leaves[i]?.test === 'object');
  table.states = new Uint8Array(leaves.length);
  table.others = positions.filter((i) => typeof leaves[i]?.test === 'function');
  table.ranges = {
    leaf: Int32Array.from(ranges),
    fact: Int32Array.from(ranges, (i) => (leaves[i] as Leaf).fact),
    bounds: Float64Array.from(
      ranges.flatMap((i) => {
        const { low, high } = (leaves[i] as Leaf).test as { low: number; high: number };
        return [low, high];
      }),
    ),
  };
}

/** Evaluates all leaves for the facts of a request. */
export function readLeaves(table: LeafTable, facts: FactTable): void {
  const { leaves, states, others } = table;
  const { leaf, fact, bounds } = table.ranges;
  for (let i = 0; i < leaf.length; i++) {
    const at = fact[i] as number;
    const number = facts.number[at] as number;
    // Without a branch: nobody can foretell which of two bounds a customer's fact is beyond.
    const isWithin =
      Number(number >= (bounds[2 * i] as number)) & Number(number <= (bounds[2 * i + 1] as number));
    states[leaf[i] as number] = facts.state[at] === KNOWN ? isWithin : UNKNOWN;
  }
  for (let i = 0; i < others.length; i++) {
    const { fact: at, op, test } = leaves[others[i] as number] as Leaf;
    const isAsked = op === 'exists' || facts.state[at] === KNOWN;
    const isTrue = isAsked && (test as (table: FactTable) => boolean)(facts);
    states[others[i] as number] = !isAsked ? UNKNOWN : isTrue ? TRUE : FALSE;
  }
}

/**
 * Compiles a predicate against the declared facts.
 * @throws BundleError naming the place, for anything that decisioning.md "Rules" does not allow.
 */
export function compilePredicate(
  data: unknown,
  declared: DeclaredFacts,
  leaves: LeafTable,
  place: string,
  depth = 1,
): CompiledPredicate {
  if (!isObject(data)) throw new BundleError(`${place}: a predicate is an object`);
  if (depth > DEEPEST) throw new BundleError(`${place}: a predicate is at most ${DEEPEST} deep`);
  const forms = ['all', 'any', 'not', 'fact'].filter((form) => Object.hasOwn(data, form));
  const form = forms[0];
  if (form === undefined && Object.keys(data).length === 0) return always;
  if (form === undefined || forms.length > 1) {
    throw new BundleError(`${place}: a predicate is {}, all, any, not, or fact with op and value`);
  }
  const inner = (part: unknown) => compilePredicate(part, declared, leaves, place, depth + 1);
  if (form === 'fact') return compileLeaf(data, declared, leaves, place);
  if (form === 'not') return negation(inner(data['not']));
  const list = data[form];
  if (!Array.isArray(list)) throw new BundleError(`${place}: ${form} takes a list`);
  if (form === 'any' && list.length === 0)
    throw new BundleError(`${place}: any of nothing can never be true`);
  const parts = list.map(inner);
  return form === 'all' ? conjunction(parts) : disjunction(parts);
}

/** Whether a predicate is true; the empty one, the most frequent, without asking it. */
export function isTrue(predicate: CompiledPredicate, leaves: LeafTable): boolean {
  return predicate === always || predicate.evaluate(leaves.states) === TRUE;
}

const always: CompiledPredicate = { evaluate: () => TRUE, node: { kind: 'all', parts: [] } };

function negation(part: CompiledPredicate): CompiledPredicate {
  const { evaluate } = part;
  return {
    evaluate: (states) => {
      const result = evaluate(states);
      return result === UNKNOWN ? UNKNOWN : 1 - result;
    },
    node: { kind: 'not', part },
  };
}

const conjunction = (parts: readonly CompiledPredicate[]) => junction('all', parts, TRUE, FALSE);
const disjunction = (parts: readonly CompiledPredicate[]) => junction('any', parts, FALSE, TRUE);

/** One part with the result `ends` decides; else one that is unknown; else the result is `rests`. */
function junction(
  kind: 'all' | 'any',
  parts: readonly CompiledPredicate[],
  rests: number,
  ends: number,
): CompiledPredicate {
  const leaves = Int32Array.from(parts.flatMap(({ node }) => (node.kind === 'leaf' ? [node.leaf] : [])));
  const inner = parts.filter(({ node }) => node.kind !== 'leaf').map(({ evaluate }) => evaluate);
  const evaluate: Evaluate = (states) => {
    let result = rests;
    for (let i = 0; i < leaves.length; i++) {
      const one = states[leaves[i] as number] as number;
      if (one === ends) return ends;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    for (let i = 0; i < inner.length; i++) {
      const one = (inner[i] as Evaluate)(states);
      if (one === ends) return ends;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
  return { evaluate, node: { kind, parts } };
}

function compileLeaf(
  data: Record<string, unknown>,
  declared: DeclaredFacts,
  leaves: LeafTable,
  place: string,
): CompiledPredicate {
  const name = data['fact'];
  const fact = typeof name === 'string' ? declared.positions.get(name) : undefined;
  if (typeof name !== 'string' || fact === undefined) {
    throw new BundleError(`${place}: the fact of a predicate is not declared`);
  }
  const op = data['op'];
  const needed = op === 'exists' && data['value'] === undefined ? true : data['value'];
  const type = declared.types[fact] as FactType;
  const test = typeof op === 'string' ? makeTest(op, declared, needed, fact) : null;
  if (typeof op !== 'string' || test === null) {
    throw new BundleError(`${place}: this op or value does not fit a fact of type ${type}`);
  }
  const key = JSON.stringify([fact, op, needed]);
  let leaf = leaves.keys.get(key);
  if (leaf === undefined) {
    leaf = leaves.leaves.push({ fact, name, op, needed, test }) - 1;
    leaves.keys.set(key, leaf);
  }
  const position = leaf;
  return { evaluate: (states) => states[position] as number, node: { kind: 'leaf', leaf } };
}

/** The test of a leaf over a known fact, or null where op, type and value do not fit. */
function makeTest(op: string, declared: DeclaredFacts, value: unknown, fact: number): Test | null {
  const type = declared.types[fact] as FactType;
  switch (op) {
    case 'eq':
      return isScalar(type, value) ? exactly(numberOf(declared, fact, value)) : null;
    case 'in':
      return type !== 'boolean' && isList(type, value) ? isIn(declared, fact, value) : null;
    case 'gte':
      return type === 'number' && isNumber(value) ? { low: value, high: Infinity } : null;
    case 'lte':
      return type === 'number' && isNumber(value) ? { low: -Infinity, high: value } : null;
    case 'between':
      return type === 'number' ? between(value) : null;
    case 'exists':
      return typeof value === 'boolean' ? (table) => (table.state[fact] === KNOWN) === value : null;
    case 'withinLast':
      return type === 'time' ? withinLast(fact, value) : null;
    case 'countInWindow':
      return type === 'times' ? countInWindow(fact, value) : null;
    default:
      return null;
  }
}

/** The number that a value of a predicate has in the table of facts. */
function numberOf(declared: DeclaredFacts, fact: number, value: unknown): number {
  if (typeof value !== 'string') return Number(value);
  const numbers = declared.numbers[fact] as Map<string, number>;
  const number = numbers.get(value) ?? numbers.size;
  numbers.set(value, number);
  return number;
}

function exactly(number: number): Test {
  return { low: number, high: number };
}

function isIn(declared: DeclaredFacts, fact: number, list: readonly unknown[]): Test {
  const numbers = Float64Array.from(list, (value) => numberOf(declared, fact, value));
  if (numbers.length === 1) return exactly(numbers[0] as number);
  return (table) => {
    const number = table.number[fact] as number;
    for (let i = 0; i < numbers.length; i++) if (numbers[i] === number) return true;
    return false;
  };
}

function between(value: unknown): Test | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [low, high] = value as readonly unknown[];
  return isNumber(low) && isNumber(high) ? { low, high } : null;
}

function withinLast(fact: number, minutes: unknown): Test | null {
  if (!isNumber(minutes) || minutes < 0) return null;
  const longest = minutes * MINUTE;
  return (table) => {
    const age = table.at - (table.number[fact] as number);
    return age >= 0 && age <= longest;
  };
}

function countInWindow(fact: number, value: unknown): Test | null {
  if (!isObject(value)) return null;
  const { minutes, min = 0, max = Number.MAX_VALUE } = value;
  if (!isNumber(minutes) || minutes < 0 || !isNumber(min) || !isNumber(max)) return null;
  const longest = minutes * MINUTE;
  return (table) => {
    let count = 0;
    for (const instant of table.times[fact] as readonly number[]) {
      if (instant > table.at - longest && instant <= table.at) count++;
    }
    return count >= min && count <= max;
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isScalar(type: FactType, value: unknown): boolean {
  if (type === 'number') return isNumber(value);
  if (type === 'text') return isText(value);
  return type === 'boolean' && typeof value === 'boolean';
}

function isList(type: FactType, value: unknown): value is readonly unknown[] {
  const sized = Array.isArray(value) && value.length >= 1 && value.length <= LONGEST_LIST;
  return sized && value.every((one) => isScalar(type, one));
}

/**
 * Lists the leaves that stand in the way of `wanted` (TRUE: the predicate should be true and is not; FALSE: it
 * should be false and is not). A leaf that is as it should be is never listed.
 */
export function listFailures(
  predicate: CompiledPredicate,
  wanted: typeof TRUE | typeof FALSE,
  rule: string,
  table: FactTable,
  leaves: LeafTable,
  into: Pick<Failure[], 'push'>,
): void {
  const { node } = predicate;
  if (node.kind === 'not') {
    listFailures(node.part, wanted === TRUE ? FALSE : TRUE, rule, table, leaves, into);
  } else if (node.kind === 'leaf') {
    if (leaves.states[node.leaf] !== wanted)
      into.push(describeLeaf(leaves.leaves[node.leaf] as Leaf, wanted, rule, table));
  } else {
    // Where one branch of an `any` is true none is listed; likewise the other way round.
    if (predicate.evaluate(leaves.states) === wanted) return;
    for (const part of node.parts) listFailures(part, wanted, rule, table, leaves, into);
  }
}

function describeLeaf(leaf: Leaf, wanted: number, rule: string, table: FactTable): Failure {
  const { name: fact, needed, op } = leaf;
  const state = table.state[leaf.fact];
  const actual = state === MISSING ? null : writable(table.raw[leaf.fact]);
  // One shape per case: by far the most of what a decision allocates.
  if (state === KNOWN)
    return wanted === FALSE
      ? { actual, fact, needed, not: true, op, rule }
      : { actual, fact, needed, op, rule };
  const reason = state === MISSING ? 'missing' : 'type';
  return wanted === FALSE
    ? { actual, fact, needed, not: true, op, reason, rule }
    : { actual, fact, needed, op, reason, rule };
}

/** A value as sent; JSON has no form for the infinity that 1e999 is read as, so it is written as null. */
export function writable(raw: unknown): unknown {
  if (typeof raw === 'string' || typeof raw === 'boolean' || raw === null) return raw;
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  return JSON.parse(JSON.stringify(raw));
}
