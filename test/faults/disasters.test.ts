import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.mjs';
import { Host } from './children.ts';
import { World } from './crash.ts';
import {
  damageBesideEntries,
  fullDisk,
  limitFiles,
  losePower,
  outboxFile,
  replicaFile,
  ruin,
} from './disk.ts';
import { openGround } from './histories.ts';
import { freePort } from './proxy.ts';
import { MortalSite } from './site.ts';

const TIMEOUT = 120_000;

let bundled: { folder: string; remove: () => void };
let ground: Awaited<ReturnType<typeof openGround>>;
beforeAll(async () => {
  bundled = await bundle({ host: 'test/faults/host.ts' });
  ground = await openGround();
});
afterAll(async () => {
  await ground.close();
  bundled.remove();
});

const newHost = (env: { [name: string]: string } = {}): Host =>
  new Host({ folder: bundled.folder, armed: true, env });

/** A console that is live, and one that has been looked at to its end. */
async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const world = await new World(ground.site).open(ground.stations());
  try {
    await begin(world, newHost());
    await work(world);
    expect(await world.wrong()).toEqual([]);
  } finally {
    if (world.station.isOpen) await world.station.host.kill();
    await world.close();
  }
}

async function begin({ station, customers }: World, host: Host): Promise<void> {
  await station.open(host);
  await host.live();
  await station.watch(customers);
  await station.shows(customers);
}

async function offline({ station, line }: World): Promise<void> {
  line.refuses = true;
  line.cut();
  await station.host.until('offline', () => station.host.seen.status?.connection === 'offline');
}

const notices = ({ station }: World): string[] => station.host.seen.status?.notices ?? [];
const note = (world: World, n: number): Promise<void> =>
  world.station.write(n, 'note', world.customer(0), `note ${n}`);

describe('the files of a console', { timeout: TIMEOUT }, () => {
  it('[P3] a damaged replica is noticed, said, and fetched again; the outbox is not touched', async () => {
    await withWorld(async (world) => {
      const { station, line } = world;
      await note(world, 1);
      await station.host.settled();
      await offline(world);
      await note(world, 2);
      await station.close();
      ruin(replicaFile(station.config.dataDir) as string);
      const outbox = statSync(outboxFile(station.config.dataDir) as string).size;
      await station.open(newHost());
      await station.host.until('said', () => notices(world).includes('replica_rebuilt'));
      const { onTheWay } = await station.host.first('outbox', {});
      expect(onTheWay.map((one) => one.args.text)).toEqual(['note 2']);
      expect(statSync(outboxFile(station.config.dataDir) as string).size).toBe(outbox);
      line.refuses = false;
      await station.host.until('fetched', () => !notices(world).includes('replica_rebuilt'));
    });
  });

  it('[O3] a damaged outbox is salvaged, and that is said for as long as the process lives', async () => {
    await withWorld(async (world) => {
      const { station, line, ledger } = world;
      await offline(world);
      for (const n of [1, 2, 3]) await note(world, n);
      await station.close();
      damageBesideEntries(station.config.dataDir);
      for (const n of [1, 2, 3]) ledger.mark(n, { marked: true });
      line.refuses = false;
      await station.open(newHost());
      await station.host.settled();
      expect(notices(world)).toEqual(['outbox_salvaged']);
    });
  });

  it('[R11] after a loss of power the rows are older than the outbox, and nothing is missing on screen', async () => {
    await withWorld(async (world) => {
      const { station } = world;
      // Closed in order once, so that the customers themselves are certain.
      const { host } = station;
      await station.close();
      await begin(world, host);
      let lost = 0;
      for (let n = 1; lost === 0; n += 3) {
        for (const one of [n, n + 1, n + 2]) await note(world, one);
        await station.host.settled();
        await station.host.kill();
        lost = losePower(station.config.dataDir, (below) => below - 1);
        // All may be certain, where the thread that writes the log through was quicker than the kill: then once more.
        if (lost === 0) await begin(world, newHost());
      }
      // Of what the outbox calls applied the rows know nothing; a window sees it all the same.
      world.line.refuses = true;
      await station.open(newHost());
      await station.watch(world.customers);
      await station.shows(world.customers);
      world.line.refuses = false;
    });
  });

  // The first two checkpoints come with the answer to its hello: what it may no longer have leaves the files.
  it.each([
    ['before its first', '1'],
    ['after its first', '2'],
    ['before a later', '5'],
    ['after a later', '6'],
  ])('[P5] a console killed %s checkpoint loses nothing', async (_, at) => {
    await withWorld(async (world) => {
      const { station } = world;
      await station.host.kill();
      const dying = async (): Promise<void> => {
        await begin(world, newHost({ KAIROS_FAULTS_CHECKPOINT: at }));
        await note(world, 1);
      };
      await dying().catch(() => undefined);
      expect(await station.host.ended).toBe('SIGKILL');
      await begin(world, newHost());
      await note(world, 2);
    });
  });
});

describe('a full disk', { timeout: TIMEOUT }, () => {
  it('refuses an action with a reason and keeps what it has; with room again everything goes on', async () => {
    const mount = mkdtempSync(join(tmpdir(), 'full-'));
    const disk = fullDisk(mount);
    const world = new World(ground.site, mount);
    const refusals = () => world.ledger.all().filter((entry) => entry.state === 'refused');
    try {
      await world.open(ground.stations());
      await begin(world, newHost());
      await note(world, 1);
      await offline(world);
      disk.fill(world.station.host.pid, mount);
      for (let n = 2; n < 100 && refusals().length === 0; n++) await note(world, n);
      expect([disk.how, ...refusals().map((entry) => entry.code)]).toEqual([disk.how, 'disk_full']);
      await world.station.host.until('said', () => notices(world).includes('disk_full'));
      disk.free(world.station.host.pid);
      await note(world, 100);
      await world.station.host.until('over', () => notices(world).length === 0);
      world.line.refuses = false;
      expect(await world.wrong()).toEqual([]);
    } finally {
      if (world.station.isOpen) await world.station.host.kill();
      await world.close();
      disk.remove();
    }
  });

  it('[R7] of the core parks nothing: what waits is executed once there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'full-core-'));
    const options = { folder: bundled.folder };
    const site = await new MortalSite(
      join(folder, 'core'),
      await freePort(),
      new Host(options),
      options,
    ).start(0);
    const world = await new World(site).open('FRA');
    try {
      await begin(world, newHost());
      expect(limitFiles(site.host.pid, site.folder)).toBe(true);
      for (const n of [1, 2, 3]) await note(world, n);
      await site.door.refuses();
      limitFiles(site.host.pid, null);
      expect(await world.wrong()).toEqual([]);
      expect(await world.station.conflicts()).toEqual([]);
    } finally {
      await world.station.host.kill();
      await site.close();
      await site.host.kill();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
