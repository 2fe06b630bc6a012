import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import type { DecideProfile, FactType, Failure } from './contract.ts';
import { consider } from './decide.ts';
import { readRequest } from './request.ts';
import { writeInstant } from './time.ts';

/** A customer's situation as the facts that rules may ask. */
export type Situation = Readonly<Record<string, unknown>>;

export interface CoverageProblem {
  readonly kind: 'unreachable' | 'dead end' | 'phase without action';
  /** The action, the channel or the phase that it is about. */
  readonly about: string;
  readonly sentence: string;
  /** For a dead end: a situation that leads there. */
  readonly example?: Situation;
}

export interface CoverageOptions {
  /** In [0, 1). */
  readonly random: () => number;
  /** Situations as customers have them. */
  readonly situations: readonly Situation[];
  /** Channels that must always have something to offer; all channels count as one where none are named. */
  readonly channels?: readonly string[];
  /** The fact that says where a customer stands, with its values. */
  readonly phase?: { readonly fact: string; readonly values: readonly string[] };
}

const AT = Date.parse('2026-11-21T12:00:00Z');
const TRIES = 40;
const STEPS = 60;
const RULES: ReadonlySet<string> = new Set(['eligible', 'applicable', 'suitable']);

/**
 * What is wrong with the reach of a catalogue: actions whose conditions can never hold together, phases without an
 * action, and situations in which nothing is left. An action counts as unreachable when a search that repairs failed
 * conditions one by one finds no facts for it.
 */
export function checkCoverage(bundle: CompiledBundle, options: CoverageOptions): readonly CoverageProblem[] {
  return [...unreachable(bundle, options), ...deadEnds(bundle, options)];
}

function unreachable(bundle: CompiledBundle, { random, situations }: CoverageOptions): CoverageProblem[] {
  return bundle.actions.flatMap((action): CoverageProblem[] => {
    for (let i = 0; i < TRIES; i++) {
      const start = situations.length === 0 ? {} : pickFrom(situations, random);
      if (isRepairable(bundle, action, i === 0 ? {} : start, random)) return [];
    }
    const sentence = 'no facts were found for which its conditions hold together';
    return [{ kind: 'unreachable', about: action.id, sentence }];
  });
}

/** Walks from a situation towards one in which the action's own conditions hold: one failed leaf is mended a step. */
function isRepairable(
  bundle: CompiledBundle,
  action: CompiledAction,
  start: Situation,
  random: () => number,
): boolean {
  let facts = start;
  for (let step = 0; step < STEPS; step++) {
    const candidates = candidatesOf(bundle, facts, action.channels);
    const own = candidates.find((candidate) => candidate.action === action.id);
    const failed = (own?.failed ?? []).filter(({ rule }) => RULES.has(rule));
    if (!RULES.has(own?.stage ?? '')) return true;
    if (failed.length === 0) return false;
    const failure = pickFrom(failed, random);
    facts = { ...facts, [failure.fact as string]: mended(bundle, failure, random) };
  }
  return false;
}

function candidatesOf(bundle: CompiledBundle, facts: Situation, channels: readonly string[]) {
  const consents = Object.fromEntries(
    bundle.actions.flatMap(({ consent }) => (consent ? [[consent, true]] : [])),
  );
  const profile: DecideProfile = { facts, consents };
  return consider(bundle, readRequest({ id: 'd', at: writeInstant(AT), profile, channels })).candidates;
}

/** A value with which the leaf is as it should be; undefined where the fact must be missing. */
function mended(bundle: CompiledBundle, { fact, op, needed, not }: Failure, random: () => number): unknown {
  const type = bundle.declared.types[bundle.declared.positions.get(fact as string) as number] as FactType;
  const isWanted = not !== true;
  if (op === 'exists') return (needed === true) === isWanted ? anyOf(type) : undefined;
  if (op === 'eq' && typeof needed === 'boolean') return isWanted ? needed : !needed;
  const values = isWanted ? satisfying(op as string, needed) : violating(op as string, needed);
  return pickFrom(values, random);
}

function satisfying(op: string, needed: unknown): readonly unknown[] {
  switch (op) {
    case 'in':
      return needed as readonly unknown[];
    case 'between': {
      const [low, high] = needed as readonly [number, number];
      return [low, (low + high) / 2, high];
    }
    case 'gte':
      return [needed, (needed as number) + 1, (needed as number) + 1_000];
    case 'lte':
      return [needed, (needed as number) - 1, (needed as number) - 1_000];
    case 'withinLast':
      return [writeInstant(AT)];
    case 'countInWindow':
      return countable(needed, (needed as { min?: number }).min ?? 0);
    default:
      return [needed];
  }
}

function violating(op: string, needed: unknown): readonly unknown[] {
  switch (op) {
    case 'eq':
    case 'in':
      return typeof (Array.isArray(needed) ? needed[0] : needed) === 'number'
        ? [-1, 0, 1, 0.5, 1e9, -1e9]
        : ['', 'another', 'yet another'];
    case 'between': {
      const [low, high] = needed as readonly [number, number];
      return [low - 1, high + 1];
    }
    case 'gte':
      return [(needed as number) - 1, (needed as number) - 1_000];
    case 'lte':
      return [(needed as number) + 1, (needed as number) + 1_000];
    case 'withinLast':
      return [writeInstant(AT + 1), writeInstant(0)];
    default: {
      const { min = 0, max } = needed as { min?: number; max?: number };
      return min > 0 ? [[]] : countable(needed, (max ?? 0) + 1);
    }
  }
}

function countable(_needed: unknown, count: number): readonly unknown[] {
  return [Array.from({ length: Math.max(0, Math.ceil(count)) }, () => writeInstant(AT))];
}

function anyOf(type: FactType): unknown {
  switch (type) {
    case 'number':
      return 1;
    case 'text':
      return 'any';
    case 'boolean':
      return true;
    case 'time':
      return writeInstant(AT);
    case 'times':
      return [writeInstant(AT)];
  }
}

function deadEnds(bundle: CompiledBundle, options: CoverageOptions): CoverageProblem[] {
  const { situations, phase } = options;
  const ways = options.channels?.map((channel) => [channel]) ?? [bundle.space.channels];
  const problems: CoverageProblem[] = [];
  const served = new Set<unknown>();
  for (const channels of ways) {
    const about = options.channels === undefined ? 'all channels' : (channels[0] as string);
    const empty: Situation[] = [];
    for (const facts of situations) {
      const isOpen = candidatesOf(bundle, facts, channels).some(({ stage }) => stage === 'open');
      if (!isOpen) empty.push(facts);
      else if (phase !== undefined) served.add(facts[phase.fact]);
    }
    const [example] = empty;
    if (example === undefined) continue;
    const sentence = `${empty.length} of ${situations.length} situations leave nothing to do`;
    problems.push({ kind: 'dead end', about, sentence, example });
  }
  for (const value of phase?.values ?? []) {
    if (!served.has(value))
      problems.push({
        kind: 'phase without action',
        about: value,
        sentence: 'no action is open in this phase',
      });
  }
  return problems;
}

function pickFrom<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
