/**
 * Cost follows the change, not the store: one change through the core and into a replica, where there are ten times as
 * many customers; and one change at a core whose other 990 consoles it does not concern. The floor is the small case.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { BusyStation } from './busy-station.ts';
import { BenchConsole } from './console.ts';
import { CoreProcess } from './core-process.ts';
import { Crowd } from './crowd.ts';
import { profileLines } from './data.ts';
import { fillFoldedCore } from './folded-core.ts';
import { inFolder } from './folder.ts';
import { snapshotParts } from './parts.ts';
import { EPOCH, fill, KEY, newReplica, SCOPE } from './replica-file.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, median } from './stats.ts';
import { WireClient, wallClock } from './wire-client.ts';

const GROWTH = 10;
/** Customers that change in a round; each round has others, so that none is in a cache because he was there before. */
const PER_ROUND = 300;

/** ms a change, and processor seconds of the core a change where a core has part in it. */
type Cost = { ms: number; cpu: number };

async function until(condition: () => boolean, what: string): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > 60_000) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** One core with one console that holds the customers who will change; one event after the other. */
class CoreSide {
  private readonly core: CoreProcess;
  private readonly users: { id: string; user: string }[];
  private readonly client: WireClient;
  private arrived = 0;

  private constructor(core: CoreProcess, users: { id: string; user: string }[]) {
    this.core = core;
    this.users = users;
    this.client = new WireClient({
      url: core.access.url,
      clientId: randomUUID(),
      token: core.access.consoleToken,
      wanted: users.map(({ id }) => `profile:${id}`),
      onEvent: () => {
        this.arrived++;
      },
    });
  }

  /** The folder must be filled already: filling takes so long that a console of another core would be given up. */
  static async start(folder: string, profiles: number, rounds: number): Promise<CoreSide> {
    const every = Math.max(1, Math.floor(profiles / (PER_ROUND * rounds)));
    const users: { id: string; user: string }[] = [];
    let index = 0;
    for (const { id, text } of profileLines(profiles)) {
      if (index++ % every !== 0 || users.length === PER_ROUND * rounds) continue;
      const named = (JSON.parse(text) as ProfileRow).identities.find(({ type }) => type === 'userId');
      users.push({ id, user: named && 'value' in named ? named.value : id });
    }
    const side = new CoreSide(await CoreProcess.start(folder), users);
    side.client.connect();
    await until(() => side.client.isReady, 'the console to be ready');
    return side;
  }

  /** From sending an event to the arrival of its frame. */
  async run(round: number): Promise<Cost> {
    const took: number[] = [];
    const cpu = this.core.cpu();
    for (const { user } of this.users.slice(round * PER_ROUND, (round + 1) * PER_ROUND)) {
      const { arrived } = this;
      const sent = wallClock();
      const event = { type: 'track', event: 'Preference Changed', userId: user, messageId: randomUUID() };
      const body = { ...event, properties: { name: 'seat', value: `aisle ${round}` } };
      await this.core.post('/v1/track', Buffer.from(JSON.stringify(body)));
      await until(() => this.arrived > arrived, `the frame of ${user}`);
      took.push(wallClock() - sent);
    }
    return { ms: median(took), cpu: (this.core.cpu() - cpu) / PER_ROUND };
  }

  async end(): Promise<void> {
    this.client.close();
    await this.core.end();
  }
}

/** One replica on its files: frames of one change each through the sync machine and both transactions. */
class ReplicaSide {
  private readonly console: BenchConsole;
  private readonly rows: ProfileRow[] = [];

  constructor(folder: string, profiles: number, rounds: number) {
    const path = join(folder, `replica-${profiles}.db`);
    const filled = newReplica(path, KEY);
    fill(filled, snapshotParts(profiles));
    const place = { cursor: profiles, chain: 'c', proof: 'p', clientId: 'bench-client', lmid: 0 };
    filled.store.applyFrame({ ops: [], drop: [], ...place, granted: [SCOPE] });
    filled.db.close();
    const own = join(folder, `console-${profiles}`);
    mkdirSync(own);
    this.console = new BenchConsole(own, path);
    const every = Math.max(1, Math.floor(profiles / (PER_ROUND * rounds)));
    let index = 0;
    for (const { text } of profileLines(profiles))
      if (index++ % every === 0) this.rows.push(JSON.parse(text) as ProfileRow);
  }

