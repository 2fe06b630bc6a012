/** Kleene logic over facts and the list of what failed, written from decisioning.md "Rules". */
import { instantOf } from './clock.ts';
import { type Bundle, type FactType, type Failure, type Leaf, member, type Predicate } from './shapes.ts';

const MINUTE = 60_000;
/** true, false, or null for unknown. */
export type Truth = boolean | null;
export type Facts = Record<string, unknown>;
export type World = { bundle: Bundle; facts: Facts; at: number };

/** `missing`, `type`, or null where the fact is known. */
export function unknownReason(world: World, fact: string): 'missing' | 'type' | null {
  const value = member(world.facts, fact);
  if (value === undefined || value === null) return 'missing';
  const type = (member(world.bundle.facts, fact) as { type: FactType }).type;
  return isOf(type, value) ? null : 'type';
}

function isOf(type: FactType, value: unknown): boolean {
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (type === 'text') return typeof value === 'string' && [...value].length <= 1000;
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'time') return instantOf(value) !== null;
  return Array.isArray(value) && value.length <= 1000 && value.every((one) => instantOf(one) !== null);
}

export function leafTruth(world: World, { fact, op, value }: Leaf): Truth {
  const isKnown = unknownReason(world, fact) === null;
  if (op === 'exists') return isKnown === (value ?? true);
  if (!isKnown) return null;
  const raw = member(world.facts, fact);
  switch (op) {
    case 'eq':
      return raw === value;
    case 'in':
      return (value as unknown[]).includes(raw);
    case 'gte':
      return (raw as number) >= (value as number);
    case 'lte':
      return (raw as number) <= (value as number);
    case 'between':
      return (raw as number) >= (value as number[])[0]! && (raw as number) <= (value as number[])[1]!;
    case 'withinLast': {
      const age = world.at - instantOf(raw)!;
      return age >= 0 && age <= (value as number) * MINUTE;
    }
    default: {
      const { minutes, min = 0, max = Infinity } = value as { minutes: number; min?: number; max?: number };
      const inside = (raw as string[])
        .map((one) => instantOf(one)!)
        .filter((one) => one > world.at - minutes * MINUTE && one <= world.at);
      return inside.length >= min && inside.length <= max;
    }
  }
}

export function truth(world: World, predicate: Predicate): Truth {
  if ('fact' in predicate) return leafTruth(world, predicate as Leaf);
  if ('not' in predicate) {
    const inner = truth(world, predicate.not as Predicate);
    return inner === null ? null : !inner;
  }
  if ('all' in predicate) {
    const parts = (predicate.all as Predicate[]).map((part) => truth(world, part));
    return parts.includes(false) ? false : parts.includes(null) ? null : true;
  }
  if ('any' in predicate) {
    const parts = (predicate.any as Predicate[]).map((part) => truth(world, part));
    return parts.includes(true) ? true : parts.includes(null) ? null : false;
  }
  return true;
}

/** What should be `wanted` and is not. */
export function failures(world: World, rule: string, predicate: Predicate, wanted: boolean): Failure[] {
  if (truth(world, predicate) === wanted) return [];
  if ('fact' in predicate) {
    const { fact, op, value } = predicate as Leaf;
    const reason = unknownReason(world, fact);
    const sent = member(world.facts, fact);
    return [
      {
        rule,
        fact,
        op,
        needed: op === 'exists' ? (value ?? true) : value,
        actual: sent === undefined ? null : sent,
        ...(reason !== null && { reason }),
        ...(!wanted && { not: true }),
      },
    ];
  }
  if ('not' in predicate) return failures(world, rule, predicate.not as Predicate, !wanted);
  const parts = ('all' in predicate ? predicate.all : 'any' in predicate ? predicate.any : []) as Predicate[];
  return parts.flatMap((part) => failures(world, rule, part, wanted));
}
