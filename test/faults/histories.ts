/** What consoles go through in the crash tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Crashes,
  crashConsole,
  crashCore,
  type Ground,
  type History,
  type Step,
  type World,
} from './crash.ts';
import { damageBesideEntries, imageOf, outboxFile, replicaFile, ruin } from './disk.ts';
import { LocalSite, openWipes } from './site.ts';

const live: Step = async ({ station, customers }) => {
  await station.host.live();
  await station.watch(customers);
  await station.shows(customers);
};
const settled: Step = ({ station }) => station.host.settled();
const offline: Step = async ({ station, line }) => {
  line.refuses = true;
  line.cut();
  await station.host.until('offline', () => station.host.seen.status?.connection === 'offline');
};
const online: Step = async (world) => {
  world.line.refuses = false;
  await live(world);
};
const note =
  (n: number, customer = 0): Step =>
  (world) =>
    world.station.write(n, 'note', world.customer(customer), `note ${n}`);
const preference =
  (n: number, customer = 0): Step =>
  (world) =>
    world.station.write(n, 'preference', world.customer(customer), `preference ${n}`);
const seat =
  (n: number, customer = 0): Step =>
  (world) =>
    world.station.write(n, 'seat', world.customer(customer), `${n}A`);
const takeBack =
  (n: number): Step =>
  (world) =>
    world.station.takeBack(n);

/** Somebody else changes the seat: what was done offline about it is a conflict. */
const otherSeat: Step = async ({ site, customers }) => {
  const [{ userId } = { userId: '' }] = customers;
  const timestamp = new Date().toISOString();
  const properties = { booking: userId.replace('-', ''), segment: 1, seat: '1C' };
  const messageId = `${userId}-seat`;
  await site.door.send([{ type: 'track', userId, messageId, timestamp, event: 'Seat Changed', properties }]);
};

/** A day in short: first start, work with the core and without, an undo, a conflict. */
const DAY: History = {
  steps: [
    live,
    note(1),
    preference(2, 1),
    settled,
    offline,
    note(3),
    seat(4),
    note(5, 1),
    takeBack(5),
    otherSeat,
    online,
    note(6),
    settled,
  ],
};

/** Only where the core is in the test's own process can it be copied and put back. */
const local = (world: World): LocalSite => world.site as LocalSite;

const once =
  (name: string, work: (world: World) => Promise<unknown>): Step =>
  async (world) => {
    if (world.did.has(name)) return;
    world.did.add(name);
    await work(world);
  };

/** A backup of the core is put back unannounced: a new epoch, and what was lost with it goes again (R5, R13). */
const RESTORED: History = {
  before: [
    live,
    note(1),
    settled,
    (world) => local(world).backup(world.path('backup')),
    live,
    note(2),
    preference(3),
    settled,
    async ({ station }) => void (await station.close()),
    (world) => local(world).restore(world.path('backup')),
  ],
  steps: [live, note(4), settled],
  after: async ({ site }) => {
    const restored = (await site.door.alarms()).filter((one) => one.kind === 'restored_backup');
    return restored.length > 0 ? [] : ['no alarm for the restored backup'];
  },
};

/** The outbox is put back to what it was: a fork (R14). What existed only in the lost state is gone. */
const ROLLED_BACK: History = {
  before: [
    live,
    note(1),
    settled,
    async (world) => {
      const { station, folder } = world;
      const host = station.host;
      await station.close();
      imageOf(outboxFile(station.config.dataDir) as string, `${folder}/image`);
      await station.open(host);
    },
    live,
    note(2),
    preference(3),
    settled,
    async (world) => {
      const { station, folder } = world;
      await station.close();
      imageOf(`${folder}/image`, outboxFile(station.config.dataDir) as string);
    },
  ],
  steps: [live, note(4), settled],
};

/** The outbox is damaged while entries wait in it: what can be read goes on in a new file (outbox.md O3). */
const DAMAGED_OUTBOX: History = {
  before: [
    live,
    note(1),
    settled,
    offline,
    note(2),
    preference(3),
    note(4, 1),
    async ({ station, ledger }) => {
      await station.close();
      damageBesideEntries(station.config.dataDir);
      for (const entry of ledger.all()) ledger.mark(entry.n, { marked: true });
    },
  ],
  steps: [online, note(5), settled],
};

