import { describe, expect, it } from 'vitest';
import { ALL_SCOPES, type Loose } from './core-process.ts';
import {
  at,
  booked,
  digits,
  factOf,
  flightStatus,
  fresh,
  HOUR,
  identify,
  station,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

/** A customer with every kind of personal datum, expected at a station; the texts are unique. */
async function customer(from = station()) {
  const journey = trip({ from });
  const secrets = {
    email: `${fresh('mail').toLowerCase()}@example.org`,
    phone: `+4915${digits(9)}`,
    loyaltyNumber: `LN${digits(9)}`,
  };
  const caseId = fresh('C');
  const complaint = fresh('complaint');
  await core.send(
    identify(journey.userId, { firstName: 'Anna', lastName: 'Weber', tier: 'Gold', ...secrets }),
  );
  await core.send(booked(journey));
  await core.send(
    track('Case Opened', { caseId, topic: 'bag', text: complaint }, { userId: journey.userId }),
  );
  const profile = await core.profile('userId', journey.userId);
  return { journey, secrets, caseId, id: profile.id as string, profile, from };
}

describe('[doors reading] a profile', () => {
  it('[doors reading] {profile: {id, identities, facts}, seq, contacts}', async () => {
    const { journey, id } = await customer();
    const answer = await core.get(`/v1/profiles/by/userId/${journey.userId}`);
    expect(answer.status, answer.text).toBe(200);
    expect(Object.keys(answer.json).sort()).toEqual(['contacts', 'profile', 'seq']);
    expect(Object.keys(answer.json.profile).sort()).toEqual(['facts', 'id', 'identities']);
    expect(answer.json.seq).toEqual(expect.any(Number));
    expect(answer.json.contacts).toEqual([]);
    for (const [name, fact] of Object.entries<Loose>(answer.json.profile.facts)) {
      expect(fact, name).toMatchObject({ source: expect.any(String), at: expect.any(String) });
      expect(fact, name).toHaveProperty('value');
      expect(Date.parse(fact.at), name).not.toBeNaN();
    }
    expect((await core.profile('profile', id)).id).toBe(id);
  });

  it('[doors reading] seq grows with each change and never falls', async () => {
    const userId = fresh('u');
    let before = -1;
    for (let n = 0; n < 5; n += 1) {
      await core.send(track('Preference Changed', { name: 'n', value: n }, { userId }));
      const { json } = await core.get(`/v1/profiles/by/userId/${userId}`);
      expect(json.seq).toBeGreaterThan(before);
      before = json.seq;
    }
  });

  it('[doors reading] unknown is 404, an unknown identity type too', async () => {
    for (const path of ['userId/nobody-at-all', 'profile/nobody-at-all', 'shoeSize/44']) {
      const answer = await core.get(`/v1/profiles/by/${path}`);
      expect(answer.status, path).toBeGreaterThanOrEqual(400);
      expect(answer.status, path).toBeLessThanOrEqual(404);
      expect(answer.json.error.code).toEqual(expect.any(String));
    }
    expect((await core.get('/v1/profiles/by/userId/nobody-at-all')).status).toBe(404);
    expect((await core.get('/v1/profiles/nobody-at-all/events')).status).toBe(404);
  });

  it('[doors reading] a flight makes no profile of its own', async () => {
    const journey = trip();
    await core.send(flightStatus(journey, 'delayed'));
    const anonymousId = `flight/${journey.flight}/${journey.date}/${journey.from}`;
    expect((await core.get(`/v1/profiles/by/anonymousId/${encodeURIComponent(anonymousId)}`)).status).toBe(
      404,
    );
  });
});

describe('[C2] the permissions of the token', () => {
  it('[doors reading] only profiles in a scope that the token grants; others are 404, their events too', async () => {
    const { journey, id, from } = await customer();
    const mine = await core.token({ scopes: [`station:${from}`] });
    const other = await core.token({ scopes: [`station:${station()}`] });
    expect((await core.profile('userId', journey.userId, mine)).id).toBe(id);
    expect((await core.events(id, '', mine)).events.length).toBeGreaterThan(0);
    for (const path of [`by/userId/${journey.userId}`, `by/profile/${id}`, `${id}/events`]) {
      const answer = await core.get(`/v1/profiles/${path}`, other);
      expect(answer.status, path).toBe(404);
      expect(answer.text).not.toContain(journey.userId);
    }
  });

  it('[doors reading] a profile that was in the scope since the floor of the log may still be read', async () => {
    const { journey, id, from } = await customer();
    const token = await core.token({ scopes: [`station:${from}`] });
    await core.send(track('Booking Cancelled', { booking: journey.booking }, { userId: journey.userId }));
    expect((await core.profile('userId', journey.userId, token)).id).toBe(id);
  });

  it('[doors reading] grants end in *, and profile:* reads everybody', async () => {
    const { journey, id } = await customer();
    for (const scope of ['station:*', 'flight:*', 'profile:*', `flight:${journey.flight}/${journey.date}`]) {
      const token = await core.token({ scopes: [scope] });
      expect((await core.profile('userId', journey.userId, token)).id, scope).toBe(id);
    }
  });

  it('[doors reading] of several holders only those that the token may read are answered', async () => {
    const [one, two] = [await customer(), await customer()];
    const email = `${fresh('both').toLowerCase()}@example.org`;
    await core.send(identify(one.journey.userId, { email }));
    await core.send(identify(two.journey.userId, { email }));
    const token = await core.token({ scopes: [`station:${one.from}`] });
    const path = `/v1/profiles/by/email/${encodeURIComponent(email)}`;
    expect((await core.get(path)).json.candidates).toHaveLength(2);
    expect((await core.get(path, token)).json.profile.id).toBe(one.id);
  });

  it.each(['restricted', 'kiosk'])(
    '[airline roles] %s reads e-mail, phone and loyalty number masked',
    async (role) => {
      const { journey, secrets, id } = await customer();
      const token = await core.token({ role, scopes: ALL_SCOPES });
      const answer = await core.get(`/v1/profiles/by/userId/${journey.userId}`, token);
      const { facts, identities } = answer.json.profile;
      for (const [name, full] of Object.entries(secrets)) {
        expect(facts[name], name).not.toHaveProperty('value');
        expect(facts[name].masked, name).toMatch(/^\*+..$/);
        expect(facts[name].masked.endsWith(full.slice(-2)), name).toBe(true);
        expect(facts[name], name).toMatchObject({
          tag: expect.any(String),
          source: expect.any(String),
          at: expect.any(String),
        });
        const identity = identities.find((entry: Loose) => entry.type === name);
        expect(Object.keys(identity).sort(), name).toEqual(['masked', 'tag', 'type']);
      }
      const events = await core.events(id, '?limit=100', token);
      const all = answer.text + JSON.stringify(events);
      for (const full of Object.values(secrets)) expect(all).not.toContain(full);
      expect(facts.tier.value).toBe('Gold');
      expect(facts[factOf(journey, 'seat')].value).toBe('12A');
    },
  );

  it.each(['operator', 'supervisor'])(
    '[airline roles] %s reads facts, identities and events in full',
    async (role) => {
      const { journey, secrets, id } = await customer();
      const token = await core.token({ role });
      const { facts, identities } = await core.profile('userId', journey.userId, token);
      const events = JSON.stringify(await core.events(id, '?limit=100', token));
      for (const [name, value] of Object.entries(secrets)) {
        expect(facts[name]).toMatchObject({ value });
        expect(identities).toContainEqual({ type: name, value });
        expect(events, name).toContain(value);
      }
    },
  );

  it('[airline roles] a tag is stable for a profile and differs between profiles', async () => {
    const [one, two] = [await customer(), await customer()];
    const phone = `+4915${digits(9)}`;
    const token = await core.token({ role: 'restricted' });
    const tag = async (userId: string) => (await core.profile('userId', userId, token)).facts.phone.tag;
    await core.send(identify(one.journey.userId, { phone }));
    await core.send(identify(two.journey.userId, { phone }));
    const first = await tag(one.journey.userId);
    expect(await tag(one.journey.userId)).toBe(first);
    expect(await tag(two.journey.userId)).not.toBe(first);
    await core.send(identify(one.journey.userId, { phone: `+4915${digits(9)}` }));
    expect(await tag(one.journey.userId)).not.toBe(first);
  });

  it('[airline roles] a kiosk sees no notes and no case facts, the operator does', async () => {
    const { journey, caseId, id } = await customer();
    const text = fresh('secret-note');
    const client = await world.client();
    await client.connect();
    expect(await client.run('add-note', { profileId: id, text })).toMatchObject({ 2: 'applied' });
    const kiosk = await core.token({ role: 'kiosk' });
    const seen = async (token?: string) =>
      JSON.stringify([
        await core.profile('userId', journey.userId, token),
        await core.events(id, '?limit=100', token),
      ]);
    expect(await seen()).toContain(text);
    expect(await seen(kiosk)).not.toContain(text);
    const facts = (await core.profile('userId', journey.userId, kiosk)).facts;
    expect(facts).not.toHaveProperty(`case.${caseId}.status`);
    expect(Object.keys(facts).filter((name) => /^(case|segment)\./.test(name))).toEqual([]);
    expect((await core.profile('userId', journey.userId)).facts).toHaveProperty(`case.${caseId}.status`);
  });

  it('[airline roles] finding by a masked value works, and the answer stays masked', async () => {
    const { secrets, id } = await customer();
    const token = await core.token({ role: 'restricted' });
    const answer = await core.get(`/v1/profiles/by/phone/${encodeURIComponent(secrets.phone)}`, token);
    expect(answer.json.profile.id).toBe(id);
    expect(answer.text).not.toContain(secrets.phone);
  });
});

describe('[doors reading] the timeline', () => {
  it('[doors reading] pages newest first, next is absent at the end', async () => {
    const userId = fresh('u');
    const marks = Array.from({ length: 25 }, (_, index) => `mark-${index}-end`);
    await core.batch(
      marks.map((mark, index) => track('Seen', { mark }, { userId, timestamp: at(-HOUR + index * 1000) })),
    );
    const { id } = await core.profile('userId', userId);
    const read: unknown[] = [];
    let query = '?limit=10';
    for (let page = 0; page < 3; page += 1) {
      const { events, next } = await core.events(id, query);
      expect(events).toHaveLength(page < 2 ? 10 : 5);
      read.push(...events);
      if (page < 2) expect(next).toEqual(expect.any(String));
      else expect(next).toBeUndefined();
      query = `?limit=10&before=${encodeURIComponent(String(next))}`;
    }
    const found = read.map((event) => marks.find((mark) => JSON.stringify(event).includes(mark)));
    expect(found).toEqual([...marks].reverse());
  });

  it('[doors reading] before also takes a time', async () => {
    const userId = fresh('u');
    const times = [at(-3 * HOUR), at(-2 * HOUR), at(-HOUR)];
    await core.batch(
      times.map((timestamp, index) => track('Seen', { mark: `m-${index}-x` }, { userId, timestamp })),
    );
    const { id } = await core.profile('userId', userId);
    const text = JSON.stringify(await core.events(id, `?before=${encodeURIComponent(at(-1.5 * HOUR))}`));
    expect([text.includes('m-0-x'), text.includes('m-1-x'), text.includes('m-2-x')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('[doors reading] a bad limit or before is 400', async () => {
    const { id } = await customer();
    for (const query of ['?limit=many', '?limit=-1', '?before=%00%00']) {
      const answer = await core.get(`/v1/profiles/${id}/events${query}`);
      expect(answer.status, query).toBe(400);
      expect(answer.json.error.code).toEqual(expect.any(String));
    }
  });
});
