import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import {
  at,
  booked,
  digits,
  factOf,
  fresh,
  identify,
  seatChanged,
  station,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

/** A customer with personal data, a note and a case, expected at a station. */
async function customer(from = station()) {
  const journey = trip({ from });
  const secrets = {
    email: `${fresh('m').toLowerCase()}@example.org`,
    phone: `+4915${digits(9)}`,
    loyaltyNumber: digits(12),
  };
  const caseId = fresh('C');
  await core.send(identify(journey.userId, { firstName: 'Anna', lastName: 'Weber', ...secrets }));
  await core.send(booked(journey));
  await core.send(track('Case Opened', { caseId, topic: 'bag', text: 'x' }, { userId: journey.userId }));
  const { id } = await core.profile('userId', journey.userId);
  return { journey, secrets, caseId, id: id as string, from, scope: `station:${from}` };
}
const everything = (client: Client) => JSON.stringify([client.log, client.replica.results, client.picture()]);

describe('[C3] masks on the socket', () => {
  it.each(['restricted', 'kiosk'])('[airline roles] %s never receives the full value', async (role) => {
    const { journey, secrets, id, scope } = await customer();
    const client = await world.client({ role, wanted: [scope] });
    await client.ready();
    const masked = client.fact(id, 'phone');
    expect(masked).toMatchObject({ masked: expect.stringMatching(/^\*+..$/), tag: expect.any(String) });
    expect(masked).not.toHaveProperty('value');
    const phone = `${secrets.phone.slice(0, -1)}${(Number(secrets.phone.at(-1)) + 1) % 10}`;
    const email = `${fresh('n').toLowerCase()}@example.org`;
    await core.send(identify(journey.userId, { phone, email }));
    await client.until(
      () => client.fact(id, 'phone')?.masked?.endsWith(phone.slice(-2)),
      'the new phone, masked',
    );
    expect(client.fact(id, 'phone')?.tag).not.toBe(masked?.tag);
    await core.send(seatChanged(journey, '14C'));
    await client.seesFact(id, factOf(journey, 'seat'), '14C');
    for (const full of [...Object.values(secrets), phone, email])
      expect(everything(client)).not.toContain(full);
    expect(client.profile(id)?.row).toEqual(await core.profile('userId', journey.userId, client.token));
  });

  it('[airline roles] an operator receives facts, events and contacts in full', async () => {
    const { secrets, scope, from } = await customer();
    const identity = { type: 'phone', value: secrets.phone };
    const contact = {
      id: randomUUID(),
      kind: 'visit',
      state: 'active',
      queue: 'counter',
      station: from,
      identity,
    };
    await core.post('/v1/contacts', { ...contact, at: at(0) });
    const client = await world.client({ wanted: [scope] });
    await client.ready();
    for (const table of ['profile', 'event', 'contact']) {
      const rows = JSON.stringify(client.replica.inScope(scope).filter((held) => held.table === table));
      expect(rows, table).toContain(secrets.phone);
    }
  });

  it('[airline roles] a kiosk has no notes and no case facts, in no snapshot, frame or sum', async () => {
    const { journey, id, scope, caseId } = await customer();
    const operator = await world.client({ wanted: [scope] });
    await operator.ready();
    const text = fresh('secret');
    await operator.run('add-note', { profileId: id, text });
    const kiosk = await world.client({ role: 'kiosk', wanted: [scope] });
    await kiosk.ready();
    const second = fresh('secret');
    await operator.run('add-note', { profileId: id, text: second });
    await core.send(track('Case Resolved', { caseId, topic: 'bag', text: 'y' }, { userId: journey.userId }));
    await core.send(seatChanged(journey, '14C'));
    await kiosk.seesFact(id, factOf(journey, 'seat'), '14C');
    expect(everything(kiosk)).not.toContain(text);
    expect(everything(kiosk)).not.toContain(second);
    expect(
      Object.keys(kiosk.profile(id)?.row.facts as object).filter((name) => /^(case|segment)\./.test(name)),
    ).toEqual([]);
    await operator.seesFact(id, factOf(journey, 'seat'), '14C');
    expect(everything(operator)).toContain(second);
    expect(kiosk.replica.sumsChecked.get(scope), 'sums of a kiosk are over what it may see').toBe(1);
  });

  it('[wire Rows] contacts and events are masked as facts are', async () => {
    const { journey, secrets, id } = await customer();
    const queue = `q-${fresh().toLowerCase()}`;
    const stranger = `+4915${digits(9)}`;
    const client = await world.client({ role: 'restricted', wanted: [`queue:${queue}`] });
    await client.ready();
    const contact = { id: randomUUID(), kind: 'call', state: 'ringing', queue, at: at(0) };
    const unknown = { ...contact, id: randomUUID(), identity: { type: 'phone', value: stranger } };
    await core.post('/v1/contacts', { ...contact, identity: { type: 'phone', value: secrets.phone } });
    await core.post('/v1/contacts', unknown);
    const call = { phone: secrets.phone, queue, contactId: contact.id };
    await core.send(
      track('Call Started', call, { userId: journey.userId, context: { traits: { email: secrets.email } } }),
    );
    for (const { id: contactId } of [contact, unknown]) {
      await client.until(() => client.replica.get('contact', contactId), 'the contact');
    }
    await client.until(
      () => JSON.stringify(client.picture()).includes('Call Started'),
      'the call in the timeline',
    );
    const http = await core.get(`/v1/profiles/by/userId/${journey.userId}`, client.token);
    const all =
      everything(client) + http.text + JSON.stringify(await core.events(id, '?limit=100', client.token));
    for (const full of [...Object.values(secrets), stranger]) expect(all).not.toContain(full);
    expect(http.json.contacts).toHaveLength(1);
  });

  it('[R5] the mask differs between roles that see differently, and is equal for equal ones', async () => {
    const masks: string[] = [];
    for (const role of ['operator', 'operator', 'restricted', 'kiosk']) {
      const client = await world.client({ role });
      masks.push((await client.connect()).mask);
    }
    expect(masks[0]).toBe(masks[1]);
    expect(new Set(masks).size).toBe(3);
  });
});

describe('[wire Messages] find', () => {
  it('[wire Messages] find answers id, name and scope; the scope is granted for this customer', async () => {
    const { id, secrets } = await customer();
    const client = await world.client();
    await client.connect();
    const answer = await client.find('phone', secrets.phone);
    expect(answer).toEqual({ found: [{ id, name: 'Anna Weber', scope: `profile:${id}` }], more: false });
    expect(await client.sub([`profile:${id}`])).toEqual({ granted: [`profile:${id}`], denied: [] });
    await client.until(() => client.hasAll([`profile:${id}`]), 'the scope');
    expect(client.fact(id, 'phone')?.value).toBe(secrets.phone);
    client.close();
    expect(await client.connect(), 'the grant is kept with the clientId').toMatchObject({
      granted: [`profile:${id}`],
    });
  });

  it('[wire Messages] nobody is found: an empty list; bad requests are refused', async () => {
    const client = await world.client();
    await client.connect();
    expect(await client.find('phone', '+4915199999999')).toEqual({ found: [], more: false });
    for (const payload of [{}, { type: 7, value: 'x', purpose: 'x' }, { type: 'phone' }, 'x']) {
      const answer = await client.ask('find', payload);
      expect(answer, JSON.stringify(payload)).toMatchObject({ refused: { code: expect.any(String) } });
    }
  });

  it('[C2] find answers a masked role with nothing that it may not read', async () => {
    const { secrets, id } = await customer();
    const client = await world.client({ role: 'restricted' });
    await client.connect();
    const answer = await client.find('email', secrets.email);
    expect(answer.found?.[0]?.id).toBe(id);
    for (const full of Object.values(secrets)) expect(JSON.stringify(answer)).not.toContain(full);
  });

  it('[C6] at most 30 a minute and subject', async () => {
    const subject = fresh('op');
    const [one, two] = [await world.client({ subject }), await world.client({ subject })];
    await one.connect();
    await two.connect();
    const answers = [];
    for (let n = 0; n < 31; n += 1) answers.push(await (n % 2 ? one : two).find('phone', '+4915199999999'));
    expect(answers.slice(0, 30).map((answer) => answer.refused)).toEqual(Array(30).fill(undefined));
    expect(answers[30]).toMatchObject({ refused: { code: expect.any(String), message: expect.any(String) } });
    const other = await world.client();
    await other.connect();
    expect(await other.find('phone', '+4915199999999')).toHaveProperty('found');
  });
});

describe('[wire Messages] notices', () => {
  it('[wire Messages] presence reaches the consoles that hold the profile, uncounted', async () => {
    const { id, scope } = await customer();
    const [watching, viewing, elsewhere] = [
      await world.client({ wanted: [scope] }),
      await world.client({ wanted: [scope] }),
      await world.client({ wanted: [`station:${station()}`] }),
    ];
    for (const client of [watching, viewing, elsewhere]) await client.ready();
    viewing.emit('presence', { profileId: id, state: 'editing' });
    await watching.until(() => watching.notices.length > 0, 'the notice');
    const notice = { kind: 'presence', profileId: id, by: expect.any(String), state: 'editing' };
    expect(watching.notices[0]).toEqual(notice);
    await elsewhere.flush();
    expect(elsewhere.notices).toEqual([]);
  });

  it('[wire Messages] a ringing contact is told to the consoles of its queue', async () => {
    const { journey } = await customer();
    const queue = `q-${fresh().toLowerCase()}`;
    const [here, elsewhere] = [
      await world.client({ wanted: [`queue:${queue}`] }),
      await world.client({ wanted: ['queue:other'] }),
    ];
    for (const client of [here, elsewhere]) await client.ready();
    const id = randomUUID();
    const identity = { type: 'userId', value: journey.userId };
    await core.post('/v1/contacts', { id, kind: 'call', state: 'ringing', queue, identity, at: at(0) });
    await here.until(() => here.notices.length > 0, 'the notice');
    expect(here.notices[0]).toEqual({ kind: 'ringing', contactId: id });
    await elsewhere.flush();
    expect(elsewhere.notices).toEqual([]);
  });
});

describe('[wire Messages] auth', () => {
  it('[wire Messages] a fresh token of the same subject prolongs the connection', async () => {
    const subject = fresh('op');
    const client = await world.client({ subject, ttlSeconds: 3 });
    await client.connect();
    const answer = await client.auth(await core.token({ subject, ttlSeconds: 600 }));
    expect(Date.parse(answer.until as string)).toBeGreaterThan(Date.now() + 500_000);
  });

  it('[wire Messages] a bad token is refused with its code and leaves the old one in force', async () => {
    const { id, scope } = await customer();
    const subject = fresh('op');
    const client = await world.client({ subject, wanted: [scope] });
    await client.ready();
    expect(await client.auth('nonsense')).toMatchObject({ refused: { code: 'token_invalid' } });
    expect(await client.auth(await core.token({ subject: fresh('op') }))).toMatchObject({
      refused: { code: 'subject' },
    });
    expect(await client.ask('auth', {})).toMatchObject({ refused: { code: 'token_missing' } });
    const brief = await core.token({ subject, ttlSeconds: 3 });
    const other = new Client({ url: core.url, token: brief });
    await other.connect();
    await other.until(() => other.closed, 'the brief token expiring');
    expect(await client.auth(brief)).toMatchObject({ refused: { code: 'token_expired' } });
    expect(await client.run('add-note', { profileId: id, text: 'still here' })).toMatchObject({
      2: 'applied',
    });
  });

  it('[wire Messages] changed grants act as a sub: lost ones are dropped, a denied one is granted', async () => {
    const [one, two] = [await customer(), await customer()];
    const subject = fresh('op');
    const client = await world.client({ subject, scopes: [one.scope], wanted: [one.scope, two.scope] });
    const welcome = await client.ready();
    expect(welcome).toMatchObject({ granted: [one.scope], denied: [two.scope] });
    await client.auth(await core.token({ subject, scopes: [two.scope] }));
    await client.until(() => client.hasAll([two.scope]), 'the newly granted scope');
    await client.until(() => !client.replica.active.has(one.scope), 'the drop');
    expect(client.profile(one.id)).toBeUndefined();
    expect(client.profile(two.id)).toBeDefined();
  });

  it('[R5] a changed mask: reset mask, closed, and the rows come again as the new role sees them', async () => {
    const { id, scope, secrets } = await customer();
    const subject = fresh('op');
    const client = await world.client({ subject, wanted: [scope] });
    await client.ready();
    expect(client.fact(id, 'phone')?.value).toBe(secrets.phone);
    const token = await core.token({ subject, role: 'restricted' });
    client.emit('auth', { token });
    await client.until(() => client.closed, 'the core closing');
    expect(client.resets).toEqual(['mask']);
    expect(client.replica.rows.size).toBe(0);
    client.token = token;
    expect(await client.connect()).toMatchObject({ reset: true, reason: 'mask' });
    await client.until(() => client.hasAll([scope]), 'the snapshot');
    expect(client.fact(id, 'phone')).toHaveProperty('masked');
    expect(JSON.stringify(client.picture())).not.toContain(secrets.phone);
  });
});
