import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { recordHash } from './hash.ts';
import { at, booked, digits, flightStatus, fresh, identify, station, track, trip, useCore } from './world.ts';

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

describe('[doors contacts] work arriving', () => {
  const call = (fields: object) => ({
    id: randomUUID(),
    kind: 'call',
    state: 'ringing',
    queue: 'support-de',
    at: at(0),
    ...fields,
  });
  const contactsOf = async (userId: string) =>
    (await core.get(`/v1/profiles/by/userId/${userId}`)).json.contacts as Record<string, unknown>[];

  it('[doors contacts] a contact of a known identity stands with the profile', async () => {
    const { journey, secrets } = await customer();
    const contact = call({ identity: { type: 'phone', value: secrets.phone }, station: journey.from });
    const answer = await core.post('/v1/contacts', contact);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toEqual({ success: true });
    const contacts = await contactsOf(journey.userId);
    expect(contacts).toHaveLength(1);
    expect(contacts[0]).toMatchObject({
      id: contact.id,
      kind: 'call',
      state: 'ringing',
      queue: 'support-de',
    });
  });

  it('[doors contacts] idempotent by (id, state); an older state only joins the timeline', async () => {
    const { journey } = await customer();
    const identity = { type: 'userId', value: journey.userId };
    const contact = call({ identity, at: at(-60_000) });
    for (const _ of [1, 2]) expect((await core.post('/v1/contacts', contact)).status).toBe(200);
    const active = { ...contact, state: 'active', at: at(-30_000) };
    expect((await core.post('/v1/contacts', active)).status).toBe(200);
    expect((await core.post('/v1/contacts', { ...contact, state: 'waiting', at: at(-45_000) })).status).toBe(
      200,
    );
    expect((await core.post('/v1/contacts', contact)).status).toBe(200);
    const contacts = await contactsOf(journey.userId);
    expect(contacts).toHaveLength(1);
    expect(contacts[0]?.state).toBe('active');
  });

  it('[doors contacts] an unknown identity makes a profile as an event does', async () => {
    const phone = `+4915${digits(9)}`;
    expect(
      (await core.post('/v1/contacts', call({ identity: { type: 'phone', value: phone } }))).status,
    ).toBe(200);
    const profile = await core.profile('phone', phone);
    expect(profile.identities).toContainEqual({ type: 'phone', value: phone });
  });

  it('[doors contacts] a contact without an identity is accepted', async () => {
    expect((await core.post('/v1/contacts', call({}))).status).toBe(200);
  });

  it('[doors contacts] a bad contact is refused with its reason', async () => {
    for (const fields of [
      { kind: 'fax' },
      { state: 'gone' },
      { id: undefined },
      { at: 'now' },
      { queue: 7 },
    ]) {
      const answer = await core.post('/v1/contacts', call(fields));
      expect([400, 422], JSON.stringify(fields)).toContain(answer.status);
      expect(answer.json.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
    expect(
      (
        await core.http('POST', '/v1/contacts', {
          body: '{}',
          headers: { 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(401);
  });
});

describe('[doors decide] decisions and outcomes', () => {
  async function decided() {
    const { journey, id } = await customer();
    await core.send(flightStatus(journey, 'cancelled'));
    const answer = await core.ask('/v1/decide', { profileId: id, channel: 'counter', mode: 'respond' });
    expect(answer.status, answer.text).toBe(200);
    return { record: answer.json, journey, id };
  }

  it('[doors decide] answers with the decision record', async () => {
    const { record } = await decided();
    expect(record).toMatchObject({
      id: expect.any(String),
      candidates: expect.any(Array),
      hash: expect.any(String),
    });
    expect(record).toHaveProperty('chosen');
    expect(record).toHaveProperty('sendAt');
    expect(record).toHaveProperty('propensity');
    expect(record.candidates.length).toBeGreaterThan(0);
    expect(record.hash).toBe(recordHash(record));
  });

  it('[doors decide] an identity serves as well as a profileId', async () => {
    const { journey } = await customer();
    const identity = { type: 'userId', value: journey.userId };
    const answer = await core.ask('/v1/decide', { identity, channel: 'counter', mode: 'respond' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.id).toEqual(expect.any(String));
  });

  it('[doors decide] outcomes are taken, also twice', async () => {
    const { record } = await decided();
    for (const outcome of ['presented', 'positive', 'positive']) {
      const answer = await core.ask('/v1/outcomes', { decisionId: record.id, outcome, at: at(0) });
      expect(answer.status, answer.text).toBe(200);
    }
    const bad = await core.ask('/v1/outcomes', { decisionId: record.id, outcome: 'shrugged', at: at(0) });
    expect([400, 422]).toContain(bad.status);
  });

  it('[C2] a decision for a role that reads masked holds no full value', async () => {
    const { secrets, id } = await customer();
    const token = await core.token({ role: 'restricted' });
    const answer = await core.ask(
      '/v1/decide',
      { profileId: id, channel: 'counter', mode: 'respond' },
      token,
    );
    expect(answer.status, answer.text).toBe(200);
    for (const full of Object.values(secrets)) expect(answer.text).not.toContain(full);
  });

  it('[doors decide] an unknown profile or one out of scope is 404, a bad request 400 or 422', async () => {
    const { id } = await customer();
    const other = await core.token({ scopes: [`station:${station()}`] });
    const request = { channel: 'counter', mode: 'respond' };
    expect((await core.ask('/v1/decide', { ...request, profileId: 'nobody' })).status).toBe(404);
    expect((await core.ask('/v1/decide', { ...request, profileId: id }, other)).status).toBe(404);
    expect([400, 422]).toContain(
      (await core.ask('/v1/decide', { ...request, profileId: id, mode: 'shout' })).status,
    );
    expect([400, 422]).toContain((await core.ask('/v1/decide', request)).status);
  });
});
