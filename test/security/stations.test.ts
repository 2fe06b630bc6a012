/** [C1] Stations: enrolled once with a code, then a token for each challenge that their own key has signed. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyStore } from '../../src/core/admin/audit.ts';
import {
  addStation,
  enrolAgain,
  listStations,
  renameStation,
  revokeStation,
  wipeStation,
} from '../../src/core/admin/stations.ts';
import { DATABASE_FILE } from '../../src/core/store/database.ts';
import { challengeText, enrolmentText, plainCode } from '../../src/domain/station-proof.ts';
import { askAt, enrolStation, readStation, type Station } from '../../src/main/station/station.ts';
import { until, Whole } from '../builders/whole.ts';
import { anyJson, inputs, mutated, PATIENCE } from './material.ts';
import { expectClean, JSON_TYPE, useTarget } from './target.ts';

const whole = new Whole();
const KEY = 'cd'.repeat(32);
const RIGHTS = { role: 'kiosk' as const, grants: ['station:FRA'] };
const store = () => ({ dataDir: whole.path('core'), database: undefined });
const ask = (path: string, body: object) => askAt(whole.core.url, fetch)(path, body);

beforeAll(async () => {
  await whole.startCore();
  mkdirSync(whole.path('stations'));
});
afterAll(() => whole.close());

/** As an administrator and then whoever stands before the machine do it. */
async function enrolled(name: string): Promise<{ station: Station; path: string; code: string }> {
  const { code } = await addStation(store(), { name, ...RIGHTS }, 24, Date.now());
  const path = whole.path(`stations/${name}.json`);
  return { station: await enrolStation(path, whole.core.url, code.toLowerCase(), KEY, ask), path, code };
}

