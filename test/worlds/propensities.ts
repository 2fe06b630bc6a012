/** Whether logged propensities are what really happens, over ids and seeds; the worst of several situations (Holm). */
import { type CompiledBundle, compileBundle } from '../../src/decision/bundle.ts';
import type { DecideRequest, Decision } from '../../src/decision/contract.ts';
import { consider } from '../../src/decision/decide.ts';
import { FeedbackBook } from '../../src/decision/feedback.ts';
import { type ReadRequest, readRequest } from '../../src/decision/request.ts';
import { chance } from '../../src/demo/random.ts';

const AT = '2026-11-21T10:00:00Z';
const FLOOR = 0.1;
const SITUATIONS = 6;

export type Decider = (bundle: CompiledBundle, request: ReadRequest, seed: number) => Decision;

/** Least p after Holm's correction, the smallest propensity in floors, and the largest error of a sum. */
export function propensityTest(
  draws: number,
  decide: Decider = (bundle, request, seed) => consider(bundle, request, { seed }),
): { p: number; n: number; floor: number; sum: number } {
  const ps: number[] = [];
  let [floor, sum] = [Infinity, 0];
  for (let situation = 0; situation < SITUATIONS; situation++) {
    const bundle = trained(situation);
    const counts = new Map<string, { seen: number; propensity: number }>();
    for (let i = 0; i < draws; i++) {
      const request = readRequest(
        requestOf(`id ${situation} ${i}`, { t: `v${situation % 3}`, n: situation }),
      );
      const { candidates, chosen } = decide(bundle, request, i % 7);
      let total = 0;
      for (const { action, propensity } of candidates) {
        const count = counts.get(action) ?? { seen: 0, propensity };
        if (action === chosen?.action) count.seen++;
        counts.set(action, count);
        total += propensity;
        floor = Math.min(floor, propensity / (FLOOR / candidates.length));
      }
      sum = Math.max(sum, Math.abs(total - 1));
    }
    ps.push(chiSquareP([...counts.values()], draws));
  }
  ps.sort((a, b) => a - b);
  const corrected = ps.map((p, i) => Math.min(1, p * (ps.length - i)));
  return { p: Math.min(...corrected), n: draws * SITUATIONS, floor, sum };
}

function requestOf(id: string, facts: Record<string, string | number>): DecideRequest {
  return { id, at: AT, profile: { facts }, channels: ['web'] };
}

/** A few labels, so that propensities are neither uniform nor at the floor. */
function trained(situation: number): CompiledBundle {
  const bundle = compileBundle({
    version: `b${situation}`,
    facts: { t: { type: 'text' }, n: { type: 'number' } },
    catalogue: [1, 2, 3, 4, 5].map((i) => ({ id: `a${i}`, lane: 2, channels: ['web'] })),
    policy: { learn: ['t', 'n'], exploration: { c: 1, floor: FLOOR } },
  });
  const book = new FeedbackBook(bundle, bundle.model);
  const luck = chance(`propensities/${situation}`);
  for (let i = 0; i < 40 + 60 * situation; i++) {
    const request = readRequest(requestOf(`t${i}`, { t: `v${luck.int(0, 2)}`, n: luck.int(0, 9) }));
    const decision = consider(bundle, request);
    book.remember(request, decision);
    const isPositive = luck.once(decision.chosen?.action === 'a2' ? 0.6 : 0.2);
    book.take({ id: `t${i}`, outcome: isPositive ? 'positive' : 'customer-declined', at: Date.parse(AT) });
  }
  return bundle;
}

/** P of a larger chi-square (Wilson and Hilferty's cube root of it is nearly normal). */
function chiSquareP(counts: readonly { seen: number; propensity: number }[], n: number): number {
  const used = counts.filter(({ propensity }) => propensity > 0);
  const x = used.reduce(
    (all, { seen, propensity }) => all + (seen - n * propensity) ** 2 / (n * propensity),
    0,
  );
  const k = used.length - 1;
  const z = ((x / k) ** (1 / 3) - (1 - 2 / (9 * k))) / Math.sqrt(2 / (9 * k));
  return upperTail(z);
}

/** P(Z > z) of a standard normal (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
