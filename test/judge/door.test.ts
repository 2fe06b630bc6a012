/** The command line as a user starts it, and the same decisions in Node and in Electron. */
import { beforeAll, describe, expect, it } from 'vitest';
import { setup } from '../../scripts/setup.mjs';
import { chance } from '../../src/demo/random.ts';
import { BUILT, BY_NPM, Door, type Start } from './door.ts';
import type { Answer, Bundle } from './shapes.ts';

const BUNDLE: Bundle = {
  version: 'b1',
  validUntil: '2030-01-01T00:00:00Z',
  facts: { n: { type: 'number' }, t: { type: 'text' }, at: { type: 'time' } },
  catalogue: [1, 2, 3, 4, 5].map((i) => ({
    id: `a${i}`,
    lane: 2,
    channels: ['web', 'email'],
    value: i,
    eligible: { fact: 'n', op: 'gte', value: i / 10 },
  })),
  policy: { learn: ['n', 't', 'at'], quietHours: { email: ['21:00', '08:00'] }, alpha: 0.7 },
  model: null,
};
const requestOf = (id: string, facts: Record<string, unknown>, at = '2026-10-25T00:30:00Z') => ({
  decide: {
    id,
    at,
    profile: { id, zone: 'Europe/Berlin', facts },
    channels: ['web', 'email'],
    mode: 'inspire',
  },
});

/** A stream of decisions and outcomes, the same for whoever plays it. */
async function hashesOf(start: Start): Promise<string[]> {
  const luck = chance('determinism');
  const door = new Door(JSON.stringify(BUNDLE), { seed: 7, learn: true }, start);
  const hashes: string[] = [];
  for (let i = 0; i < 400; i++) {
    const at = new Date(Date.parse('2026-10-24T00:00:00Z') + luck.int(0, 4_000) * 60_000).toISOString();
    const facts = { n: luck.next(), t: luck.pick(['x', 'y', 'ü']), at: '2026-10-01T12:00:00+02:00' };
    const answer = await door.ask<Answer>(requestOf(`d${i}`, facts, at));
    hashes.push(answer.hash);
    await door.ask({ feedback: { id: `d${i}`, outcome: 'presented', at } });
    if (luck.once(0.4)) await door.ask({ feedback: { id: `d${i}`, outcome: 'positive', at } });
  }
  hashes.push((await door.ask<{ state: string }>({ state: {} })).state);
  await door.end();
  return hashes;
}

// Started by npm it is built where a source is newer.
beforeAll(() => new Door('{}', {}, BY_NPM).ended);

describe('[D22] the command line as a user starts it', () => {
  it('answers each line without waiting for more, and ends with 0', async () => {
    const door = new Door(JSON.stringify(BUNDLE), {}, BY_NPM);
    expect(await door.ask(requestOf('d1', { n: 1 }))).toMatchObject({ id: 'd1', bundle: 'b1' });
    expect(
      await door.ask({ feedback: { id: 'd1', outcome: 'positive', at: '2026-10-25T00:30:00Z' } }),
    ).toEqual({
      ok: true,
    });
    expect(await door.end()).toBe(0);
    expect(door.errors).toBe('');
  });

  it('takes lines of 1 MiB and no longer ones, in bytes', async () => {
    const door = new Door(JSON.stringify(BUNDLE));
    const empty = JSON.stringify(requestOf('d1', { n: 1, stranger: '' }));
    const room = 1_048_576 - Buffer.byteLength(empty);
    const filled = (size: number) =>
      JSON.stringify(requestOf('d1', { n: 1, stranger: 'ö'.repeat(size / 2) }));
    const odd = room % 2;
    expect(await door.askText(filled(room - odd))).toContain('"chosen"');
    expect(JSON.parse(await door.askText(`${filled(room - odd)}${' '.repeat(odd + 1)}`))).toMatchObject({
      error: { code: 'size' },
    });
    expect(await door.askText(JSON.stringify(requestOf('d2', { n: 1 })))).toContain('"d2"');
    expect(await door.end()).toBe(0);
  });

  it('refuses a bad bundle with one line on standard error and exit code 2', async () => {
    for (const start of [BY_NPM, BUILT]) {
      const door = new Door(JSON.stringify({ ...BUNDLE, catalogue: 5 }), {}, start);
      expect(await door.ended).toBe(2);
      expect(JSON.parse(door.errors)).toMatchObject({ error: { code: 'bundle' } });
    }
  });

  it('a model goes into a bundle and decides alike, however much it has learned', async () => {
    const luck = chance('model');
    const facts = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`f${i}`, { type: 'text' as const }]),
    );
    // Groups, channels and approaches that tell candidates apart: a model has all scopes then.
    const catalogue = Array.from({ length: 40 }, (_, i) => ({
      ...{ id: `a${i}`, group: `g${i % 8}`, lane: 2 },
      ...{ channels: ['web', 'email'], approaches: ['plain', 'warm'] },
    }));
    const bundle = { ...BUNDLE, facts, catalogue, policy: { learn: Object.keys(facts) } };
    const teacher = new Door(JSON.stringify(bundle), { learn: true });
    const strange = () =>
      Object.fromEntries(Object.keys(facts).map((name) => [name, luck.code(6, 'abcdefgh')]));
    for (let i = 0; i < 1_500; i++) {
      await teacher.ask(requestOf(`d${i}`, strange()));
      await teacher.ask({ feedback: { id: `d${i}`, outcome: 'positive', at: '2026-10-25T00:30:00Z' } });
    }
    const { model } = await teacher.ask<{ model: unknown }>({ model: {} });
    const text = JSON.stringify({ ...bundle, model });
    expect(Buffer.byteLength(JSON.stringify(model))).toBeLessThan(16 * 1_048_576);
    // Nearly every slot was touched: this is about as large as a model gets.
    expect(text.length).toBeGreaterThan(5_000_000);
    const pupil = new Door(text);
    for (let i = 0; i < 20; i++) {
      const line = JSON.stringify(requestOf(`e${i}`, strange()));
      expect(await pupil.askText(line)).toBe(await teacher.askText(line));
    }
    expect(await pupil.ask({ state: {} })).toEqual(await teacher.ask({ state: {} }));
    expect([await pupil.end(), await teacher.end()]).toEqual([0, 0]);
  });
});

describe('[D24] determinism', () => {
  it('the same stream gives the same hashes in Node and in Electron', async () => {
    const { executable } = await setup({ display: false });
    const electron = { command: executable, args: BUILT.args, env: { ELECTRON_RUN_AS_NODE: '1' } };
    const [node, other] = [await hashesOf(BUILT), await hashesOf(electron)];
    expect(other).toEqual(node);
    expect(new Set(node).size).toBe(401);
  });
});
