/**
 * From the start of the process to a screen that can be worked with, its work list from the replica on this disk and no
 * core in reach; and the memory of all processes. Floor: a bare Electron window to its first paint.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inFolder } from './folder.ts';
import type { Page } from './page.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { leaveReplica } from './station.ts';
import { interleaved, median, quantile } from './stats.ts';
import { consoleProgram, floorProgram, WindowProgram } from './windows.ts';

/** Until caches have settled and garbage is gone. */
const SETTLE_MS = 3_000;
/** Nothing listens there: the console starts offline, as at a counter whose network is down. */
const NO_CORE = 'http://127.0.0.1:9';

type Started = { ms: number; mb: number };

/** Waits in the page, so that looking on does not slow it down; answers ms since 1970. */
const PAINTED = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName('first-contentful-paint')) resolve(performance.timeOrigin + entry.startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

/** The page marks the moment itself: work list and entry box stand, and take input. */
const USABLE = `new Promise((resolve) => {
  const look = () => {
    const mark = performance.getEntriesByName('kairos-usable')[0];
    if (mark && document.querySelector('[data-work-item]')) resolve(performance.timeOrigin + mark.startTime);
    else setTimeout(look, 10);
  };
  look();
})`;

const paintedAt = (page: Page): Promise<number> => page.evaluate(PAINTED);
const usableAt = (page: Page): Promise<number> => page.evaluate(USABLE);

async function started(program: WindowProgram, ready: (page: Page) => Promise<number>): Promise<Started> {
  try {
    const page = await program.page();
    const limit = pause(30_000, null, { ref: false }).then(() => {
      throw new Error('the screen did not become usable');
    });
    const at = await Promise.race([ready(page), limit]);
    await pause(SETTLE_MS);
    return { ms: at - program.startedAt, mb: program.memory() };
  } finally {
    await program.end();
  }
}

async function run(folder: string, { profiles, rounds }: Options, report: Report): Promise<void> {
  note('filling the replica');
  const data = join(folder, 'console');
  leaveReplica(data, profiles);
  const kairos = () => consoleProgram(data, NO_CORE, 'bench');
  const bare = () =>
    new WindowProgram([floorProgram('floor-window'), `--bench-data=${join(folder, 'bare')}`]);
  // One start of each that does not count: caches of the disk and of compiled code are warm afterwards, as on a second day.
  await started(bare(), paintedAt);
  await started(kairos(), usableAt);
  const took = await interleaved(rounds, [
    { name: 'kairos', run: () => started(kairos(), usableAt) },
    { name: 'bare', run: () => started(bare(), paintedAt) },
  ]);
  const of = (name: string, what: keyof Started): number[] => (took.get(name) ?? []).map((one) => one[what]);
  const size = `${profiles.toLocaleString('en')} profiles cached`;
  for (const [what, text, unit] of [
    ['ms', 'process start to usable screen', 'ms'],
    ['mb', 'memory of all processes (PSS)', 'MB'],
  ] as const) {
    const ours = of('kairos', what);
    report({
      case: `${size}: ${text}`,
      n: rounds,
      value: median(ours),
      unit,
      p50: median(ours),
      p99: quantile(ours, 0.99),
      floor: median(of('bare', what)),
    });
  }
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('start', options)));
