import { logit } from './arithmetic.ts';
import { checkName, readNames, readNumber, readNumberBetween } from './check.ts';
import type { DeclaredFacts } from './facts.ts';
import { type CompiledPredicate, compilePredicate, type LeafTable } from './predicate.ts';
import { type Question, readQuestion } from './question.ts';
import { BundleError, isObject, withoutNulls } from './shape.ts';
import { HOUR, MINUTE } from './time.ts';

/** At most `count` within a rolling window, in elapsed time. */
export interface CompiledCap {
  readonly count: number;
  /** Milliseconds. */
  readonly window: number;
}

export interface CompiledAction {
  readonly id: string;
  readonly group: string;
  readonly lane: number;
  readonly channels: readonly string[];
  readonly approaches: readonly string[];
  /** Capped at 20 times the median of the catalogue's positive values. */
  readonly value: number;
  readonly cost: number;
  readonly startRate: number;
  readonly startLogit: number;
  readonly eligible: CompiledPredicate;
  readonly applicable: CompiledPredicate;
  readonly suitable: CompiledPredicate;
  /** Milliseconds, per channel of `channels`. */
  readonly minDelay: readonly number[];
  /** Milliseconds; Infinity where it never expires. */
  readonly expires: number;
  readonly caps: readonly CompiledCap[];
  readonly consent: string | null;
  /** What it asks the customer; null for all that is no question. */
  readonly question: Question | null;
}

export const MOST_CANDIDATES = 200;
const VALUE_CAP = 20;
const DEFAULT_START_RATE = 0.05;
const LAST_LANE = 3;

/** Checks and compiles the catalogue. @throws BundleError */
export function compileCatalogue(
  json: unknown,
  declared: DeclaredFacts,
  leaves: LeafTable,
): readonly CompiledAction[] {
  if (!Array.isArray(json)) throw new BundleError('catalogue: a list of actions is needed');
  const actions: CompiledAction[] = [];
  const ids = new Set<string>();
  let candidates = 0;
  for (const entry of json) {
    const action = compileAction(entry, declared, leaves);
    if (ids.has(action.id)) throw new BundleError(`action ${action.id}: the id is repeated`);
    ids.add(action.id);
    candidates += action.channels.length * action.approaches.length;
    if (candidates > MOST_CANDIDATES) {
      throw new BundleError(`catalogue: more than ${MOST_CANDIDATES} candidates (action, channel, approach)`);
    }
    actions.push(action);
  }
  return capValues(actions);
}

/** No single value may drown all others: values are capped at 20 times the median of the positive ones. */
function capValues(actions: readonly CompiledAction[]): readonly CompiledAction[] {
  const positive = actions.map((action) => action.value).filter((value) => value > 0);
  if (positive.length === 0) return actions;
  positive.sort((a, b) => a - b);
  const half = positive.length >> 1;
  const upper = positive[half] as number;
  const median = positive.length % 2 === 1 ? upper : ((positive[half - 1] as number) + upper) / 2;
  const most = VALUE_CAP * median;
  return actions.map((action) => (action.value > most ? { ...action, value: most } : action));
}

function compileAction(data: unknown, declared: DeclaredFacts, leaves: LeafTable): CompiledAction {
  if (!isObject(data)) throw new BundleError('catalogue: an action is an object');
  const json = withoutNulls(data);
  const id = checkName(json['id'], 'catalogue, id');
  const place = `action ${id}`;
  const lane = json['lane'];
  if (typeof lane !== 'number' || !Number.isInteger(lane) || lane < 0 || lane > LAST_LANE) {
    throw new BundleError(`${place}: lane is 0, 1, 2 or 3`);
  }
  const channels = readNames(json['channels'], `${place}, channels`);
  const predicate = (name: string) =>
    compilePredicate(json[name] === undefined ? {} : json[name], declared, leaves, `${place}, ${name}`);
  const question = readQuestion(json['asks'], declared, `${place}, asks`);
  const startRate = readNumberBetween(json['startRate'], `${place}, startRate`, 0, 1, DEFAULT_START_RATE);
  const most = Number.MAX_VALUE;
  return {
    id,
    group: json['group'] === undefined ? id : checkName(json['group'], `${place}, group`),
    lane,
    channels,
    approaches:
      json['approaches'] === undefined ? ['plain'] : readNames(json['approaches'], `${place}, approaches`),
    value: readNumber(json['value'], `${place}, value`, -most, most, 1),
    cost: readNumber(json['cost'], `${place}, cost`, -most, most, 0),
    startRate,
    startLogit: logit(startRate),
    eligible:
      question === null
        ? predicate('eligible')
        : compilePredicate(
            unanswered(declared.names[question.fact] as string, json['eligible']),
            declared,
            leaves,
            `${place}, eligible`,
          ),
    applicable: predicate('applicable'),
    suitable: predicate('suitable'),
    minDelay: readDelays(json['minDelayMinutes'], channels, place),
    expires: Math.round(
      readNumber(json['expiresMinutes'], `${place}, expiresMinutes`, 0, most, Infinity) * MINUTE,
    ),
    caps: readCaps(json['caps'], `${place}, caps`).map(({ cap }) => cap),
    consent: json['consent'] === undefined ? null : checkName(json['consent'], `${place}, consent`),
    question,
  };
}

/** What is known is not asked for. */
function unanswered(fact: string, eligible: unknown): unknown {
  const isUnknown = { fact, op: 'exists', value: false };
  return eligible === undefined ? isUnknown : { all: [isUnknown, eligible] };
}

function readDelays(json: unknown, channels: readonly string[], place: string): readonly number[] {
  if (json === undefined) return channels.map(() => 0);
  if (!isObject(json))
    throw new BundleError(`${place}, minDelayMinutes: an object of minutes per channel is needed`);
  const minutes = new Map<string, number>();
  for (const [channel, value] of Object.entries(json)) {
    minutes.set(channel, readNumber(value, `${place}, minDelayMinutes`, 0, Number.MAX_VALUE, 0));
  }
  return channels.map((channel) => Math.round((minutes.get(channel) ?? 0) * MINUTE));
}

/** A list of caps, each with the data it came from for what further members say. @throws BundleError */
export function readCaps(
  json: unknown,
  place: string,
): readonly { readonly cap: CompiledCap; readonly data: Record<string, unknown> }[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw new BundleError(`${place}: a list is needed`);
  return json.map((data: unknown) => {
    if (!isObject(data)) throw new BundleError(`${place}: a cap has count and windowHours`);
    const { count, windowHours } = data;
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
      throw new BundleError(`${place}: count is a whole number from 1`);
    }
    if (typeof windowHours !== 'number' || !Number.isFinite(windowHours) || windowHours <= 0) {
      throw new BundleError(`${place}: windowHours is a number above 0`);
    }
    return { cap: { count, window: Math.round(windowHours * HOUR) }, data };
  });
}