const statusWith = async (token: string): Promise<number> =>
  (await fetch(`${whole.core.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
const refusedWith = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: Error) => error.message,
  );

const pairOf = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
};
const signed = (key: KeyObject, text: string) => sign(null, Buffer.from(text), key).toString('base64');

describe('[C1] a station', () => {
  it('is enrolled with its code, works without anybody signing in, and renews its token', async () => {
    const { station, path } = await enrolled('B42');
    await whole.passenger('u1', 'QX7R2M');
    const replica = await whole.replica({ operator: 'B42', role: 'kiosk', token: station.token() });
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
    const before = station.token();
    // Tokens of one second are equal to the letter.
    whole.ahead = 2_000;
    const { token, until: end } = await station.renew();
    expect(token).not.toBe(before);
    expect(end - Date.now()).toBeLessThanOrEqual(15 * 60_000 + 2_000);
    whole.ahead = 0;
    replica.token(token);
    expect(readStation(path, whole.core.url, KEY, ask)?.token()).toBe(token);
    expect(await listStations(store())).toMatchObject([
      { name: 'B42', role: 'kiosk', revoked: null, wipesOwed: 0 },
    ]);
    await whole.stopReplica(replica);
  });

  it('keeps its key under that of the outbox: no byte of it in the open, nothing after a wipe or at another core', async () => {
    const { station, path } = await enrolled('B43');
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toContain(station.token());
    expect(readStation(path, whole.core.url, 'ab'.repeat(32), ask)).toBeNull();
    expect(readStation(path, 'https://elsewhere.example', KEY, ask)).toBeNull();
    expect(readStation(`${path}.none`, whole.core.url, KEY, ask)).toBeNull();
    const spoilt = text.replace(
      /"tag":"../u,
      (part) => `${part.slice(0, -2)}${part.endsWith('00') ? '11' : '00'}`,
    );
    writeFileSync(path, spoilt);
    expect(readStation(path, whole.core.url, KEY, ask)).toBeNull();
  });

  it('is enrolled once by a code that is right, not over, and not taken by somebody else', async () => {
    const { code } = await enrolled('B44');
    const again = (typed: string) =>
      refusedWith(enrolStation(whole.path('stations/x.json'), whole.core.url, typed, KEY, ask));
    expect(await again(code)).toBe('enrolment_refused');
    expect(await again('AAAAA-AAAAA-AAAAA-AAAAA')).toBe('enrolment_refused');
    const late = await addStation(store(), { name: 'late', ...RIGHTS }, 1, Date.now() - 2 * 3_600_000);
    expect(await again(late.code)).toBe('enrolment_refused');
    const twice = await addStation(store(), { name: 'twice', ...RIGHTS }, 1, Date.now());
    expect((await Promise.all([again(twice.code), again(twice.code)])).sort()).toEqual([
      'enrolment_refused',
      'taken',
    ]);
    // A key of somebody else is not enrolled by whoever has seen a code and a public key.
    const one = await addStation(store(), { name: 'one', ...RIGHTS }, 1, Date.now());
    const [mine, theirs] = [pairOf(), pairOf()];
    const signature = signed(mine.privateKey, enrolmentText(plainCode(one.code), theirs.spki));
    expect(
      await refusedWith(ask('/v1/stations/enrol', { code: one.code, publicKey: theirs.spki, signature })),
    ).toBe('enrolment_refused');
    const bytes = readFileSync(`${whole.path('core')}/${DATABASE_FILE}`).toString('latin1');
    expect(bytes.includes(plainCode(one.code)) || bytes.includes(one.code)).toBe(false);
  });

  it('gets a token for its own signature over a challenge that was made for it, once, within a minute', async () => {
    const { code, station: id } = await addStation(store(), { name: 'B45', ...RIGHTS }, 24, Date.now());
    const [own, other] = [pairOf(), pairOf()];
    const signature = signed(own.privateKey, enrolmentText(plainCode(code), own.spki));
    await ask('/v1/stations/enrol', { code, publicKey: own.spki, signature });
    const fresh = async (station = id) =>
      ((await ask('/v1/stations/challenge', { station })) as { challenge: string }).challenge;
    const wish = (
      challenge: string,
      key = own.privateKey,
      station = id,
      text = challengeText(station, challenge),
    ) => refusedWith(ask('/v1/stations/token', { station, challenge, signature: signed(key, text) }));
    const challenge = await fresh();
    expect(await wish(challenge)).toBe('taken');
    expect(await wish(challenge)).toBe('station_refused');
    expect(await wish(await fresh(), other.privateKey)).toBe('station_refused');
    expect(await wish(await fresh('nobody'))).toBe('station_refused');
    expect(await wish(await fresh('nobody'), own.privateKey, 'nobody')).toBe('station_refused');
    const plain = await fresh();
    expect(await wish(plain, own.privateKey, id, plain)).toBe('station_refused');
    const [until_ = '', ...rest] = (await fresh()).split('.');
    expect(await wish([String(Number(until_) + 60_000), ...rest].join('.'))).toBe('station_refused');
    const old = await fresh();
    whole.ahead = 61_000;
    expect(await wish(old)).toBe('station_refused');
    whole.ahead = 0;
  });

  it('is out when it is revoked: tokens, connection, rows; a new code lets another key in', async () => {
    const { station, path } = await enrolled('B46');
    const replica = await whole.replica({ operator: 'B46', role: 'kiosk', token: station.token() });
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
    const revoked = until(bridge, 'status', {}, (view) => view.connection === 'revoked');
    const began = performance.now();
    await revokeStation(store(), station.id, Date.now());
    await revoked;
    process.stdout.write(
      `revoked from the command line, out after ${Math.round(performance.now() - began)} ms\n`,
    );
    expect(replica.parts.files.replica.store.meta().active).toEqual([]);
    expect(await statusWith(station.token())).toBe(401);
    expect(await refusedWith(station.renew())).toBe('station_revoked');
    const { code } = await enrolAgain(store(), station.id, 1, Date.now());
    const renewed = await enrolStation(path, whole.core.url, code, KEY, ask);
    expect(await statusWith(renewed.token())).toBe(200);
    expect(await refusedWith(station.renew())).toBe('station_refused');
    expect(await statusWith(station.token())).toBe(401);
  });

  it('is wiped from afar, with a receipt, and is renamed', async () => {
    const { station } = await enrolled('B47');
    const keys = { replica: '11'.repeat(32), outbox: '22'.repeat(32) };
    let destroyed = '';
    const replica = await whole.replica(
      { operator: 'B47', role: 'kiosk', token: station.token() },
      {
        destroyKeys: async (mode) => {
          destroyed = mode;
          return keys;
        },
      },
    );
    await until(whole.window(replica), 'status', {}, (view) => view.connection === 'live');
    expect(await wipeStation(store(), station.id, Date.now())).toMatchObject({ consoles: 1 });
    const owed = async () =>
      (await listStations(store())).find((one) => one.station === station.id)?.wipesOwed;
    await expect.poll(owed, { timeout: 20_000 }).toBe(0);
    expect(destroyed).toBe('all');
    await renameStation(store(), station.id, 'Gate B47', Date.now());
    expect((await listStations(store())).map(({ name }) => name)).toContain('Gate B47');
    await expect(renameStation(store(), 'nobody', 'x', Date.now())).rejects.toThrow(
      'there is no station nobody',
    );
    expect(await verifyStore(store(), null)).toMatchObject({ faults: [] });
  });
});

describe('[C10] the doors of stations', () => {
  const target = useTarget();
  /** Requests of one property run go out together, as those of several stations do. */
  const TOGETHER = 25;
  const store = () => ({ dataDir: target.folder, database: undefined });

  it(
    '[C10] answer anything with a code of the table, and give no token for what is spoilt',
    async () => {
      // Of a station and a code that are good as they stand; only what is changed is wrong.
      const [own, waiting] = [pairOf(), pairOf()];
      const { code, station } = await addStation(store(), { name: 'F1', ...RIGHTS }, 24, Date.now());
      const next = await addStation(store(), { name: 'F2', ...RIGHTS }, 24, Date.now());
      const wish = (typed: string, { privateKey, spki }: ReturnType<typeof pairOf>) => ({
        ...{ code: typed, publicKey: spki },
        signature: signed(privateKey, enrolmentText(plainCode(typed), spki)),
      });
      const ask = (path: string, body: unknown) =>
        fetch(`${target.core.url}/v1/stations/${path}`, {
          ...{ method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) ?? '' },
        });
      await expect.poll(async () => (await ask('enrol', wish(code, own))).status).toBe(200);
      const proof = async () => {
        const { challenge } = (await (await ask('challenge', { station })).json()) as { challenge: string };
        return { station, challenge, signature: signed(own.privateKey, challengeText(station, challenge)) };
      };
      const samples: { [path: string]: object } = {
        enrol: wish(next.code, waiting),
        challenge: { station },
        token: await proof(),
      };
      const bent = fc
        .constantFrom('enrol', 'challenge', 'token', 'token')
        .chain((path) =>
          fc
            .oneof(
              { weight: 4, arbitrary: mutated([samples[path]]) },
              { weight: 2, arbitrary: bentText(samples[path] as { [name: string]: string }) },
              { weight: 1, arbitrary: anyJson },
            )
            .map((body) => ({ path, body })),
        );
      await fc.assert(
        fc.asyncProperty(fc.array(bent, { minLength: TOGETHER, maxLength: TOGETHER }), async (all) => {
          await Promise.all(
            all.map(async ({ path, body }) => {
              const answer = await ask(path, body);
              const text = await answer.text();
              const story = `${path} ${JSON.stringify(body)?.slice(0, 400)} => ${answer.status} ${text}`;
              expect(path === 'challenge' ? [200, 400, 413] : [400, 401, 413], story).toContain(
                answer.status,
              );
              expectClean(target, text, story);
            }),
          );
        }),
        inputs(0.2, TOGETHER),
      );
      // What was good is good still: nothing that was tried has used it up.
      expect((await ask('token', await proof())).status).toBe(200);
      expect((await ask('enrol', samples.enrol)).status).toBe(200);
      await target.lives();
    },
    PATIENCE,
  );
});

/** What a text of a request stands for: its letters, case and padding may differ. */
const meant: { [name: string]: (text: string) => string } = {
  code: plainCode,
  signature: (text) => Buffer.from(text, 'base64').toString('hex'),
};

/** One of the texts with letters changed, cut, doubled or put in; it always stands for something else. */
const bentText = (sample: { [name: string]: string }): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...Object.keys(sample)), fc.nat(400), fc.nat(3), fc.string({ maxLength: 4 }))
    .map(([name, at, cut, put]) => {
      const text = sample[name] as string;
      const place = at % text.length;
      const bent = text.slice(0, place) + put + text.slice(place + cut);
      const { [name]: of = (one: string) => one } = meant;
      return { ...sample, [name]: of(bent) === of(text) ? `AAAA${text}` : bent };
    });
