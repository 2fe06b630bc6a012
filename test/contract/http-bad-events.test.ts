import { describe, expect, it } from 'vitest';
import type { Loose } from './core-process.ts';
import { at, fresh, identify, track, useCore } from './world.ts';

const world = useCore();
const { core } = world;

const factsOf = async (userId: string) => (await core.profile('userId', userId)).facts;
const preference = (userId: string, name: string, value: unknown, more: Record<string, unknown> = {}) =>
  track('Preference Changed', { name, value }, { userId, ...more });
/** Sends one event that must be refused; answers its error. */
async function refused(event: Record<string, unknown>, status = 400) {
  const answer = await core.post(`/v1/${event.type}`, event);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.json.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  expect(typeof answer.json.error.retry).toBe('boolean');
  return answer.json.error;
}

describe('[doors events] durability and duplicates', () => {
  it('[doors events] acknowledged events survive SIGKILL, folded', async () => {
    const users = Array.from({ length: 40 }, () => fresh('u'));
    const answers = await Promise.all(
      users.map((userId) => core.post('/v1/identify', identify(userId, { tier: 'Gold' }))),
    );
    expect(answers.map((answer) => answer.status)).toEqual(users.map(() => 200));
    await core.restart('SIGKILL');
    for (const userId of users) expect((await factsOf(userId)).tier.value).toBe('Gold');
  }, 60_000);

  it('[doors events] a repeated messageId changes nothing', async () => {
    const userId = fresh('u');
    const first = preference(userId, 'seat', 'aisle');
    await core.send(first);
    await core.send({ ...first, properties: { name: 'seat', value: 'window' }, timestamp: at(1000) });
    await core.batch([first, first]);
    const profile = await core.profile('userId', userId);
    expect(profile.facts['preference.seat'].value).toBe('aisle');
    expect((await core.events(profile.id)).events).toHaveLength(1);
  });

  it('[doors events] the same event sent twenty times at once is one event', async () => {
    const userId = fresh('u');
    const event = preference(userId, 'seat', 'aisle');
    const answers = await Promise.all(Array.from({ length: 20 }, () => core.post('/v1/track', event)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect((await core.events((await core.profile('userId', userId)).id)).events).toHaveLength(1);
  });

  it('[A11] read your writes: after a 200 no reader sees less, with many writers at once', async () => {
    const write = async (n: number) => {
      const userId = `${fresh('u')}-${n % 5}`;
      for (let value = 1; value <= 5; value += 1) {
        await core.send(preference(userId, 'n', value));
        expect((await factsOf(userId))['preference.n'].value).toBe(value);
      }
    };
    await Promise.all(Array.from({ length: 40 }, (_, n) => write(n)));
  });

  it('[doors events] a repeated messageId is remembered over a restart', async () => {
    const userId = fresh('u');
    const first = preference(userId, 'seat', 'aisle');
    await core.send(first);
    await core.restart('SIGKILL');
    await core.send({ ...first, properties: { name: 'seat', value: 'window' }, timestamp: at(1000) });
    expect((await factsOf(userId))['preference.seat'].value).toBe('aisle');
  }, 60_000);

  it('[doors events] events without a messageId get one each', async () => {
    const userId = fresh('u');
    const event = { type: 'track', event: 'Lounge Entered', userId, properties: {} };
    await core.send(event);
    await core.send(event);
    const { id } = await core.profile('userId', userId);
    expect((await core.events(id)).events).toHaveLength(2);
  });
});

describe('[doors events] bad events', () => {
  const userId = 'bad-events-user';
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
  const text = (kilobytes: number) => 'x'.repeat(kilobytes * 1000);
  const bad: [string, Record<string, unknown>][] = [
    ['timestamp is no ISO 8601', track('A', {}, { userId, timestamp: 'yesterday' })],
    ['timestamp in another order', track('A', {}, { userId, timestamp: '21/11/2026 10:00' })],
    ['timestamp of a day that does not exist', track('A', {}, { userId, timestamp: '2026-13-41T10:00:00Z' })],
    ['no user', track('A', {})],
    ['no event for track', { ...track('A', {}, { userId }), event: undefined }],
    ['segments that are no list', track('Booking Created', { booking: 'QX7R2M', segments: 'x' }, { userId })],
    [
      'a seat that is an object',
      track('Seat Changed', { booking: 'QX7R2M', segment: 1, seat: { a: 1 } }, { userId }),
    ],
    [
      'a departure that is no time',
      track(
        'Booking Created',
        { booking: 'QX7R2M', segments: [{ segment: 1, departs: 'soon' }] },
        { userId },
      ),
    ],
    ['a nesting deeper than 32', track('A', { deep: deep(40) }, { userId })],
  ];

  it.each(bad)('[doors events] a single bad event is 400: %s', async (_, event) => {
    const error = await refused(event);
    expect(error.retry).toBe(false);
  });

  it('[doors events] a single event above 32 KB is 413, one below is kept', async () => {
    await refused(track('A', { text: text(34) }, { userId }), 413);
    await core.send(track('A', { text: text(30) }, { userId: fresh('u') }));
  });

  it('[doors events] a body above 500 KB is 413 whole, one below is kept', async () => {
    const events = (count: number, user: string) =>
      Array.from({ length: count }, () => track('Large', { text: text(20) }, { userId: user }));
    const lost = fresh('u');
    const answer = await core.post('/v1/batch', { batch: events(27, lost) });
    expect(answer.status, answer.text).toBe(413);
    expect(answer.json.error.code).toEqual(expect.any(String));
    expect((await core.get(`/v1/profiles/by/userId/${lost}`)).status).toBe(404);
    await core.batch(events(23, fresh('u')));
  });

  it('[doors events] a batch keeps the neighbours of bad events and names each', async () => {
    const good = [fresh('u'), fresh('u')] as const;
    const unknownType = { ...track('A', {}, { userId }), type: 'telegram' };
    const noType = { ...track('A', {}, { userId }), type: undefined };
    const large = track('A', { text: text(34) }, { userId });
    const events = [...bad.map(([, event]) => event), unknownType, noType, large];
    const answer = await core.post('/v1/batch', {
      batch: [identify(good[0], { tier: 'Gold' }), ...events, identify(good[1], { tier: 'Gold' })],
      sentAt: at(0),
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.success).toBe(true);
    expect(answer.json.rejected.map((entry: Loose) => entry.index)).toEqual(
      events.map((_, index) => index + 1),
    );
    for (const [index, entry] of answer.json.rejected.entries()) {
      expect(entry.messageId).toBe(events[index]?.messageId);
      expect(entry).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
    for (const name of good) expect((await factsOf(name)).tier.value).toBe('Gold');
  });

  it('[doors events] a profile above 200 KB is row_too_large, and stays as it was', async () => {
    const large = fresh('u');
    const codes: string[] = [];
    for (let n = 0; n < 9; n += 1) {
      const answer = await core.post('/v1/track', preference(large, `p${n}`, text(28)));
      codes.push(answer.status === 200 ? 'ok' : `${answer.status} ${answer.json.error.code}`);
    }
    expect(codes.filter((code) => code !== 'ok').length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['ok', '400 row_too_large']));
    const facts = await factsOf(large);
    const names = codes.flatMap((code, n) => (code === 'ok' ? [`preference.p${n}`] : []));
    expect(
      Object.keys(facts)
        .filter((name) => name.startsWith('preference.'))
        .sort(),
    ).toEqual(names);
  });

  it('[doors events] a refused messageId is not remembered as seen', async () => {
    const name = fresh('u');
    const event = identify(name, { tier: 'Gold' });
    await refused({ ...event, timestamp: 'yesterday' });
    await core.send(event);
    expect((await factsOf(name)).tier.value).toBe('Gold');
  });
});
