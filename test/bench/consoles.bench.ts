/**
 * Hundreds of consoles beside one core: how long a change takes to all of them, what it costs the core, how soon they are
 * back after a restart, and what the core remembers of each. Floor: a bare server's broadcast to the same clients.
 */
import { join } from 'node:path';
import { CREDIT_BYTES } from '../../src/protocol/limits.ts';
import { Broadcast } from './broadcast.ts';
import { BusyStation, commitTimes, STATION_SCOPE } from './busy-station.ts';
import { CoreProcess } from './core-process.ts';
import { Crowd, type CrowdConsole, type Returned } from './crowd.ts';
import { inFolder } from './folder.ts';
import { Histogram } from './histogram.ts';
import { RealConsole } from './real-console.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, median } from './stats.ts';
import { wallClock } from './wire-client.ts';

const PER_SECOND = 50;
/** A subject has at most 100 clients. */
const PER_SUBJECT = 90;
const GRANTS = ['station:*', 'flight:*'];

type Scale = { live: number; returning: number; seconds: number };

const scaleOf = (quick: boolean): Scale =>
  quick ? { live: 100, returning: 200, seconds: 3 } : { live: 500, returning: 1_000, seconds: 10 };

type Setting = { core: CoreProcess; dataDir: string; station: BusyStation; crowd: Crowd; tokens: string[] };

/** `wantedOf`: the scopes of the i-th console. */
const consolesOf = (tokens: string[], count: number, wantedOf: (i: number) => string[]): CrowdConsole[] =>
  Array.from({ length: count }, (_, i) => ({
    clientId: `crowd-${i}`,
    token: tokens[Math.floor(i / PER_SUBJECT)] as string,
    wanted: wantedOf(i),
  }));

type Live = { consoles: Histogram; replica: Histogram; cpu: number };

/** A round at a fixed rate: from each event's commit to the replica's commit and to the arrival at the consoles. */
async function liveRound(
  setting: Setting,
  folder: string,
  consoles: CrowdConsole[],
  { seconds }: Scale,
): Promise<Live> {
  const { core, crowd, station, dataDir } = setting;
  const commits: [number, number][] = [];
  const replica = new RealConsole(folder, core, [STATION_SCOPE], (input, at) => {
    // Live frames come read; only the early parts of a large one do not.
    if (input.type !== 'frame' || !Array.isArray(input.body.ops)) return;
    for (const { table, v } of input.body.ops) if (table === 'event') commits.push([v, at]);
  });
  await crowd.open(core.access.url, consoles);
  await replica.until(() => replica.active.includes(STATION_SCOPE), 'its scope');
  await station.events(core, PER_SECOND, 1);
  const before = commitTimes(dataDir, 0).at(-1)?.[0] ?? 0;
  await crowd.begin();
  const cpu = core.cpu();
  await station.events(core, PER_SECOND, seconds);
  const used = core.cpu() - cpu;
  const made = commitTimes(dataDir, before);
  const last = made.at(-1)?.[0] ?? before;
  await replica.until(() => replica.cursor >= last, `commit ${last}`);
  await replica.stop();
  const at = new Map(made);
  const own = new Histogram();
  for (const [seq, done] of commits) {
    const committed = at.get(seq);
    if (committed !== undefined) own.add(done - committed);
  }
  const told = await crowd.latencies(made);
  await crowd.close();
  return { consoles: told, replica: own, cpu: used };
}

async function floorRound(floor: Broadcast, crowd: Crowd, count: number, seconds: number): Promise<Live> {
  const nobody = Array.from({ length: count }, () => ({ clientId: '', token: '', wanted: [] }));
  await crowd.open(floor.url, nobody, 'silent');
  await floor.send(PER_SECOND, 1);
  await crowd.begin();
  const cpu = floor.cpu();
  const sent = await floor.send(PER_SECOND, seconds);
  const used = floor.cpu() - cpu;
  await crowd.reach(sent.at(-1)?.[0] ?? 0);
  const told = await crowd.latencies(sent);
  await crowd.close();
  return { consoles: told, replica: told, cpu: used };
}

