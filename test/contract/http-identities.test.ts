import { describe, expect, it } from 'vitest';
import type { Loose } from './core-process.ts';
import { at, booked, digits, fresh, HOUR, identify, track, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

const idOf = async (type: string, value: string): Promise<string> => (await core.profile(type, value)).id;
const note = (who: object, name: string, value: string, minutesAgo: number) =>
  track('Preference Changed', { name, value }, { ...who, timestamp: at(-minutesAgo * 60_000) });
const person = (userId: string, traits: object, minutesAgo: number, more: object = {}) =>
  identify(userId, traits, { timestamp: at(-minutesAgo * 60_000), ...more });

describe('[doors identities] what unites', () => {
  it('[doors identities] anonymousId named with a userId: what was anonymous is theirs', async () => {
    const [userId, anonymousId] = [fresh('u'), fresh('a')];
    await core.send(note({ anonymousId }, 'meal', 'vegan', 5));
    const before = await idOf('anonymousId', anonymousId);
    await core.send(person(userId, { tier: 'Gold' }, 4, { anonymousId }));
    const profile = await core.profile('userId', userId);
    expect(profile.facts['preference.meal'].value).toBe('vegan');
    expect(profile.facts.tier.value).toBe('Gold');
    expect(profile.id).toBe(before);
    expect(await idOf('anonymousId', anonymousId)).toBe(profile.id);
  });

  it('[doors identities] alias', async () => {
    const [userId, previousId] = [fresh('u'), fresh('a')];
    await core.send(note({ anonymousId: previousId }, 'meal', 'vegan', 5));
    await core.send({ type: 'alias', userId, previousId });
    expect(await idOf('anonymousId', previousId)).toBe(await idOf('userId', userId));
  });

  it.each(['loyaltyNumber', 'ticket'])('[doors identities] %s', async (type) => {
    const [userId, anonymousId, value] = [fresh('u'), fresh('a'), fresh('N')];
    await core.send(person(userId, { [type]: value }, 5));
    await core.send(
      identify('', { [type]: value }, { userId: undefined, anonymousId, timestamp: at(-60_000) }),
    );
    await core.send(note({ anonymousId }, 'meal', 'vegan', 1));
    const id = await idOf('userId', userId);
    expect(await idOf(type, value)).toBe(id);
    expect(await idOf('anonymousId', anonymousId)).toBe(id);
  });

  it('[doors identities] context.externalIds, each type a kind of its own', async () => {
    const [userId, same, other, id] = [fresh('u'), fresh('a'), fresh('a'), fresh('x')];
    const external = (type: string) => ({
      externalIds: [{ id, type, collection: 'users', encoding: 'none' }],
    });
    await core.send(person(userId, {}, 5, { context: external('crmId') }));
    await core.send(note({ anonymousId: same, context: external('crmId') }, 'meal', 'vegan', 4));
    await core.send(note({ anonymousId: other, context: external('webshopId') }, 'meal', 'fish', 4));
    expect(await idOf('anonymousId', same)).toBe(await idOf('userId', userId));
    expect(await idOf('anonymousId', other)).not.toBe(await idOf('userId', userId));
  });

  it('[doors identities] when two profiles become one the older id stays and the other redirects', async () => {
    const [userId, anonymousId] = [fresh('u'), fresh('a')];
    await core.send(note({ anonymousId }, 'meal', 'vegan', 9));
    const older = await idOf('anonymousId', anonymousId);
    await core.send(person(userId, { tier: 'Gold' }, 8));
    const younger = await idOf('userId', userId);
    expect(younger).not.toBe(older);
    await core.send({ type: 'alias', userId, previousId: anonymousId });
    expect(await idOf('userId', userId)).toBe(older);
    expect(await idOf('profile', younger)).toBe(older);
    expect((await core.profile('profile', younger)).facts['preference.meal'].value).toBe('vegan');
  });

  it('[doors identities] the survivor keeps the timelines of both', async () => {
    const [userId, anonymousId] = [fresh('u'), fresh('a')];
    await core.send(note({ anonymousId }, 'meal', 'before-login', 9));
    await core.send(note({ userId }, 'seat', 'of-the-user', 8));
    await core.send(person(userId, {}, 7, { anonymousId }));
    const { events } = await core.events(await idOf('userId', userId));
    const text = JSON.stringify(events);
    expect(text).toContain('before-login');
    expect(text).toContain('of-the-user');
  });
});

describe('[doors identities] what does not unite', () => {
  it('[doors identities] two userIds are never united, not even by a loyalty number', async () => {
    const [one, two, loyaltyNumber] = [fresh('u'), fresh('u'), fresh('N')];
    await core.send(person(two, { loyaltyNumber, tier: 'Gold' }, 5));
    await core.send(person(one, { loyaltyNumber, tier: 'Silver' }, 9));
    expect(await idOf('userId', one)).not.toBe(await idOf('userId', two));
    expect(await idOf('loyaltyNumber', loyaltyNumber), 'the earliest event that names it').toBe(
      await idOf('userId', one),
    );
  });

  it('[doors identities] two userIds are never united through one anonymousId', async () => {
    const [one, two, anonymousId] = [fresh('u'), fresh('u'), fresh('a')];
    await core.send(person(one, {}, 9, { anonymousId }));
    await core.send(person(two, {}, 8, { anonymousId }));
    expect(await idOf('userId', one)).not.toBe(await idOf('userId', two));
    expect(await idOf('anonymousId', anonymousId)).toBe(await idOf('userId', one));
  });

  it('[doors identities] alias between two userIds unites nobody', async () => {
    const [one, two] = [fresh('u'), fresh('u')];
    await core.send(person(one, {}, 9));
    await core.send(person(two, {}, 8));
    await core.send({ type: 'alias', userId: two, previousId: one });
    expect(await idOf('userId', one)).not.toBe(await idOf('userId', two));
  });

  it.each([
    ['email', () => `${fresh('mail').toLowerCase()}@example.org`],
    ['phone', () => `+4915${digits(9)}`],
  ])('[doors identities] %s only finds: several holders are candidates', async (type, make) => {
    const [one, two, value] = [fresh('u'), fresh('u'), make()];
    await core.send(person(one, { [type]: value, firstName: 'Anna', lastName: 'Weber' }, 9));
    expect(await idOf(type, value)).toBe(await idOf('userId', one));
    await core.send(person(two, { [type]: value, firstName: 'Ben', lastName: 'Weber' }, 8));
    const answer = await core.get(`/v1/profiles/by/${type}/${encodeURIComponent(value)}`);
    expect(answer.status).toBe(200);
    expect(answer.json.profile).toBeNull();
    expect(answer.json.seq).toEqual(expect.any(Number));
    const ids = [await idOf('userId', one), await idOf('userId', two)];
    expect(answer.json.candidates.map((entry: Loose) => entry.id).sort()).toEqual(ids.sort());
    for (const entry of answer.json.candidates) expect(Object.keys(entry).sort()).toEqual(['id', 'name']);
    expect(answer.json.candidates.map((entry: Loose) => entry.name).sort()).toEqual([
      'Anna Weber',
      'Ben Weber',
    ]);
  });

  it('[doors identities] booking only finds', async () => {
    const journey = trip();
    const companion = { ...journey, userId: fresh('u') };
    await core.send(booked(journey));
    expect(await idOf('booking', journey.booking)).toBe(await idOf('userId', journey.userId));
    await core.send(booked(companion));
    const answer = await core.get(`/v1/profiles/by/booking/${journey.booking}`);
    expect(answer.json.profile).toBeNull();
    expect(answer.json.candidates).toHaveLength(2);
  });
});

describe('[doors identities] anonymous groups and late claims', () => {
  it('[doors identities] identities named together without a userId form one anonymous group', async () => {
    const [one, two, loyaltyNumber] = [fresh('a'), fresh('a'), fresh('N')];
    const anonymous = (anonymousId: string, minutes: number) =>
      identify('', { loyaltyNumber }, { userId: undefined, anonymousId, timestamp: at(-minutes * 60_000) });
    await core.send(note({ anonymousId: one }, 'meal', 'vegan', 9));
    await core.send(note({ anonymousId: two }, 'seat', 'aisle', 8));
    await core.send(anonymous(one, 7));
    await core.send(anonymous(two, 6));
    const { id, facts } = await core.profile('anonymousId', one);
    expect(await idOf('anonymousId', two)).toBe(id);
    expect([facts['preference.meal'].value, facts['preference.seat'].value]).toEqual(['vegan', 'aisle']);
  });

  it('[doors identities] a claim on one member takes the group, also the members that no event names', async () => {
    const [userId, one, loyaltyNumber] = [fresh('u'), fresh('a'), fresh('N')];
    const group = { userId: undefined, anonymousId: one, timestamp: at(-5 * 60_000) };
    await core.send(identify('', { loyaltyNumber }, group));
    await core.send(note({ anonymousId: one }, 'meal', 'vegan', 4));
    await core.send(person(userId, { loyaltyNumber }, 3));
    expect(await idOf('anonymousId', one)).toBe(await idOf('userId', userId));
    expect((await core.profile('userId', userId)).facts['preference.meal'].value).toBe('vegan');
  });

  it('[doors identities] a late event with an earlier claim folds both profiles again', async () => {
    const [first, second, anonymousId] = [fresh('u'), fresh('u'), fresh('a')];
    await core.send(person(second, { tier: 'Gold' }, 10, { anonymousId }));
    await core.send(note({ anonymousId }, 'meal', 'vegan', 5));
    expect((await core.profile('userId', second)).facts['preference.meal'].value).toBe('vegan');
    await core.send(person(first, { tier: 'Silver' }, 20, { anonymousId }));
    expect(await idOf('anonymousId', anonymousId)).toBe(await idOf('userId', first));
    expect((await core.profile('userId', first)).facts['preference.meal'].value).toBe('vegan');
    const left = (await core.profile('userId', second)).facts;
    expect(left).not.toHaveProperty('preference.meal');
    expect(left.tier.value).toBe('Gold');
  });

  it('[doors identities] at equal times the smaller messageId is the earlier claim', async () => {
    const anonymousId = fresh('a');
    const [first, second, timestamp] = [fresh('u'), fresh('u'), at(-HOUR)];
    await core.send(identify(second, {}, { anonymousId, timestamp, messageId: `${anonymousId}-b` }));
    await core.send(identify(first, {}, { anonymousId, timestamp, messageId: `${anonymousId}-a` }));
    expect(await idOf('anonymousId', anonymousId)).toBe(await idOf('userId', first));
  });

  it('[doors identities] who is one with whom does not depend on the order of arrival', async () => {
    const history = (name: string) => [
      note({ anonymousId: `a1-${name}` }, 'meal', 'vegan', 50),
      identify(
        '',
        { loyaltyNumber: `N${name}` },
        { userId: undefined, anonymousId: `a1-${name}`, timestamp: ago(40) },
      ),
      identify(
        '',
        { loyaltyNumber: `N${name}` },
        { userId: undefined, anonymousId: `a2-${name}`, timestamp: ago(38) },
      ),
      note({ anonymousId: `a2-${name}` }, 'seat', 'aisle', 35),
      identify(`u1-${name}`, { tier: 'Gold' }, { anonymousId: `a2-${name}`, timestamp: ago(30) }),
      identify(`u2-${name}`, { loyaltyNumber: `N${name}`, tier: 'Silver' }, { timestamp: ago(20) }),
      identify(`u3-${name}`, { tier: 'Blue' }, { anonymousId: `a1-${name}`, timestamp: ago(10) }),
    ];
    const ago = (minutes: number) => at(-minutes * 60_000);
    const orders = ['0123456', '6543210', '5062413', '3602514', '4561023'];
    const pictures: unknown[] = [];
    for (const order of orders) {
      const name = fresh('X');
      const events = history(name).map((event, index) => ({ ...event, messageId: `m${name}-${index}` }));
      for (const index of order) await core.send(events[Number(index)] as (typeof events)[number]);
      pictures.push(await picture(name));
    }
    for (const [index, one] of pictures.entries()) expect(one, `order ${orders[index]}`).toEqual(pictures[0]);
  });

  /** For each identity of a history: the userId it went to, and that profile's own facts. */
  async function picture(name: string) {
    const result: Record<string, unknown> = {};
    const ids = [`userId/u1-${name}`, `userId/u2-${name}`, `userId/u3-${name}`];
    for (const path of [
      ...ids,
      `anonymousId/a1-${name}`,
      `anonymousId/a2-${name}`,
      `loyaltyNumber/N${name}`,
    ]) {
      const [type, value] = path.split('/') as [string, string];
      const { identities, facts } = await core.profile(type, value);
      const owner = identities
        .filter((entry: Loose) => entry.type === 'userId')
        .map((entry: Loose) => entry.value);
      const values = Object.entries(facts).map(([fact, entry]: [string, Loose]) => `${fact}=${entry.value}`);
      result[path.replace(name, 'NAME')] = [...owner, ...values.sort()].map((text) =>
        text.replace(name, 'NAME'),
      );
    }
    return result;
  }
});

describe('[doors reading] normalised values', () => {
  it('[doors reading] e-mail in lower case, phone in E.164, codes in upper case', async () => {
    const userId = fresh('u');
    const email = `${fresh('Mail')}@Example.ORG`;
    const number = digits(8);
    const loyaltyNumber = fresh('Ln').toLowerCase();
    const ticket = fresh('t').toLowerCase();
    const journey = trip({ userId, booking: fresh('b').toLowerCase() });
    await core.send(person(userId, { email, phone: `+49 (151) ${number}`, loyaltyNumber, ticket }, 5));
    await core.send(booked(journey));
    const id = await idOf('userId', userId);
    expect(await idOf('email', email.toLowerCase())).toBe(id);
    expect(await idOf('email', email.toUpperCase())).toBe(id);
    expect(await idOf('phone', `+49151${number}`)).toBe(id);
    expect(await idOf('phone', `+49 151 ${number}`)).toBe(id);
    expect(await idOf('loyaltyNumber', loyaltyNumber)).toBe(id);
    expect(await idOf('loyaltyNumber', loyaltyNumber.toUpperCase())).toBe(id);
    expect(await idOf('ticket', ticket.toUpperCase())).toBe(id);
    expect(await idOf('booking', journey.booking)).toBe(id);
    expect(await idOf('booking', journey.booking.toUpperCase())).toBe(id);
    expect(await idOf('profile', id)).toBe(id);
    const { identities } = await core.profile('userId', userId);
    expect(identities).toContainEqual({ type: 'email', value: email.toLowerCase() });
    expect(identities).toContainEqual({ type: 'phone', value: `+49151${number}` });
  });
});