/** The replica is damaged and fetched again; the outbox is not touched (replica.md P3). */
const DAMAGED_REPLICA: History = {
  before: [
    live,
    note(1),
    settled,
    offline,
    note(2),
    async ({ station }) => {
      const path = replicaFile(station.config.dataDir) as string;
      await station.close();
      ruin(path);
    },
  ],
  steps: [online, note(3), settled],
};

/** A wipe from afar: keys first, then files, then the receipt (replica.md P17). */
const wiped = (mode: 'replica' | 'all'): History => ({
  before: [live, note(1), settled],
  steps: [
    live,
    once('wipe', ({ site, station, ledger }) => {
      for (const entry of ledger.all()) if (mode === 'all') ledger.mark(entry.n, { excused: true });
      return site.door.dev('wipe', { subject: station.config.operator, mode });
    }),
    // What is written before the files are gone goes with them.
    async ({ site, station }) => {
      const { host, config } = station;
      await host.until('wiped', () => openWipes(site.folder, config.operator).length === 0);
    },
    live,
    note(2),
    settled,
  ],
  after: async ({ site, station }) => openWipes(site.folder, station.config.operator),
});

const HOUR = 3_600;

const SOURCES = 5;
const event = (userId: string, n: number) => ({
  type: 'track',
  userId,
  messageId: `${userId}-m${n}`,
  timestamp: new Date().toISOString(),
  event: 'Rebooking Viewed',
  properties: { booking: userId.replace('-', ''), options: n },
});

/** What a core writes in its life: events, commands, contacts, finds, decisions, memberships, its log cut. */
const CORE: History = {
  steps: [
    live,
    note(1),
    preference(2),
    settled,
    async ({ site, customers }) => {
      for (let n = 0; n < SOURCES; n++)
        for (const { userId } of customers) await site.door.send([event(userId, n)]);
    },
    ({ site }) => site.door.reject(),
    ({ site, station }) => site.door.contact(station.name),
    ({ site, customers }) => site.door.decide(customers[0]?.profileId ?? ''),
    ({ site }) => site.door.dev('clock', { offsetSeconds: HOUR }),
    ({ site }) => site.door.dev('cut', { keep: 0 }),
    seat(3),
    note(4, 1),
    live,
    settled,
  ],
  after: async ({ site, customers }) => {
    const wrong: string[] = [];
    for (const { userId, profileId } of customers) {
      const viewed = (await site.door.timeline(profileId)).filter((one) => one.name === 'Rebooking Viewed');
      for (let n = 0; n < SOURCES; n++) {
        const count = viewed.filter((one) => one.properties.options === n).length;
        if (count !== 1) wrong.push(`event ${n} of ${userId} is there ${count} times`);
      }
    }
    return wrong;
  },
};

export const CONSOLE_HISTORIES: readonly (readonly [title: string, history: History])[] = [
  ['[I3] [I4] [I6] through a day', DAY],
  ['[R5] [R13] over a restored core', RESTORED],
  ['[R14] with an outbox that was put back', ROLLED_BACK],
  ['[O3] with a damaged outbox', DAMAGED_OUTBOX],
  ['[P3] with a damaged replica', DAMAGED_REPLICA],
  ['[P17] wiped', wiped('replica')],
  ['[P17] wiped with its outbox', wiped('all')],
];

export const CORE_HISTORIES: typeof CONSOLE_HISTORIES = [['[A23] [R6] [I2] a core through its day', CORE]];

/** A core for many consoles, each at a station of its own. */
export async function openGround(): Promise<Ground & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'crash-core-'));
  const site = await new LocalSite(join(folder, 'core')).start();
  let last = 0;
  return {
    site,
    stations: () => `S${(++last).toString(36).padStart(3, '0').toUpperCase()}`,
    async close() {
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All histories, killed at every point there is. @param programs folder of the bundle */
export async function* everyWrite(programs: string): AsyncGenerator<{ title: string; crashes: Crashes }> {
  const options = { folder: programs };
  const ground = await openGround();
  try {
    for (const [title, history] of CONSOLE_HISTORIES)
      yield {
        title: `a console ${title}`,
        crashes: await crashConsole(history, ground, options, () => true),
      };
    for (const [title, history] of CORE_HISTORIES)
      yield { title, crashes: await crashCore(history, options, () => true) };
  } finally {
    await ground.close();
  }
}
