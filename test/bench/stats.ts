/** Order statistics. A list may be unsorted; none may be empty. */

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** p50 and p99 of each round, then the median of the rounds: one disturbed round does not decide. */
export function overRounds(rounds: readonly (readonly number[])[]): { p50: number; p99: number; n: number } {
  return {
    p50: median(rounds.map((values) => quantile(values, 0.5))),
    p99: median(rounds.map((values) => quantile(values, 0.99))),
    n: rounds.reduce((sum, values) => sum + values.length, 0),
  };
}

/**
 * Runs each of the cases once per round, in an order that turns from round to round, so that what disturbs the machine
 * disturbs all of them; answers the results by case. Each begins without the garbage of the one before, unless it does
 * not want to be collected for.
 */
export async function interleaved<T>(
  rounds: number,
  cases: readonly { name: string; run: (round: number) => T | Promise<T>; after?: () => void }[],
  { collects = true } = {},
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < cases.length; i++) {
      const { name, run, after } = cases[(i + round) % cases.length] as (typeof cases)[number];
      if (collects) globalThis.gc?.();
      results.get(name)?.push(await run(round));
      after?.();
    }
  }
  return results;
}
