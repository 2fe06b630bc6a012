/**
 * A shift at a busy airport: a real console with all customers of a real core, which takes 1,000 changes a second about
 * them, while somebody works at it by keyboard. From the key to the paint of what it brings, and whether memory grows.
 * `--minutes 30 --profiles 100000` is the whole of it; without them it is a short run.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BusyStation, type Door } from './busy-station.ts';
import { CoreProcess } from './core-process.ts';
import { inFolder } from './folder.ts';
import { FROM_KEY, LATE_MS } from './from-key.ts';
import { ESCAPE, type Page } from './page.ts';
import { note, type Options, type Report, readMinutes, readOptions, reporter } from './report.ts';
import { median, quantile } from './stats.ts';
import { consoleProgram, type WindowProgram } from './windows.ts';

const RATE = 1_000;
/** Changes that a source sends in one request. */
const TOGETHER = 20;
const WAITING = 20;
/** Between two keys: somebody works without a pause. */
const PAUSE_MS = 400;
/** Between two looks at the memory. */
const SAMPLE_MS = 2_000;
/** Memory early is the median of this part of the run, when caches are full; late, of the last part. */
const EARLY = [0.15, 0.25] as const;
const LATE = [0.9, 1] as const;

/**
 * `busy.arm(selector)` before the key, `busy.done()` after it: ms from the key to the paint of another text there; null
 * where none comes. Two calls, because a key overtakes a call that is still on its way.
 */
const WATCH = `(() => {${FROM_KEY}
  const textOf = (selector) => document.querySelector(selector)?.textContent ?? '';
  let awaited = null;
  window.busy = {
    done: () => awaited,
    arm: (selector) => {
      const before = textOf(selector);
      // While a customer is fetched there is no name: that is no paint of him.
      awaited = fromKey(() => textOf(selector) !== before && textOf(selector) !== '');
    },
  };
})()`;

/** What is struck, and the element whose text it changes. */
const KEYS: { name: string; selector: string; strike: (page: Page, turn: number) => Promise<void> }[] = [
  {
    name: 'Ctrl and a digit, to the tab painted',
    selector: '[role=tab][aria-selected=true]',
    strike: (page, turn) => page.chord(String(2 + (turn % 4))),
  },
  {
    name: 'J or K, to the customer painted (35 ms wait for a scanner)',
    selector: 'h1',
    strike: (page, turn) => page.keys(Math.floor(turn / 8) % 2 === 0 ? 'j' : 'k'),
  },
];

/** A source that sends what it has by twenty. */
function byTwenty(core: CoreProcess): Door {
  let waiting: object[] = [];
  let sent: Promise<void> = Promise.resolve();
  return {
    batch: (body) => core.batch(body),
    post(path, body) {
      waiting.push({ type: path.split('/').at(-1), ...(JSON.parse(String(body)) as object) });
      if (waiting.length === TOGETHER) {
        sent = core.batch(Buffer.from(JSON.stringify({ batch: waiting })));
        waiting = [];
      }
      return sent;
    },
  };
}

async function furnish(core: CoreProcess, station: BusyStation): Promise<void> {
  await station.fill(core);
  for (let i = 0; i < WAITING; i++) {
    const contact = { id: `busy-${i}`, kind: 'visit', state: 'waiting', queue: 'support-de', station: 'FRA' };
    const whose = { identity: { type: 'userId', value: `bench-${i}` }, at: new Date().toISOString() };
    await core.post('/v1/contacts', Buffer.from(JSON.stringify({ ...contact, ...whose })));
  }
}

const HERE = `Number(document.querySelector('.bottom')?.getAttribute('data-profiles') ?? 0)`;

async function filled(page: Page, profiles: number): Promise<void> {
  for (;;) {
    if ((await page.evaluate<number>(HERE)) >= profiles) return;
    await pause(500);
  }
}

/** The first customer of the work list is open; the list comes when the snapshot with its contacts has ended. */
async function opened(page: Page): Promise<void> {
  while (!(await page.evaluate<boolean>(`document.querySelector('[role=tab]') !== null`))) {
    await page.keys('j');
    await pause(500);
  }
}

