/** A fixed number of random histories, those that once failed, and clauses whose absence must be noticed. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Seeds that once failed, whoever was wrong. */
const KEPT = [21, 95, 148, 187, 200, 215, 338, 353, 20113, 200334];
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

  it.each([
    'R2.next,R2.from,R4.at',
    'R3.delete',
    'R4.gone',
    'R4.changed',
    'R5.epoch',
    'R5.floor,R5.chain',
    'R5.future,R5.chain',
    'R5.proof',
    'R5.drop',
    'R5.stale',
    'R5.granted',
    'R6.copy',
    'R7.transient',
    'R8.strict',
    'R16.higher',
  ])('notices when %s is switched off', { timeout: 180_000 }, (clause) => {
    expect(simulate('--seeds', '60', '--first', '--rules-off', clause).failures).toBe(1);
  });
});
