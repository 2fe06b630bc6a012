/**
 * One history, run once for each point at which a process can die: directly before and directly after every durable
 * write in turn. A fresh process then runs the rest on what is left, and is itself the one that dies at the next point.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge, type Known, type Verdict } from './checker.ts';
import { Died, Host, type HostOptions } from './children.ts';
import { Ledger } from './ledger.ts';
import { freePort, Line } from './proxy.ts';
import { differing, type LocalSite, MortalSite, rowsOfScope, type Site } from './site.ts';
import { type Customer, Station } from './station.ts';

/** How long a commit may take to its console. */
const ARRIVAL = 10_000;

/** One station with two customers, its line to a core, and a ledger. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'crash-'));
  readonly ledger = new Ledger(join(this.folder, 'ledger'));
  /** Where the console has its files. */
  readonly disk: string;
  readonly site: Site;
  /** What a step has to do once, although it may be run again. */
  readonly did = new Set<string>();
  line!: Line;
  station!: Station;
  customers: Customer[] = [];

  constructor(site: Site, disk?: string) {
    this.site = site;
    this.disk = disk ?? this.path('console');
  }

  /** @param code of a station that nobody else of this core has */
  async open(code: string): Promise<this> {
    const { door, port } = this.site;
    this.line = await Line.open(port);
    const userIds = [`${code}-1`, `${code}-2`];
    const ids = await door.passengers(userIds, code);
    this.customers = userIds.map((userId, i) => ({ userId, profileId: ids[i] as string }));
    mkdirSync(this.disk, { recursive: true });
    const config = {
      dataDir: this.disk,
      coreUrl: this.line.url,
      token: await door.token(`anna-${code}`),
      station: code,
      operator: `anna-${code}`,
      wanted: [`station:${code}`],
      jitter: 0.05,
    };
    this.station = new Station(code, config, this.ledger);
    return this;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  customer(i: number): Customer {
    return this.customers[i] as Customer;
  }

  async known(): Promise<Map<string, Known>> {
    const known = await Promise.all(this.customers.map(({ userId }) => this.site.door.known(userId)));
    return new Map(known.map((one) => [one.profileId, one]));
  }

  /** Everything that is wrong at the end, in words. */
  async wrong(): Promise<string[]> {
    const { station, ledger } = this;
    await station.host.settled();
    const conflicts = new Map((await station.conflicts()).map((one) => [one.id, one]));
    const verdict: Verdict = judge(ledger.all(), await this.known(), conflicts);
    return [
      ...verdict.lost.map((entry) => `lost ${entry.kind} ${entry.text}`),
      ...verdict.doubled.map((entry) => `doubled ${entry.kind} ${entry.text}`),
      ...station.host.wrong.splice(0).map(({ kind, what }) => `${kind} ${what.kind} ${what.text}`),
      ...(await this.differing()),
    ];
  }

  /** Where rows and core differ and go on differing: what is committed may be on its way for a moment. */
  private async differing(): Promise<string[]> {
    const { station, site } = this;
    const giveUp = Date.now() + ARRIVAL;
    for (;;) {
      const wrong = differing(await station.host.rows(), rowsOfScope(site.folder, `station:${station.name}`));
      if (wrong.length === 0 || Date.now() > giveUp) return wrong;
    }
  }

  async close(): Promise<void> {
    await this.line.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What happens, step by step. A step that its process did not live to end is done again by the next one. */
export type Step = (world: World) => Promise<unknown>;

export type History = {
  /** What comes before, in a process that does not die, and what is then done to the files. */
  before?: Step[];
  steps: Step[];
  /** Besides the checker: what else is wrong at the end. */
  after?: (world: World) => Promise<string[]>;
};

export type Crashes = {
  /** How many points there are: two for each durable write. */
  points: number;
  /** What the durable writes of the last run were. */
  words: string[];
  /** What was wrong, by the point at which the process died. */
  wrong: string[];
};

/** A core, and names for stations that nobody else of it has. */
export type Ground = { site: LocalSite; stations: () => string };

type Progress = { done: number; died: boolean; words: string[] };

/** Runs the steps from `done` on, and the stop, in a process that may be about to die. */
async function through(
  world: World,
  steps: readonly Step[],
  host: Host,
  at: number,
  done = 0,
): Promise<Progress> {
  let next = done;
  try {
    await world.station.open(host, at);
    for (; next < steps.length; next++) await (steps[next] as Step)(world);
    // Looked at before the stop, after which nobody can be asked any more.
    if (at === 0) return { done: next, died: false, words: [] };
    return { done: next, died: false, words: await world.station.close() };
  } catch (error) {
    if (!(error instanceof Died) || at === 0) throw error;
    await host.ended;
    return { done: next, died: true, words: [] };
  }
}

/** Runs a console's history once for each point that `wants` it, until it ends before the point comes. */
export async function crashConsole(
  history: History,
  ground: Ground,
  options: HostOptions,
  wants: (point: number) => boolean,
): Promise<Crashes> {
  const crashes: Crashes = { points: 0, words: [], wrong: [] };
  let host = new Host({ ...options, armed: true });
  try {
    for (let point = 1; ; point++) {
      if (!wants(point)) continue;
      const world = await new World(ground.site).open(ground.stations());
      try {
        await prepare(world, history, host);
        const { done, died, words } = await through(world, history.steps, host, point);
        if (died) host = new Host({ ...options, armed: true });
        await through(world, history.steps, host, 0, done);
        const wrong = [...(await world.wrong()), ...((await history.after?.(world)) ?? [])];
        crashes.wrong.push(...wrong.map((what) => `at ${point}: ${what}`));
        await world.station.close();
        crashes.points = point;
        if (!died) return { ...crashes, words };
      } finally {
        await world.close();
      }
    }
  } finally {
    await host.kill();
  }
}

async function prepare(world: World, history: History, host: Host): Promise<void> {
  if (!history.before) return;
  await through(world, history.before, host, 0);
  if (world.station.isOpen) await world.station.close();
}

/** The same for a core: the console lives on, and the core is started again when it falls. */
export async function crashCore(
  history: History,
  options: HostOptions,
  wants: (point: number) => boolean,
): Promise<Crashes> {
  const crashes: Crashes = { points: 0, words: [], wrong: [] };
  const console = new Host(options);
  const armed = { ...options, armed: true };
  let host = new Host(armed);
  try {
    for (let point = 1; ; point++) {
      if (!wants(point)) continue;
      const folder = mkdtempSync(join(tmpdir(), 'crash-core-'));
      const site = await new MortalSite(join(folder, 'core'), await freePort(), host, armed).start(point);
      const world = await new World(site).open('FRA');
      try {
        await through(world, history.steps, console, 0);
        const wrong = [...(await world.wrong()), ...((await history.after?.(world)) ?? [])];
        await world.station.close();
        const words = await site.close();
        crashes.wrong.push(...wrong.map((what) => `at ${point}: ${what}`));
        crashes.points = point;
        if (!site.died) return { ...crashes, words };
      } finally {
        host = site.host;
        await world.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  } finally {
    await Promise.all([host.kill(), console.kill()]);
  }
}
