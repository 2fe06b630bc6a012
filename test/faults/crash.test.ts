import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.mjs';
import { crashConsole, crashCore, type Ground, type History } from './crash.ts';
import {
  CORE,
  DAMAGED_OUTBOX,
  DAMAGED_REPLICA,
  DAY,
  RESTORED,
  ROLLED_BACK,
  WIPED_ALL,
  WIPED_REPLICA,
} from './histories.ts';
import { LocalSite } from './site.ts';

const STRIDE = Number(process.env.STRIDE ?? 10);
let bundled: { folder: string; remove: () => void };
let ground: Ground;
let last = 0;
beforeAll(async () => {
  bundled = await bundle({ host: 'test/faults/host.ts' });
  const folder = mkdtempSync(join(tmpdir(), 'crash-core-'));
  const site = await new LocalSite(join(folder, 'core')).start();
  ground = { folder, site, stations: () => `S${(++last).toString(36).padStart(3, '0').toUpperCase()}` };
});
afterAll(async () => {
  await ground.site.close();
  rmSync(ground.folder, { recursive: true, force: true });
  bundled.remove();
});

describe('a console killed at every durable write', () => {
  it.each([
    ['[I3] [I4] [I6] through a day', DAY],
    ['[R5] [R13] over a restored core', RESTORED],
    ['[R14] with an outbox that was put back', ROLLED_BACK],
    ['[O3] with a damaged outbox', DAMAGED_OUTBOX],
    ['[P3] with a damaged replica', DAMAGED_REPLICA],
    ['[P17] wiped', WIPED_REPLICA],
    ['[P17] wiped with its outbox', WIPED_ALL],
  ] as [string, History][])(
    '%s loses, doubles and hides nothing',
    async (_, history) => {
      const t = Date.now();
      const crashes = await crashConsole(
        history,
        ground,
        { folder: bundled.folder },
        (point) => point % STRIDE === 1 % STRIDE || point > 300,
      );
      console.log(Date.now() - t, crashes.points, crashes.words);
      expect(crashes.wrong).toEqual([]);
    },
    600_000,
  );
});

describe('a core killed at every durable write', () => {
  it('[A23] [R6] [I2] loses and doubles nothing that was acknowledged', async () => {
    const t = Date.now();
    const crashes = await crashCore(
      CORE,
      { folder: bundled.folder },
      (point) => point % STRIDE === 1 % STRIDE || point > 300,
    );
    console.log(Date.now() - t, crashes.points, crashes.words);
    expect(crashes.wrong).toEqual([]);
  }, 600_000);
});
