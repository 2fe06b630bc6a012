/** [C10] Mutated messages at the doors: a clear answer each, no crash, and nobody else notices. */
import { describe, expect, it } from 'vitest';
import { bucketSums, type Json } from './hash.ts';
import {
  at,
  booked,
  factOf,
  flightStatus,
  fresh,
  identify,
  seatChanged,
  segmentOf,
  station,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

type Random = () => number;
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const JUNK: Json[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  2 ** 53,
  '',
  ' ',
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '0000-00-00',
  'station:*',
  '*',
  '../../etc',
  "' OR 1=1 --",
  [],
  {},
  [[]],
  [null],
  { length: 3 },
  { toString: 1 },
  { constructor: { prototype: {} } },
  ['x'.repeat(100)],
];

/** A copy with one to three places replaced by junk, removed, doubled or renamed. */
function mutated(value: unknown, random: Random): unknown {
  const copy = structuredClone(value) as Json;
  const holder = { root: copy } as { [key: string]: Json };
  for (let n = 1 + Math.floor(random() * 3); n > 0; n -= 1) mutateOnce(holder, random);
  return holder.root;
}

function mutateOnce(holder: { [key: string]: Json }, random: Random): void {
  let place = holder;
  let key = 'root';
  for (let inner = place[key]; inner && typeof inner === 'object' && random() < 0.8; inner = place[key]) {
    const keys = Object.keys(inner);
    if (keys.length === 0) break;
    place = inner as { [key: string]: Json };
    key = pick(random, keys);
  }
  const dice = random();
  if (dice < 0.15 && key !== 'root') delete place[key];
  else if (dice < 0.25 && key !== 'root')
    place[pick(random, ['__proto__x', 'constructor', 'id', key.toUpperCase()])] = structuredClone(
      place[key] as Json,
    );
  else place[key] = structuredClone(pick(random, JUNK));
}

describe('[C10] HTTP', () => {
  it('[C10] mutated events: each is kept or rejected with a code, and the neighbours are kept', async () => {
    const random = seeded(11);
    const journey = trip();
    const samples = () => [
      identify(fresh('u'), {
        email: 'a@example.org',
        phone: '+4915112345678',
        consents: { marketing: true },
      }),
      booked(journey),
      seatChanged(journey, '1A'),
      flightStatus(journey, 'delayed', { departs: at(9000), gate: 'A1' }),
      track('Checked In', { booking: 'B', segment: 1, seat: '1A', sequence: 7 }, { userId: 'u' }),
      track('Bag Accepted', { booking: 'B', tag: 'T', weightKg: 3 }, { userId: 'u' }),
      track(
        'Booking Changed',
        { booking: 'B', segments: [segmentOf(journey), segmentOf(journey, 2)] },
        { userId: 'u' },
      ),
      track('Case Opened', { caseId: 'C', topic: 't', text: 'x' }, { anonymousId: 'a' }),
      track(
        'Consent Changed',
        { name: 'sms', value: true },
        { userId: 'u', context: { app: { name: 'app' }, externalIds: [] } },
      ),
      { type: 'alias', userId: 'u', previousId: 'a' },
    ];
    for (let round = 0; round < 60; round += 1) {
      const good = identify(fresh('u'), { tier: 'Gold' });
      const bad = samples().flatMap((event) => [
        mutated(event, random),
        mutated(event, random),
        mutated(event, random),
      ]);
      const answer = await core.post('/v1/batch', { batch: [...bad, good], sentAt: at(0) });
      expect(answer.status, answer.text.slice(0, 500)).toBe(200);
      for (const entry of answer.json.rejected ?? []) {
        expect(entry.index).toBeLessThan(bad.length);
        expect(entry).toMatchObject({
          code: expect.stringMatching(/^[a-z_]+$/),
          message: expect.any(String),
        });
        expect(entry.code, JSON.stringify(bad[entry.index]).slice(0, 1500)).not.toMatch(
          /internal|unexpected/,
        );
      }
      expect((await core.profile('userId', String(good.userId))).facts.tier.value).toBe('Gold');
    }
  }, 60_000);

  it('[C10] mutated requests at every other door: an error from the table, never 500', async () => {
    const random = seeded(12);
    const contact = {
      id: 'K',
      kind: 'call',
      state: 'ringing',
      queue: 'q',
      identity: { type: 'phone', value: '+4915112345678' },
      at: at(0),
    };
    const requests: [string, unknown][] = [
      ['/v1/contacts', contact],
      [
        '/v1/decide',
        { profileId: 'p', identity: { type: 'userId', value: 'u' }, channel: 'counter', mode: 'respond' },
      ],
      ['/v1/outcomes', { decisionId: 'd', outcome: 'positive', reason: 'x', value: 1, at: at(0) }],
      ['/v1/batch', { batch: [identify('u', {})], sentAt: at(0) }],
      ['/v1/identify', identify('u', { tier: 'Gold' })],
      ['/dev/token', { subject: 's', role: 'operator', scopes: ['station:*'], ttlSeconds: 60 }],
      ['/dev/wipe', { subject: 'nobody', mode: 'replica' }],
    ];
    for (let round = 0; round < 60; round += 1) {
      for (const [path, body] of requests) {
        const sent = mutated(body, random);
        const answer =
          path === '/v1/decide' || path === '/v1/outcomes'
            ? await core.ask(path, sent)
            : await core.post(path, sent);
        const story = `${path} ${JSON.stringify(sent).slice(0, 1500)}: ${answer.text.slice(0, 300)}`;
        expect(answer.status, story).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.json?.error?.code, story).toMatch(/^[a-z_]+$/);
      }
    }
    for (const junk of JUNK) {
      const path = encodeURIComponent(
        (typeof junk === 'string' ? junk : JSON.stringify(junk)).replaceAll(/[\ud800-\udfff]/g, '?'),
      );
      for (const door of [
        `/v1/profiles/by/${path}/${path}`,
        `/v1/profiles/by/userId/${path}`,
        `/v1/profiles/${path}/events?before=${path}&limit=${path}`,
      ]) {
        const answer = await core.get(door);
        expect(answer.status, `${door.slice(0, 200)}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
      }
    }
  }, 60_000);
});

describe('[C10] socket', () => {
  it('[C10] mutated messages end at most their own connection', async () => {
    const random = seeded(13);
    const journey = trip({ from: station() });
    const scope = `station:${journey.from}`;
    await core.send(booked(journey));
    const { id } = await core.profile('userId', journey.userId);
    const witness = await world.client({ wanted: [scope] });
    await witness.ready();
    const command = {
      mid: 1,
      id: 'c',
      name: 'add-note',
      ver: 1,
      args: { profileId: id, text: 'x' },
      base: [{ table: 'profile', id, fact: 'tier', hash: null }],
      at: at(0),
    };
    const messages: [string, Json][] = [
      ['push', { commands: [command, { ...command, mid: 2, id: 'd', name: 'change-seat' }] } as Json],
      ['ack', { n: 1 }],
      ['sub', { wanted: [scope] }],
      ['auth', { token: core.started.consoleToken }],
      ['find', { type: 'booking', value: journey.booking, purpose: 'x' }],
      ['compare', { scope, at: 1, sums: bucketSums([]) }],
      ['repair', { scope, buckets: [1, 2] }],
      ['presence', { profileId: id, state: 'viewing' }],
      ['wiped', { id: 'w', pending: 0 }],
    ];
    for (let round = 0; round < 40; round += 1) {
      const client = await world.client({ wanted: [scope] });
      await client.open();
      const hello = round % 4 ? client.helloFields() : mutated(client.helloFields(), random);
      await client.ask('hello', hello).catch(() => undefined);
      for (const [name, payload] of messages) client.emit(name, mutated(payload, random), () => undefined);
      for (const [name, payload] of messages) client.emit(name, mutated(payload, random));
      client.emit('push', mutated(messages[0]?.[1], random), () => undefined);
      await core.http('GET', '/healthz');
      client.close();
      client.forget();
    }
    await core.send(seatChanged(journey, '14C'));
    await witness.seesFact(id, factOf(journey, 'seat'), '14C');
    expect(witness.byes).toEqual([]);
  }, 60_000);
});