/** Medians over the rounds. */
const over = (rounds: readonly Histogram[]): { p50: number; p99: number; n: number } => ({
  p50: median(rounds.map((one) => one.quantile(0.5))),
  p99: median(rounds.map((one) => one.quantile(0.99))),
  n: rounds.reduce((sum, one) => sum + one.size, 0),
});

async function live(setting: Setting, folder: string, options: Options, scale: Scale, report: Report) {
  const { tokens, station, crowd } = setting;
  const equal = consolesOf(tokens, scale.live, () => [STATION_SCOPE]);
  const disjoint = consolesOf(tokens, scale.live, (i) => [station.flightScope(i)]);
  const floor = await Broadcast.start();
  const round = (name: string, consoles: CrowdConsole[]) => (k: number) =>
    liveRound(setting, join(folder, `replica-${name}-${k}`), consoles, scale);
  const took = await interleaved(options.rounds, [
    { name: 'equal', run: round('equal', equal) },
    { name: 'disjoint', run: round('disjoint', disjoint) },
    { name: 'floor', run: () => floorRound(floor, crowd, scale.live, scale.seconds) },
  ]);
  floor.end();
  const of = (name: string): Live[] => took.get(name) ?? [];
  const beside = over(of('floor').map((one) => one.consoles));
  const size = `${scale.live} consoles, ${PER_SECOND} events/s`;
  const events = PER_SECOND * scale.seconds;
  for (const [name, what] of [
    ['equal', 'equal scopes'],
    ['disjoint', 'a scope each'],
  ] as const) {
    const say = (kind: 'consoles' | 'replica', to: string): void => {
      const { p50, p99, n } = over(of(name).map((one) => one[kind]));
      const figures = { n, value: p99, unit: 'ms (p99)', p50, p99, floor: beside.p99 };
      report({ case: `${size}, ${what}: commit to ${to}`, ...figures });
    };
    say('consoles', 'consoles');
    say('replica', "a replica's commit");
    const perEvent = (lives: Live[]): number => (median(lives.map((one) => one.cpu)) / events) * 1000;
    report({
      case: `${size}, ${what}: the core's processor time an event`,
      n: events * options.rounds,
      value: perEvent(of(name)),
      unit: 'ms',
      floor: perEvent(of('floor')),
    });
  }
  report({ ...beside, case: `${size}: bare broadcast`, value: beside.p99, unit: 'ms (p99)' });
}

type Signal = 'SIGTERM' | 'SIGKILL';

/** The core goes and comes back at once on its port, while events go on. */
async function restart(setting: Setting, signal: Signal): Promise<Returned> {
  const port = Number(new URL(setting.core.access.url).port);
  await setting.crowd.begin();
  await setting.core.end(signal);
  const since = wallClock();
  setting.core = await CoreProcess.start(setting.dataDir, { port });
  const [back] = await Promise.all([
    setting.crowd.returned(since),
    setting.station.events(setting.core, PER_SECOND, 5),
  ]);
  return back;
}

async function returning(setting: Setting, options: Options, scale: Scale, report: Report): Promise<void> {
  const { tokens, crowd } = setting;
  await crowd.open(
    setting.core.access.url,
    consolesOf(tokens, scale.returning, () => [STATION_SCOPE]),
  );
  const took = new Map<Signal, Returned[]>();
  for (let round = 0; round < Math.min(3, options.rounds); round++)
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      note(`${signal} with ${scale.returning} consoles`);
      took.set(signal, [...(took.get(signal) ?? []), await restart(setting, signal)]);
    }
  await crowd.close();
  for (const [signal, rounds] of took) {
    const last = rounds.map(({ back }) => Math.max(...back) / 1000);
    const half = rounds.map(({ back }) => median(back) / 1000);
    const resets = rounds.reduce((sum, one) => sum + one.resets, 0);
    if (resets > 0) throw new Error(`${resets} consoles were reset by a restart`);
    report({
      case: `${scale.returning} consoles back after ${signal}, resumed and caught up, the last of them`,
      n: scale.returning * rounds.length,
      value: median(last),
      unit: 's',
      p50: median(half),
      p99: median(last),
    });
  }
}

