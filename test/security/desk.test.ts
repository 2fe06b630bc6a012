/** The doors of a console itself: what a page may wish of signing in, the port that a browser comes back to, files, bundles. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SIGN_IN_CODES } from '../../src/bridge/shell.ts';
import { preview } from '../../src/cli/import/run.ts';
import { BundleSigner } from '../../src/core/learn/sign.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { BundleRow } from '../../src/domain/rows.ts';
import { BadPolicy, parsePolicy } from '../../src/main/policy/policy.ts';
import { coreDoors } from '../../src/main/sign-in/core-doors.ts';
import { listenForAnswer } from '../../src/main/sign-in/loopback.ts';
import { openPeople } from '../../src/main/sign-in/people.ts';
import { SignIn } from '../../src/main/sign-in/sign-in.ts';
import { airlineBundle } from '../../src/packs/airline/catalogue/bundle.ts';
import { BundleHolder } from '../../src/replica/decide/suggest.ts';
import { BundleTrust } from '../../src/replica/decide/trust.ts';
import { anyJson, broken, inputs, mutated, PATIENCE } from './material.ts';

const KEY = 'c3'.repeat(32);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-desk-doors-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);

/** A desk whose core is away: nobody can sign in, whatever is wished. */
const desk = (): SignIn =>
  new SignIn({
    people: openPeople(path('people.json'), KEY),
    doors: coreDoors('http://127.0.0.1:9'),
    provider: {
      signIn: () => Promise.reject(new Error('no provider was named')),
      renew: () => Promise.reject(new Error('nobody to renew')),
      giveBack: () => Promise.resolve(),
    },
    ...{ now: Date.now, clock: () => performance.now(), later: () => () => undefined, lockAfter: 1 },
    onTake: () => Promise.reject(new Error('somebody was let in')),
    ...{ onLeave: async () => undefined, onToken: () => undefined, onCover: () => undefined },
    log: () => undefined,
  });

const WISHES = [
  { do: 'browser' },
  { do: 'account', name: 'otto', password: 'correct horse battery' },
  { do: 'code', id: 'oidc:anna', code: 'gate B42!' },
  { do: 'set-code', code: 'gate B42!', password: 'correct horse battery' },
  { do: 'take-code' },
  { do: 'cancel' },
  { do: 'lock' },
  { do: 'sign-out' },
];

describe('[C10] a console', () => {
  it('hears any wish of a page, and lets nobody in for it', { timeout: PATIENCE }, async () => {
    const open = desk();
    const wish = fc.oneof({ weight: 4, arbitrary: mutated(WISHES) }, { weight: 1, arbitrary: anyJson });
    await fc.assert(
      fc.asyncProperty(wish, async (one) => {
        const answer = await open.wish(one);
        if (!answer.ok) expect(SIGN_IN_CODES).toContain(answer.code);
        expect([open.isOpen(), (await open.state(-1)).state]).toEqual([false, 'out']);
      }),
      inputs(1),
    );
  });

  it('takes from the browser nothing but the answer that it waits for', { timeout: PATIENCE }, async () => {
    const state = 'S'.repeat(43);
    const loopback = await listenForAnswer(state);
    const { port } = new URL(loopback.redirect);
    let answered = false;
    void loopback.answer.then(() => {
      answered = true;
    });
    const word = fc
      .string({ maxLength: 30 })
      .map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?')));
    const place = fc
      .tuple(fc.constantFrom('/signed-in', '/', '/signed-in/', '//signed-in', '/x'), word, word, word)
      .map(([at, name, one, other]) => `${at}?state=${one}&${name}=${other}&code=${state}`);
    const method = fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PUT');
    await fc.assert(
      fc.asyncProperty(place, method, async (at, how) => {
        expect([400, 404]).toContain(await ask(Number(port), how, at));
      }),
      inputs(0.5),
    );
    await fc.assert(
      fc.asyncProperty(broken(fc.constant('GET /signed-in?state=x HTTP/1.1')), (bytes) =>
        say(Number(port), bytes),
      ),
      inputs(0.1),
    );
    expect(answered).toBe(false);
    // It goes on waiting for the right one.
    expect(await ask(Number(port), 'GET', `/signed-in?state=${state}&code=1`)).toBe(200);
    expect((await loopback.answer).searchParams.get('code')).toBe('1');
    loopback.close();
  });

  it('starts with a policy that is in order, or says what is wrong', { timeout: PATIENCE }, () => {
    const policy = {
      ...{ cores: ['https://core.example/'], unprotected: false, devTools: true, lockAfter: 5 },
      updates: { feed: 'https://u.example/', channel: 'stable', kioskHours: { from: '02:00', to: '04:00' } },
    };
    const texts = fc.oneof(
      mutated([policy, { contentProtection: true }]).map((one) => JSON.stringify(one) ?? ''),
      broken(fc.constant(policy)).map((bytes) => bytes.toString('utf8')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(typeof parsePolicy(text, 'policy.json').devTools).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(BadPolicy);
          expect((error as Error).message).toMatch(/^policy\.json(?: is no JSON$|: .)/u);
        }
      }),
      inputs(1),
    );
  });

  it('decides with a bundle that it can read and that is signed, and with no other', {
    timeout: PATIENCE,
  }, () => {
    const own = new BundleSigner(Buffer.alloc(32, 1));
    const validUntil = '2030-01-01T00:00:00.000Z';
    const bundle = JSON.parse(JSON.stringify(airlineBundle(validUntil))) as JsonObject;
    const good = own.sign({ id: 'airline', version: 'v1', validUntil, bundle });
    /** What has no canonical form cannot be signed, and comes with the signature of another. */
    const signedOrNot = (row: BundleRow): BundleRow => {
      try {
        return own.sign(row);
      } catch {
        return row;
      }
    };
    const holder = new BundleHolder(new BundleTrust(path('bundle-key')));
    holder.use(good);
    expect(holder.problem).toBeNull();
    const rows = mutated([good]) as fc.Arbitrary<BundleRow>;
    const signed = mutated([bundle]).map((one) => signedOrNot({ ...good, bundle: one as JsonObject }));
    let read = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 1, arbitrary: rows }, { weight: 9, arbitrary: signed }), (row) => {
        holder.use(row);
        expect([null, 'unsigned', 'other_key', 'forged', 'unreadable']).toContain(holder.problem);
        if (holder.problem === null) read += 1;
        else expect(holder.get()).toBeNull();
      }),
      inputs(0.1),
    );
    expect(read).toBeGreaterThan(0);
  });
});

