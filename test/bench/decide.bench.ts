/**
 * Decisions with 40 candidates and 30 facts by the product's library, its model trained, and as floor the best-known
 * rule engine in JavaScript on the same rules (rules only: it scores nothing, keeps no reasons and proves nothing).
 */
import { createHash } from 'node:crypto';
import { Engine, type RuleProperties, type TopLevelCondition } from 'json-rules-engine';
import { type CompiledBundle, compileBundle } from '../../src/decision/bundle.ts';
import { maskOfAction, surround } from '../../src/decision/constraints.ts';
import type { ActionData, BundleData, DecideRequest } from '../../src/decision/contract.ts';
import { consider, decide } from '../../src/decision/decide.ts';
import { readFacts } from '../../src/decision/facts.ts';
import { FeedbackBook } from '../../src/decision/feedback.ts';
import { readLeaves } from '../../src/decision/predicate.ts';
import { readFeedback, readRequest } from '../../src/decision/request.ts';
import { type Chance, chance } from '../../src/demo/random.ts';
import { type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, overRounds, quantile } from './stats.ts';

const CHANNELS = ['desk', 'phone'];
const ACTIONS = 20;
const NUMBERS = 12;
const TEXTS = 12;
const BOOLEANS = 6;
const WORDS = ['red', 'green', 'blue', 'grey', 'black'];
const CONTEXTS = 2_000;
const AT = '2026-11-21T12:00:00Z';

type Leaf = { fact: string; op: 'gte' | 'lte' | 'eq' | 'in'; value: number | string | boolean | string[] };

function leafOf(luck: Chance): Leaf {
  const kind = luck.next();
  if (kind < 0.4)
    return { fact: `n${luck.int(1, NUMBERS)}`, op: luck.pick(['gte', 'lte']), value: luck.int(10, 90) };
  if (kind < 0.6) return { fact: `t${luck.int(1, TEXTS)}`, op: 'eq', value: luck.pick(WORDS) };
  if (kind < 0.8) return { fact: `t${luck.int(1, TEXTS)}`, op: 'in', value: WORDS.slice(luck.int(1, 3)) };
  return { fact: `b${luck.int(1, BOOLEANS)}`, op: 'eq', value: luck.once(0.5) };
}

/** One rule an action: two conditions that must hold and two of which one must. */
type Rule = { action: string; all: Leaf[]; any: Leaf[] };

const rulesOf = (luck: Chance): Rule[] =>
  Array.from({ length: ACTIONS }, (_, i) => ({
    action: `a${i + 1}`,
    all: [leafOf(luck), leafOf(luck)],
    any: [leafOf(luck), leafOf(luck)],
  }));

function bundleOf(rules: readonly Rule[]): BundleData {
  const facts: { [name: string]: { type: 'number' | 'text' | 'boolean' } } = {};
  for (let i = 1; i <= NUMBERS; i++) facts[`n${i}`] = { type: 'number' };
  for (let i = 1; i <= TEXTS; i++) facts[`t${i}`] = { type: 'text' };
  for (let i = 1; i <= BOOLEANS; i++) facts[`b${i}`] = { type: 'boolean' };
  const catalogue = rules.map(
    ({ action, all, any }, i): ActionData => ({
      id: action,
      lane: 2,
      channels: CHANNELS,
      value: 1 + (i % 5),
      startRate: 0.05,
      eligible: { all: [...all, { any }] },
    }),
  );
  return { version: 'bench', facts, catalogue, policy: { learn: Object.keys(facts) } };
}

function requestsOf(luck: Chance): DecideRequest[] {
  return Array.from({ length: CONTEXTS }, (_, i) => {
    const facts: { [name: string]: number | string | boolean } = {};
    for (let n = 1; n <= NUMBERS; n++) facts[`n${n}`] = luck.int(0, 100);
    for (let n = 1; n <= TEXTS; n++) facts[`t${n}`] = luck.pick(WORDS);
    for (let n = 1; n <= BOOLEANS; n++) facts[`b${n}`] = luck.once(0.5);
    return { id: `d${i}`, at: AT, profile: { id: `p${i}`, facts }, channels: CHANNELS };
  });
}

/** A model that has seen outcomes: an empty one would have nothing to add up. */
function train(bundle: CompiledBundle, requests: readonly DecideRequest[], luck: Chance): void {
  const book = new FeedbackBook(bundle, bundle.model);
  for (const request of requests) {
    const read = readRequest(request);
    const decision = consider(bundle, read);
    book.remember(read, decision);
    if (decision.chosen === null) continue;
    book.take(readFeedback({ id: request.id, outcome: 'presented', at: AT }));
    if (luck.once(0.3)) book.take(readFeedback({ id: request.id, outcome: 'positive', at: AT }));
  }
}

const OPERATORS = { gte: 'greaterThanInclusive', lte: 'lessThanInclusive', eq: 'equal', in: 'in' } as const;

