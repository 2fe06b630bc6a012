/**
 * A console comes back after a night: 20,000 changes, each a commit of its own, from the hello to the commit that brings
 * its cursor to the head; and how long its event loop stood still. Floor: the same changes in one bare transaction.
 */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RowChange } from '../../src/core/store/contract.ts';
import { openDatabase } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { CoreProcess } from './core-process.ts';
import { profileLines } from './data.ts';
import { RawStore } from './floor/raw.ts';
import { inFolder } from './folder.ts';
import { RealConsole } from './real-console.ts';
import { SCOPE } from './replica-file.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { fetchStation, fillCore } from './station.ts';
import { interleaved, median } from './stats.ts';

const COMMITS_PER_TRANSACTION = 500;

/** So many customers, spread over all of them, with another seat for each round. */
function changed(profiles: number, changes: number, round: number): RowChange[] {
  const every = Math.max(1, Math.floor(profiles / changes));
  const all: RowChange[] = [];
  let index = 0;
  for (const { id, text } of profileLines(profiles)) {
    if (index++ % every !== 0 || all.length === changes) continue;
    const row = JSON.parse(text) as ProfileRow;
    const seat = Object.keys(row.facts).find((name) => name.endsWith('.seat')) ?? 'seat';
    row.facts[seat] = { value: `${round + 1}A`, source: 'dcs', at: new Date().toISOString() };
    all.push({ table: 'profile', id, json: JSON.stringify(row), scopes: [SCOPE] });
  }
  return all;
}

/** What happened while the console was away. The core does not run meanwhile. */
function happen(folder: string, changes: readonly RowChange[]): number {
  const db = openDatabase(folder);
  const log = new LogStore(db, Date.now);
  for (let i = 0; i < changes.length; i += COMMITS_PER_TRANSACTION)
    log.transaction((writer) => {
      for (const change of changes.slice(i, i + COMMITS_PER_TRANSACTION)) writer.commit([change]);
    });
  const { seq } = log.head();
  db.close();
  return seq;
}

type Resumed = { ms: number; pause: number };

async function resume(folder: string, core: CoreProcess, seq: number): Promise<Resumed> {
  let saidHello = 0;
  let done = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const console: RealConsole = new RealConsole(
    folder,
    core,
    [SCOPE],
    (input, at) => {
      if (input.type === 'hello-reply' && (input.reply.type !== 'welcome' || input.reply.reset))
        throw new Error(`the console was not resumed: ${JSON.stringify(input.reply)}`);
      if (input.type === 'frame' && done === 0 && console.cursor >= seq) done = at;
    },
    (input, at) => {
      if (input.type !== 'connected') return;
      saidHello = at;
      delay.enable();
    },
  );
  await console.until(() => done > 0, `commit ${seq}`);
  // What the commit stood in the way of is counted by a timer, which comes after it.
  await sleep(10);
  delay.disable();
  await console.stop();
  return { ms: done - saidHello, pause: delay.max / 1e6 };
}

function bare(folder: string, profiles: number) {
  const raw = new RawStore(join(folder, 'bare.db'), { autocheckpoint: 0 });
  raw.create();
  const rows = function* () {
    for (const { id, text } of profileLines(profiles))
      yield [{ id, text, row: JSON.parse(text) as ProfileRow }];
  };
  raw.db.transaction(() => raw.load(rows()))();
  raw.finish();
  const change = raw.changer();
  const all = raw.db.transaction((changes: readonly RowChange[]) => {
    for (const { json } of changes) change(JSON.parse(json ?? '') as ProfileRow, 1, json ?? '');
  });
  return {
    run: (changes: readonly RowChange[]): Resumed => {
      const start = performance.now();
      all(changes);
      const ms = performance.now() - start;
      return { ms, pause: ms };
    },
    end: () => raw.close(),
  };
}

async function run(folder: string, options: Options, report: Report): Promise<void> {
  const { profiles, rounds, quick } = options;
  const changes = quick ? 4_000 : 20_000;
  note('filling a core, a replica and a bare store');
  const dataDir = join(folder, 'core');
  const console = join(folder, 'console');
  fillCore(dataDir, profiles);
  const first = await CoreProcess.start(dataDir);
  await fetchStation(console, first, profiles);
  await first.end();
  const floor = bare(folder, profiles);
  const took = await interleaved(rounds, [
    {
      name: 'resume',
      run: async (round) => {
        const seq = happen(dataDir, changed(profiles, changes, round));
        const core = await CoreProcess.start(dataDir);
        const resumed = await resume(console, core, seq);
        await core.end();
        return resumed;
      },
    },
    { name: 'bare', run: (round) => floor.run(changed(profiles, changes, round)) },
  ]);
  floor.end();
  const of = (name: string, key: keyof Resumed): number[] => (took.get(name) ?? []).map((one) => one[key]);
  const size = `${profiles.toLocaleString('en')} profiles, ${changes.toLocaleString('en')} changes`;
  report({
    case: `${size}: hello to the last commit`,
    n: changes * rounds,
    value: median(of('resume', 'ms')),
    unit: 'ms',
    p50: median(of('resume', 'ms')),
    p99: Math.max(...of('resume', 'ms')),
    floor: median(of('bare', 'ms')),
  });
  report({
    case: `${size}: longest pause of the replica's event loop`,
    n: rounds,
    value: median(of('resume', 'pause')),
    unit: 'ms',
    p50: median(of('resume', 'pause')),
    p99: Math.max(...of('resume', 'pause')),
  });
}

const options = readOptions(3);
await inFolder((folder) => run(folder, options, reporter('resume', options)));