describe('[C10] a file that is imported', () => {
  const mapping = {
    source: 'test',
    type: 'identify' as const,
    userId: 'no',
    timestamp: 'since',
    fields: { firstName: 'first' },
  };
  const PER_FILE = 100;
  const rowsIn = (one: fc.Arbitrary<Buffer>) => fc.array(one, { minLength: PER_FILE, maxLength: PER_FILE });

  it('is read row by row: each is an event or has a code and a reason', { timeout: PATIENCE }, async () => {
    const event = { type: 'identify', userId: 'u', traits: { firstName: 'Anna' }, timestamp: '2026-11-01' };
    const line = fc.oneof(broken(mutated([event])), broken(anyJson));
    await fc.assert(
      fc.asyncProperty(rowsIn(line), async (lines) => {
        writeFileSync(path('any.jsonl'), Buffer.concat(lines.flatMap((one) => [one, Buffer.from('\n')])));
        const { looked, bad, events } = await preview({ file: path('any.jsonl'), mapping: null });
        expect(looked).toBeGreaterThan(0);
        for (const one of bad)
          expect([one.code, one.message]).toEqual([expect.stringMatching(/^[a-z_]+$/u), expect.any(String)]);
        expect(events.length + bad.length).toBeLessThanOrEqual(looked);
      }),
      inputs(0.5, PER_FILE),
    );
  });

  it('is a table with bad rows, or is said not to be readable', { timeout: PATIENCE }, async () => {
    const cells = fc.array(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('"', '""', ';', '\r', '=1+1')),
      {
        maxLength: 5,
      },
    );
    const line = cells.map((all) => Buffer.from(all.join(';')));
    await fc.assert(
      fc.asyncProperty(rowsIn(line), async (lines) => {
        const head = Buffer.from('no;first;since\n');
        writeFileSync(
          path('any.csv'),
          Buffer.concat([head, ...lines.flatMap((one) => [one, Buffer.from('\n')])]),
        );
        const found = await preview({ file: path('any.csv'), mapping, delimiter: ';' }).catch((error) => {
          // Quotes that never end, or stand where none may: said with the line that it is.
          expect((error as { code?: string }).code).toMatch(/^CSV_/u);
          return null;
        });
        for (const one of found?.bad ?? []) expect(one.code).toMatch(/^[a-z_]+$/u);
      }),
      inputs(0.5, PER_FILE),
    );
  });
});

function ask(port: number, method: string, place: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path: place }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** Whatever is said, the other side ends it. */
function say(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}