type Bytes = { heap: number; all: number };
const bytesOf = (memory: { heapUsed: number; external: number; rss: number }): Bytes => ({
  heap: memory.heapUsed + memory.external,
  all: memory.rss,
});

const each = (after: Bytes, before: Bytes, count: number): number =>
  (after.heap - before.heap) / count / 1024;

/** KB that a bare server holds for each of so many sockets. */
async function bareMemory(crowd: Crowd, consoles: readonly CrowdConsole[]): Promise<number> {
  const floor = await Broadcast.start();
  const before = bytesOf(await floor.memory());
  await crowd.open(floor.url, consoles, 'silent');
  const after = bytesOf(await floor.memory());
  await crowd.close();
  floor.end();
  return each(after, before, consoles.length);
}

/** What the core holds for each console: for idle ones, and for ones that take nothing more of a large snapshot. */
async function memory(folder: string, crowd: Crowd, scale: Scale, report: Report): Promise<void> {
  const core = await CoreProcess.start(join(folder, 'core-memory'), { inspect: true });
  // More than a megabyte, so that the credit is used up.
  const station = new BusyStation(Math.max(1_500, scale.live));
  await station.fill(core);
  const tokens = await tokensOf(core, scale.returning);
  const all = consolesOf(tokens, scale.returning, () => [STATION_SCOPE]);
  const bare = await bareMemory(crowd, all);
  // Once there and away again, so that what is made once is not counted for each.
  await crowd.open(core.access.url, all.slice(0, 100));
  await crowd.close();
  const now = async (): Promise<Bytes> => bytesOf(await core.memory());
  const before = await now();
  const few = Math.floor(all.length / 20);
  const idle = all.slice(2 * few);
  await crowd.open(core.access.url, idle);
  await station.events(core, PER_SECOND, 2);
  const quiet = await now();
  const size = `${all.length} consoles`;
  const kilobytes = { unit: 'KB', n: idle.length };
  report({
    ...kilobytes,
    case: `${size}: the core's memory a console`,
    value: each(quiet, before, idle.length),
    floor: bare,
  });
  report({ case: `${size}: the core's memory in all (RSS)`, n: 1, value: quiet.all / 1_048_576, unit: 'MB' });
  for (const [manner, what, stalled] of [
    ['deaf', 'acknowledge nothing', all.slice(0, few)],
    ['blind', 'read nothing', all.slice(few, 2 * few)],
  ] as const) {
    const from = await now();
    await crowd.open(core.access.url, stalled, manner);
    await station.events(core, PER_SECOND, 3);
    report({
      case: `${size}, ${few} of them ${what}: memory of such a one (floor: its credit)`,
      n: few,
      value: each(await now(), from, few),
      unit: 'KB',
      floor: CREDIT_BYTES / 1024,
    });
  }
  await crowd.close();
  await core.end();
}

const tokensOf = (core: CoreProcess, consoles: number): Promise<string[]> =>
  Promise.all(
    Array.from({ length: Math.ceil(consoles / PER_SUBJECT) }, (_, i) => core.token(`crowd-${i}`, GRANTS)),
  );

async function run(folder: string, options: Options, report: Report): Promise<void> {
  const scale = scaleOf(options.quick);
  const dataDir = join(folder, 'core');
  const core = await CoreProcess.start(dataDir);
  const station = new BusyStation(scale.live);
  await station.fill(core);
  const setting: Setting = {
    core,
    dataDir,
    station,
    crowd: new Crowd(),
    tokens: await tokensOf(core, scale.returning),
  };
  try {
    await live(setting, folder, options, scale, report);
    await returning(setting, options, scale, report);
    await memory(folder, setting.crowd, scale, report);
  } finally {
    setting.crowd.end();
    await setting.core.end();
  }
}

const options = readOptions(3);
await inFolder((folder) => run(folder, options, reporter('consoles', options)));