function engineOf(rules: readonly Rule[]): Engine {
  const plain = ({ fact, op, value }: Leaf) => ({ fact, operator: OPERATORS[op], value });
  const engine = new Engine();
  for (const { action, all, any } of rules) {
    const conditions: TopLevelCondition = { all: [...all.map(plain), { any: any.map(plain) }] };
    // The rules are the same for both channels; a candidate is an action on a channel.
    for (const channel of CHANNELS)
      engine.addRule({ conditions, event: { type: action, params: { channel } } } satisfies RuleProperties);
  }
  return engine;
}

/** What json-rules-engine does and no more: which candidates' rules hold. Answers how many. */
function rulesOnly(bundle: CompiledBundle, request: DecideRequest): number {
  const read = readRequest(request);
  readFacts(bundle.table, bundle.declared, read.facts, read.at);
  readLeaves(bundle.leaves, bundle.table);
  const around = surround(bundle, read);
  let open = 0;
  for (const action of bundle.space.action)
    if (maskOfAction(bundle, bundle.actions[action] as CompiledBundle['actions'][number], around) === 0)
      open++;
  return open;
}

/** As the core gives it to the library. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const US_PER_MS = 1000;

/** Microseconds of each call by the clock, and of processor time for one: others on the machine take only the first. */
type Taken = { each: number[]; cpu: number };

const processorTime = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

function timed(
  count: number,
  requests: readonly DecideRequest[],
  work: (request: DecideRequest) => void,
): Taken {
  const each: number[] = [];
  const began = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const request = requests[i % requests.length] as DecideRequest;
    const start = performance.now();
    work(request);
    each.push((performance.now() - start) * US_PER_MS);
  }
  return { each, cpu: processorTime(began) / count };
}

async function timedEngine(
  count: number,
  requests: readonly DecideRequest[],
  engine: Engine,
): Promise<Taken> {
  const each: number[] = [];
  const began = process.cpuUsage();
  for (let i = 0; i < count; i++) {
    const { facts } = (requests[i % requests.length] as DecideRequest).profile;
    const start = performance.now();
    await engine.run({ ...facts });
    each.push((performance.now() - start) * US_PER_MS);
  }
  return { each, cpu: processorTime(began) / count };
}

/** Both must call the same actions eligible, or the comparison compares nothing. */
async function compare(
  bundle: CompiledBundle,
  engine: Engine,
  requests: readonly DecideRequest[],
): Promise<void> {
  for (const request of requests.slice(0, 200)) {
    const { events } = await engine.run({ ...request.profile.facts });
    const theirs = new Set(events.map(({ type }) => type));
    const { candidates } = consider(bundle, readRequest(request));
    const ours = new Set(candidates.filter(({ stage }) => stage === 'open').map(({ action }) => action));
    if (rulesOnly(bundle, request) !== ours.size * CHANNELS.length)
      throw new Error(`the rules alone disagree about ${request.id}`);
    if (ours.size !== theirs.size || [...ours].some((action) => !theirs.has(action)))
      throw new Error(`the engines disagree about ${request.id}`);
  }
}

async function run({ rounds, quick }: Options, report: Report): Promise<void> {
  const luck = chance('bench/decide');
  const rules = rulesOf(luck);
  const bundle = compileBundle(bundleOf(rules));
  const requests = requestsOf(luck);
  train(bundle, requests, luck);
  const engine = engineOf(rules);
  await compare(bundle, engine, requests);
  const count = quick ? 5_000 : 20_000;
  const took = await interleaved(rounds, [
    { name: 'decide', run: () => timed(count, requests, (one) => void decide(bundle, one, { digest })) },
    { name: 'consider', run: () => timed(count, requests, (one) => void consider(bundle, readRequest(one))) },
    { name: 'rules', run: () => timed(count, requests, (one) => void rulesOnly(bundle, one)) },
    { name: 'engine', run: () => timedEngine(count / 10, requests, engine) },
  ]);
  const takenBy = (name: string): Taken[] => took.get(name) ?? [];
  /** Decisions in a second of processor time. */
  const rateOf = (name: string): number =>
    quantile(
      takenBy(name).map(({ cpu }) => 1e6 / cpu),
      0.5,
    );
  const floor = rateOf('engine');
  const say = (name: string, what: string, beside?: number): void => {
    const { p50, p99, n } = overRounds(takenBy(name).map(({ each }) => each.map((us) => us / US_PER_MS)));
    report({
      case: what,
      n,
      value: rateOf(name),
      unit: 'decisions/s of one core',
      p50,
      p99,
      ...(beside ? { floor: beside } : {}),
    });
  };
  say('consider', '40 candidates x 30 facts, ms', floor);
  say('rules', 'the rules of its 40 candidates only, ms', floor);
  say('decide', 'the same with the canonical form and its hash, ms', floor);
  say('engine', 'json-rules-engine, the same rules only, ms');
}

const options = readOptions();
await run(options, reporter('decide', options));