  async run(round: number): Promise<Cost> {
    const took: number[] = [];
    for (const row of this.rows.slice(round * PER_ROUND, (round + 1) * PER_ROUND)) {
      const { cursor } = this.console.store.meta();
      const facts = { ...row.facts, seat: { value: round, source: 'app', at: new Date().toISOString() } };
      const op = { table: 'profile', id: row.id, v: cursor + 1, scopes: [SCOPE], row: { ...row, facts } };
      const place = { epoch: EPOCH, from: cursor, to: cursor + 1, chain: `c${cursor}`, proof: `p${cursor}` };
      const text = JSON.stringify([{ n: this.console.next }, { ...place, ops: [op] }]);
      const start = performance.now();
      this.console.frame(text);
      took.push(performance.now() - start);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { ms: median(took), cpu: 0 };
  }

  end(): Promise<void> {
    return this.console.end();
  }
}

const CONSOLES = 1_000;
const FEW = 10;
const PER_SECOND = 100;

/** A core with a scope for each of its consoles, and events that concern one console each. */
class ScopesSide {
  private readonly core: CoreProcess;
  private readonly station: BusyStation;
  private readonly crowd: Crowd;

  private constructor(core: CoreProcess, station: BusyStation, crowd: Crowd) {
    this.core = core;
    this.station = station;
    this.crowd = crowd;
  }

  static async start(folder: string, consoles: number): Promise<ScopesSide> {
    const core = await CoreProcess.start(folder);
    const station = new BusyStation(consoles);
    await station.fill(core);
    const crowd = new Crowd(1);
    const tokens = await Promise.all(
      Array.from({ length: Math.ceil(consoles / 90) }, (_, i) => core.token(`s-${i}`, ['flight:*'])),
    );
    const wish = (i: number) => ({
      clientId: `s-${i}`,
      token: tokens[Math.floor(i / 90)] as string,
      wanted: [station.flightScope(i)],
    });
    await crowd.open(
      core.access.url,
      Array.from({ length: consoles }, (_, i) => wish(i)),
    );
    return new ScopesSide(core, station, crowd);
  }

  async run(seconds: number): Promise<Cost> {
    const cpu = this.core.cpu();
    await this.station.events(this.core, PER_SECOND, seconds);
    return { ms: 0, cpu: (this.core.cpu() - cpu) / (PER_SECOND * seconds) };
  }

  async end(): Promise<void> {
    await this.crowd.close();
    this.crowd.end();
    await this.core.end();
  }
}

type Side = { run(round: number): Promise<Cost>; end(): Promise<void> };

async function compare(small: Side, large: Side, rounds: number): Promise<{ small: Cost[]; large: Cost[] }> {
  const took = await interleaved(rounds, [
    { name: 'small', run: (round) => small.run(round) },
    { name: 'large', run: (round) => large.run(round) },
  ]);
  await small.end();
  await large.end();
  return { small: took.get('small') ?? [], large: took.get('large') ?? [] };
}

async function run(folder: string, { profiles, rounds, quick }: Options, report: Report): Promise<void> {
  const many = profiles * GROWTH;
  const few = profiles.toLocaleString('en');
  const lots = many.toLocaleString('en');
  const say = (what: string, unit: string, n: number, small: number[], large: number[]): void =>
    report({ case: what, n, value: median(large), unit, floor: median(small) });
  const n = PER_ROUND * rounds;

  note(`filling cores of ${few} and ${lots} customers`);
  fillFoldedCore(join(folder, 'core-few'), profiles);
  fillFoldedCore(join(folder, 'core-many'), many);
  const core = await compare(
    await CoreSide.start(join(folder, 'core-few'), profiles, rounds),
    await CoreSide.start(join(folder, 'core-many'), many, rounds),
    rounds,
  );
  const ms = (costs: Cost[]): number[] => costs.map((one) => one.ms);
  const cpu = (costs: Cost[]): number[] => costs.map((one) => one.cpu * 1000);
  say(`core, event to frame, ${lots} customers (floor: ${few})`, 'ms', n, ms(core.small), ms(core.large));
  say(`core, processor time an event, ${lots} customers`, 'ms', n, cpu(core.small), cpu(core.large));

  note(`filling replicas of ${few} and ${lots} customers`);
  const replica = await compare(
    new ReplicaSide(folder, profiles, rounds),
    new ReplicaSide(folder, many, rounds),
    rounds,
  );
  say(`replica, one frame, ${lots} customers (floor: ${few})`, 'ms', n, ms(replica.small), ms(replica.large));

  note(`opening ${FEW} and ${CONSOLES} consoles with a scope each`);
  const seconds = quick ? 2 : 5;
  const few10 = await ScopesSide.start(join(folder, 'scopes-few'), FEW);
  const many1000 = await ScopesSide.start(join(folder, 'scopes-many'), CONSOLES);
  const scopes = await compare(
    { run: () => few10.run(seconds), end: () => few10.end() },
    { run: () => many1000.run(seconds), end: () => many1000.end() },
    rounds,
  );
  say(
    `core, processor time an event, ${CONSOLES} disjoint scopes (floor: ${FEW})`,
    'ms',
    PER_SECOND * seconds * rounds,
    cpu(scopes.small),
    cpu(scopes.large),
  );
}

const options = readOptions(3);
await inFolder((folder) => run(folder, options, reporter('scale', options)));
