/** "Satisfy the reported blockers and they disappear; remove a fact and P moves as said." */
import { isDeepStrictEqual } from 'node:util';
import { instantOf, write } from './clock.ts';
import { leafTruth, truth, unknownReason, type World } from './rules.ts';
import {
  type Answer,
  type Bundle,
  type Candidate,
  type FactType,
  type Failure,
  type Leaf,
  member,
  type Predicate,
  type Request,
} from './shapes.ts';

const POOL: Record<FactType, (at: number) => unknown[]> = {
  number: () => [-1, 0, 0.5, 1, 2, 3, 1e300, 17],
  text: () => ['', 'a', 'b', '__proto__', '😀', 'ö'.repeat(1000), 'other'],
  boolean: () => [true, false],
  time: (at) => [write(at), write(at - 30 * 60_000), write(at - 1e10)],
  times: (at) => [0, 1, 2, 3, 4].map((n) => Array.from({ length: n }, () => write(at))),
};
const IS_LEAF = new Set(['eligible', 'applicable', 'suitable', 'suppressed']);
const sameLeaf = (a: Failure, b: Failure): boolean =>
  a.rule === b.rule &&
  a.fact === b.fact &&
  a.op === b.op &&
  a.not === b.not &&
  isDeepStrictEqual(a.needed, b.needed);

/** A value (undefined: none) of the fact that satisfies all its listed leaves, or null where none of the pool does. */
function satisfying(world: World, fact: string, listed: readonly Failure[]): { value: unknown } | null {
  const { type } = member(world.bundle.facts, fact)!;
  for (const value of [undefined, ...POOL[type](world.at)]) {
    const facts = with_(world.facts, fact, value);
    const isRight = ({ op, needed, not }: Failure) =>
      leafTruth({ ...world, facts }, { fact, op: op!, value: needed } as Leaf) === (not !== true);
    if (listed.every(isRight)) return { value };
  }
  return null;
}

export function with_(facts: Record<string, unknown>, fact: string, value: unknown): Record<string, unknown> {
  const rest = Object.entries(facts).filter(([name]) => name !== fact);
  return Object.fromEntries(value === undefined ? rest : [...rest, [fact, value]]);
}

export type Mended = {
  request: Request;
  /** What must not be listed again. */
  gone: Failure[];
  /** Facts that were changed: other leaves on them may fail now. */
  touched: Set<string>;
};

/** The request with every reported blocker of a candidate that can be satisfied satisfied. */
export function mend(bundle: Bundle, request: Request, candidate: Candidate): Mended {
  const world: World = { bundle, facts: request.profile.facts, at: instantOf(request.at)! };
  const profile = { ...request.profile };
  const gone: Failure[] = [];
  const touched = new Set<string>();
  let at = request.at;
  const leaves = candidate.failed.filter(({ rule }) => IS_LEAF.has(rule));
  for (const fact of new Set(leaves.map((failure) => failure.fact!))) {
    const listed = leaves.filter((failure) => failure.fact === fact);
    const found = satisfying(world, fact, listed);
    if (found === null) continue;
    profile.facts = with_(profile.facts, fact, found.value);
    touched.add(fact);
    gone.push(...listed);
  }
  for (const failure of candidate.failed) {
    if (failure.rule === 'consent') profile.consents = with_(profile.consents ?? {}, failure.fact!, true);
    else if (failure.rule === 'preference')
      profile.preferences = with_(profile.preferences ?? {}, failure.fact!, undefined);
    else if (leaves.length > 0 || candidate.failed.length > 1) continue;
    else if (failure.rule === 'cap' && request.mode !== 'inspire') at = failure.frees!;
    else if (failure.rule === 'quiet' && failure.fact === null) at = failure.needed as string;
    else if (failure.rule === 'quiet') profile.zone = 'UTC';
    else continue;
    // Another zone may be quiet too, then with the instant at which it ends.
    gone.push(failure);
  }
  return { request: { ...request, at, profile }, gone, touched };
}

/** What is wrong with the answer to a mended request. */
export function judgeMended(
  { gone, touched, request }: Mended,
  bundle: Bundle,
  before: Candidate,
  after: Candidate,
): string[] {
  const wrong = gone
    .filter((failure) => after.failed.some((other) => sameLeaf(failure, other)))
    .map((failure) => `still listed: ${JSON.stringify(failure)}`);
  const world: World = { bundle, facts: request.profile.facts, at: instantOf(request.at)! };
  for (const rule of ['eligible', 'applicable', 'suitable'] as const) {
    const listed = before.failed.filter((failure) => failure.rule === rule);
    if (listed.length === 0 || !listed.every((failure) => gone.includes(failure))) continue;
    const action = bundle.catalogue.find(({ id }) => id === before.action)!;
    const passes = truth(world, (action[rule] ?? {}) as Predicate) === true;
    const fresh = after.failed.filter((failure) => failure.rule === rule);
    // All that was listed is mended: what fails now rests on a fact that mending changed (with it the other
    // branches of an `any` are listed too).
    if (!passes && fresh.length > 0 && !fresh.some((failure) => touched.has(failure.fact as string)))
      wrong.push(`${rule} fails anew`);
  }
  return wrong;
}

/** Requests that lack one fact each, for what the answer says such a lack would do to P of the chosen. */
export function withoutFacts(bundle: Bundle, request: Request): { fact: string; request: Request }[] {
  const world: World = { bundle, facts: request.profile.facts, at: instantOf(request.at)! };
  return (bundle.policy.learn ?? [])
    .filter((fact) => unknownReason(world, fact) === null)
    .map((fact) => {
      const facts = with_(request.profile.facts, fact, undefined);
      return { fact, request: { ...request, profile: { ...request.profile, facts } } };
    });
}

/** Judges the reasons of an answer by P as it really is without each fact. */
export function judgeReasons(answer: Answer, moved: readonly { fact: string; delta: number }[]): string[] {
  const wrong: string[] = [];
  const told = new Map(
    [...answer.reasons.for, ...answer.reasons.against].map(({ fact, delta }) => [fact, delta]),
  );
  for (const { fact, delta } of moved) {
    const said = told.get(fact);
    if (said !== undefined && Math.abs(said - delta) > 1e-6)
      wrong.push(`delta of ${fact}: ${delta} not ${said}`);
  }
  for (const [list, sign, most] of [
    [answer.reasons.for, 1, 3],
    [answer.reasons.against, -1, 1],
  ] as const) {
    const strong = moved
      .map(({ delta }) => sign * delta)
      .filter((size) => size > 2e-6)
      .sort((a, b) => b - a);
    if (list.length < Math.min(most, strong.length) || list.length > most) wrong.push('how many reasons');
    for (const [i, { delta }] of list.entries()) {
      if (sign * delta < 1e-6) wrong.push('too small a reason');
      if (strong[i] !== undefined && Math.abs(sign * delta - strong[i]) > 1e-6)
        wrong.push('the strongest first');
    }
  }
  return wrong;
}
