/** A fixed number of random histories, those that once failed, and every clause of the rules, whose absence is noticed. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/simulate/bundle.mjs';
import { startWorker } from '../../scripts/simulate/workers.mjs';
import { CAUGHT, clauseTable } from './caught.mjs';
import { CLAUSES } from './clauses.mjs';

/** Seeds that once failed, whoever was wrong; a change of what is drawn makes them histories like any other. */
const KEPT = [
  ...[14, 34, 118, 128, 278, 464, 661, 770, 1045, 1206, 3270, 1000079, 1001256, 5003011],
  ...[
    6037022, 6042888, 6048046, 6057635, 6067077, 6071303, 6089788, 6103156, 6118669, 6132803, 6151173,
    6163062, 6191362, 6202657, 6205738, 6220149, 6242684, 6373970, 6414475,
  ],
];
const SEEDS = 80;

function simulate(...args: string[]) {
  const words = ['scripts/simulate.mjs', '--json', ...args];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(stderr);
  return JSON.parse(last) as { seeds: number; failures: number; crashes: number; forks: number };
}

describe('[I1] [I2] [I3] [I4] [I5] [I6] [I7] simulation of core and consoles', () => {
  it('holds in random histories with every fault', { timeout: 180_000 }, () => {
    const total = simulate('--seeds', `${SEEDS}`, '--also', KEPT.join(','));
    expect(total).toMatchObject({ seeds: SEEDS + KEPT.length, failures: 0 });
    // It must not pass because nothing went wrong.
    expect(total.crashes).toBeGreaterThan(SEEDS);
    expect(total.forks).toBeGreaterThan(0);
  });
});

describe('clauses of the rules', () => {
  let program: { program: string; folder: string };
  let worker: ReturnType<typeof startWorker>;
  beforeAll(async () => {
    program = await bundle({ switches: true });
    worker = startWorker(program.program);
  }, 60_000);
  afterAll(() => {
    worker?.end();
    if (program) rmSync(program.folder, { recursive: true, force: true });
  });

  /** What is noticed in this history without these clauses; undefined if nothing is. */
  async function noticed(seed: number, rulesOff: readonly string[]): Promise<string | undefined> {
    return (await worker.run(seed, { rulesOff })).failure?.message;
  }

  async function isNoticed(name: string): Promise<boolean> {
    const { seeds = [], with: covers = [] } = CAUGHT[name] ?? {};
    for (const seed of seeds) {
      const message = await noticed(seed, [name, ...covers]);
      if (message === undefined) continue;
      if (covers.length === 0 || (await noticed(seed, covers)) !== message) return true;
    }
    return false;
  }

  it('each says what it takes to notice that it is missing, and the document says the same', () => {
    expect(Object.keys(CAUGHT)).toEqual(Object.keys(CLAUSES));
    expect(readFileSync('docs/simulation.md', 'utf8')).toContain(clauseTable(CAUGHT));
  });

  it.each(Object.keys(CLAUSES).filter((name) => !CAUGHT[name]?.why))(
    'notices that %s is missing',
    { timeout: 120_000 },
    async (name) => {
      const found = await isNoticed(name);
      const off = [name, ...(CAUGHT[name]?.with ?? [])].join();
      const hint = `none of its seeds notices it any more; find others: npm run -s simulate -- --rules-off ${off} --first --seeds 500, or --renew`;
      expect(found, hint).toBe(true);
    },
  );
});
