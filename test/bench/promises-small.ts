/** [A25] What a small site is promised: how soon an empty core decides, and how much memory one with many customers takes. */
import { join } from 'node:path';
import { people } from './asked.ts';
import { CoreProcess, proportionalMb } from './core-process.ts';
import { fillFoldedCore } from './folded-core.ts';
import { note, type Options, type Report } from './report.ts';
import { median } from './stats.ts';
import { asked, booked, identified, tellAll, travellers } from './travellers.ts';

const FIVE_MINUTES_MS = 300_000;
const MOST_MB = 512;
/** Customers that are looked at, decided for and change before memory is read. */
const TOUCHED = 2_000;

async function firstDecision(folder: string): Promise<number> {
  const began = performance.now();
  const core = await CoreProcess.start(folder);
  try {
    const [who] = travellers('XF', 1);
    if (who === undefined) throw new Error('nobody');
    await tellAll(core, [identified(who, 'Europe/Berlin'), booked(who)]);
    const identity = { type: 'userId', value: who.userId };
    const body = { identity, channel: 'counter' };
    const { chosen } = await asked<{ chosen: object | null }>(
      core,
      '/v1/decide',
      body,
      core.access.consoleToken,
    );
    if (chosen === null) throw new Error('nothing was decided');
    return performance.now() - began;
  } finally {
    await core.end();
  }
}

/** After its customers were read, decided for and changed, so that what a day brings into memory is there. */
async function memory(folder: string, profiles: number): Promise<{ idle: number; used: number }> {
  note(`filling a core with ${profiles.toLocaleString('en')} customers`);
  fillFoldedCore(folder, profiles);
  const core = await CoreProcess.start(folder);
  try {
    const idle = proportionalMb(core.access.pid);
    const bookings = people(profiles, TOUCHED).map(({ booking }) => booking);
    for (const booking of bookings) {
      const body = { identity: { type: 'booking', value: booking }, channel: 'counter' };
      await asked(core, '/v1/decide', body, core.access.consoleToken);
    }
    const newcomers = travellers('XM', TOUCHED);
    await tellAll(
      core,
      newcomers.flatMap((who) => [identified(who, 'Europe/Berlin'), booked(who)]),
    );
    return { idle, used: proportionalMb(core.access.pid) };
  } finally {
    await core.end();
  }
}

export async function small(folder: string, { profiles, quick }: Options, report: Report): Promise<void> {
  const starts = quick ? 2 : 3;
  const took: number[] = [];
  for (let i = 0; i < starts; i++) took.push(await firstDecision(join(folder, `empty-${i}`)));
  report({
    ...{ case: 'an empty core, process start to the first decision (A25)', n: starts },
    ...{ value: median(took), unit: 'ms', p50: median(took), p99: Math.max(...took), floor: FIVE_MINUTES_MS },
  });
  const { idle, used } = await memory(join(folder, 'full'), profiles);
  const size = `${profiles.toLocaleString('en')} profiles`;
  report({
    case: `${size}: memory of a core that has just started (A25)`,
    n: 1,
    value: idle,
    unit: 'MB',
    floor: MOST_MB,
  });
  report({
    case: `${size}: the same after 2,000 decisions and newcomers`,
    n: 1,
    value: used,
    unit: 'MB',
    floor: MOST_MB,
  });
}