/** `memory`: samples of each kind of process in MB, each with the share of the run that was over. */
type Worked = { took: Map<string, number[]>; lost: string[]; memory: Sample[] };
type Sample = { at: number; byKind: Map<string, number> };

/** Works by keyboard for `ms`. */
async function work(program: WindowProgram, page: Page, ms: number): Promise<Worked> {
  const took = new Map(KEYS.map(({ name }) => [name, [] as number[]]));
  const begun = performance.now();
  let sampled = 0;
  const worked: Worked = { took, lost: [], memory: [] };
  for (let turn = 0; performance.now() - begun < ms; turn++) {
    for (const { name, selector, strike } of KEYS) {
      await page.evaluate(`busy.arm(${JSON.stringify(selector)})`);
      await strike(page, turn);
      const one = await page.evaluate<number | null>('busy.done()');
      if (one === null) worked.lost.push(name);
      else took.get(name)?.push(one);
      await pause(PAUSE_MS);
    }
    const now = performance.now() - begun;
    if (now < sampled + SAMPLE_MS) continue;
    sampled = now;
    worked.memory.push({ at: now / ms, byKind: program.ownMemoryByKind() });
  }
  return worked;
}

async function run(folder: string, { profiles }: Options, minutes: number, report: Report): Promise<void> {
  const core = await CoreProcess.start(join(folder, 'core'));
  const station = new BusyStation(profiles);
  note(`filling the core with ${profiles} customers`);
  await furnish(core, station);
  const program = consoleProgram(join(folder, 'console'), core.access.url, core.access.consoleToken);
  try {
    const page = await program.page();
    await filled(page, profiles);
    await page.evaluate(WATCH);
    await page.keys(ESCAPE);
    await opened(page);
    note(`working for ${minutes} minutes`);
    const ms = minutes * 60_000;
    const begun = performance.now();
    const sending = station.events(byTwenty(core), RATE, ms / 1000).then(() => performance.now() - begun);
    const worked = await work(program, page, ms);
    tell(worked, { profiles, sent: (RATE * ms) / 1000, took: await sending }, report);
  } finally {
    await program.end();
    await core.end();
  }
}

type Sent = { profiles: number; sent: number; took: number };

/** Early, as a floor, and late memory of those kinds that are counted, MB. */
function grown(
  memory: readonly Sample[],
  counted: (kind: string) => boolean,
): { value: number; floor: number } {
  const mb = ([from, to]: readonly [number, number]): number =>
    median(
      memory
        .filter(({ at }) => at >= from && at <= to)
        .map(({ byKind }) => [...byKind].reduce((sum, [kind, one]) => sum + (counted(kind) ? one : 0), 0)),
    );
  return { value: mb(LATE), floor: mb(EARLY) };
}

function tell({ took, lost, memory }: Worked, { profiles, sent, took: ms }: Sent, report: Report): void {
  const size = `${profiles.toLocaleString('en')} profiles`;
  report({ case: `${size}: changes taken`, n: sent, value: (sent * 1000) / ms, unit: 'changes/s' });
  for (const [name, values] of took) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(values, share)) as [
      number,
      number,
      number,
    ];
    report({ case: `${size}: ${name}`, n: values.length, value: p95, unit: 'ms (p95)', p50, p99 });
  }
  for (const name of new Set(lost)) {
    const count = lost.filter((one) => one === name).length;
    note(`${name}: ${count} brought nothing within ${LATE_MS} ms`);
  }
  const kinds = new Set(memory.flatMap(({ byKind }) => [...byKind.keys()]));
  for (const kind of kinds)
    report({
      ...{ case: `${size}: own memory of ${kind} (floor: early)`, n: 1, unit: 'MB' },
      ...grown(memory, (one) => one === kind),
    });
  const all = grown(memory, () => true);
  report({ ...{ case: `${size}: own memory of all processes (floor: early)`, n: 1, unit: 'MB' }, ...all });
}

const options = readOptions();
await inFolder((folder) => run(folder, options, readMinutes(options), reporter('busy', options)));
