import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.mjs';
import { crashConsole, crashCore } from './crash.ts';
import { CONSOLE_HISTORIES, CORE_HISTORIES, openGround } from './histories.ts';

/**
 * Each history ends with its last point; of the points before it only some are tried here, others in each history.
 * `npm run faults -- --writes` tries them all.
 */
const STRIDE = Number(process.env.KAIROS_FAULTS_STRIDE ?? 48);
const some = (offset: number) => (point: number) => (point + offset) % STRIDE === 0 || point > 500;

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

describe('a console killed directly before and after its durable writes', () => {
  it.each(CONSOLE_HISTORIES.map(([title, history], i) => ({ title, history, i })))(
    '$title loses, doubles and hides nothing',
    async ({ history, i }) => {
      const crashes = await crashConsole(history, ground, bundled, some(3 * i));
      expect(crashes.wrong).toEqual([]);
      expect(crashes.words.length).toBeGreaterThan(10);
    },
    300_000,
  );
});

describe('a core killed directly before and after its durable writes', () => {
  it.each(CORE_HISTORIES.map(([title, history]) => ({ title, history })))(
    '$title loses and doubles nothing that was acknowledged',
    async ({ history }) => {
      const crashes = await crashCore(history, bundled, some(7));
      expect(crashes.wrong).toEqual([]);
      expect(crashes.words.length).toBeGreaterThan(30);
    },
    300_000,
  );
});
