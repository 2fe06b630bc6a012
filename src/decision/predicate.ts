import type { FactType, Failure } from './contract.ts';
import { type DeclaredFacts, type FactTable, isText, KNOWN, MISSING } from './facts.ts';
import { BundleError, isObject } from './shape.ts';
import { MINUTE } from './time.ts';

export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
const NOT_ASKED = 3;

const DEEPEST = 16;
const LONGEST_LIST = 100;

/** One `{fact, op, value}`; equal leaves of a bundle are one and are evaluated once per request. */
interface Leaf {
  readonly fact: number;
  readonly name: string;
  readonly op: string;
  readonly needed: unknown;
  readonly test: (table: FactTable) => boolean;
}

/** All leaves of a bundle and, for the request at hand, which of them are true, false or unknown. */
export interface LeafTable {
  readonly leaves: Leaf[];
  readonly keys: Map<string, number>;
  /** One state per leaf: the record of what failed, from which "why not" is read. */
  states: Uint8Array;
}

type Evaluate = (table: FactTable, states: Uint8Array) => number;

type Node =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly CompiledPredicate[] }
  | { readonly kind: 'not'; readonly part: CompiledPredicate };

/** A predicate compiled to a closure, with its tree kept for the listing of what failed. */
export interface CompiledPredicate {
  readonly evaluate: Evaluate;
  readonly node: Node;
}

/** An empty table of leaves; `sealLeaves` gives it its states once a bundle is compiled. */
export function makeLeafTable(): LeafTable {
  return { leaves: [], keys: new Map(), states: new Uint8Array(0) };
}

/** Makes room for the states of all leaves; called once, after the last predicate was compiled. */
export function sealLeaves(table: LeafTable): void {
  table.states = new Uint8Array(table.leaves.length);
}

/** Forgets the states of the last request. */
export function resetLeaves(table: LeafTable): void {
  table.states.fill(NOT_ASKED);
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

const always: CompiledPredicate = { evaluate: () => TRUE, node: { kind: 'all', parts: [] } };

function negation(part: CompiledPredicate): CompiledPredicate {
  const { evaluate } = part;
  return {
    evaluate: (table, states) => {
      const result = evaluate(table, states);
      return result === UNKNOWN ? UNKNOWN : 1 - result;
    },
    node: { kind: 'not', part },
  };
}

function conjunction(parts: readonly CompiledPredicate[]): CompiledPredicate {
  const inner = parts.map((part) => part.evaluate);
  const evaluate: Evaluate = (table, states) => {
    let result = TRUE;
    for (let i = 0; i < inner.length; i++) {
      const one = (inner[i] as Evaluate)(table, states);
      if (one === FALSE) return FALSE;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
  return { evaluate: inner.length === 1 ? (inner[0] as Evaluate) : evaluate, node: { kind: 'all', parts } };
}

function disjunction(parts: readonly CompiledPredicate[]): CompiledPredicate {
  const inner = parts.map((part) => part.evaluate);
  const evaluate: Evaluate = (table, states) => {
    let result = FALSE;
    for (let i = 0; i < inner.length; i++) {
      const one = (inner[i] as Evaluate)(table, states);
      if (one === TRUE) return TRUE;
      if (one === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
  return { evaluate, node: { kind: 'any', parts } };
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
  const test = typeof op === 'string' ? makeTest(op, type, needed, fact) : null;
  if (typeof op !== 'string' || test === null) {
    throw new BundleError(`${place}: this op or value does not fit a fact of type ${type}`);
  }
  const key = JSON.stringify([fact, op, needed]);
  let leaf = leaves.keys.get(key);
  if (leaf === undefined) {
    leaf = leaves.leaves.push({ fact, name, op, needed, test }) - 1;
    leaves.keys.set(key, leaf);
  }
  return { evaluate: leafEvaluator(leaf, fact, op, test), node: { kind: 'leaf', leaf } };
}

function leafEvaluator(leaf: number, fact: number, op: string, test: Leaf['test']): Evaluate {
  const neverUnknown = op === 'exists';
  return (table, states) => {
    let state = states[leaf] as number;
    if (state === NOT_ASKED) {
      if (neverUnknown || table.state[fact] === KNOWN) state = test(table) ? TRUE : FALSE;
      else state = UNKNOWN;
      states[leaf] = state;
    }
    return state;
  };
}

/** The test of a leaf over a known fact, or null where op, type and value do not fit. */
function makeTest(op: string, type: FactType, value: unknown, fact: number): Leaf['test'] | null {
  switch (op) {
    case 'eq':
      return isScalar(type, value) ? equals(fact, value) : null;
    case 'in':
      return type !== 'boolean' && isList(type, value) ? isIn(fact, value) : null;
    case 'gte':
      return type === 'number' && isNumber(value) ? (table) => (table.number[fact] as number) >= value : null;
    case 'lte':
      return type === 'number' && isNumber(value) ? (table) => (table.number[fact] as number) <= value : null;
    case 'between':
      return type === 'number' ? between(fact, value) : null;
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

function equals(fact: number, value: unknown): Leaf['test'] {
  return (table) => table.raw[fact] === value;
}

function isIn(fact: number, list: readonly unknown[]): Leaf['test'] {
  const set = new Set(list);
  return (table) => set.has(table.raw[fact]);
}

function between(fact: number, value: unknown): Leaf['test'] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [low, high] = value as readonly unknown[];
  if (!isNumber(low) || !isNumber(high)) return null;
  return (table) => (table.number[fact] as number) >= low && (table.number[fact] as number) <= high;
}

function withinLast(fact: number, minutes: unknown): Leaf['test'] | null {
  if (!isNumber(minutes) || minutes < 0) return null;
  const longest = minutes * MINUTE;
  return (table) => {
    const age = table.at - (table.number[fact] as number);
    return age >= 0 && age <= longest;
  };
}

function countInWindow(fact: number, value: unknown): Leaf['test'] | null {
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
  into: Failure[],
): void {
  if (predicate.evaluate(table, leaves.states) === wanted) return;
  const { node } = predicate;
  if (node.kind === 'not') {
    listFailures(node.part, wanted === TRUE ? FALSE : TRUE, rule, table, leaves, into);
  } else if (node.kind === 'leaf') {
    into.push(describeLeaf(leaves.leaves[node.leaf] as Leaf, wanted, rule, table));
  } else {
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
