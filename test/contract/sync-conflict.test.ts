import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { hash, type Json, recordHash } from './hash.ts';
import type { Base } from './messages.ts';
import {
  at,
  booked,
  factOf,
  fresh,
  identify,
  seatChanged,
  station,
  type Trip,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

/** A booked passenger at a station of their own, and a console there. */
async function desk() {
  const from = station();
  const journey = trip({ from });
  await core.send(booked(journey, { timestamp: at(-60_000) }));
  const { id } = await core.profile('userId', journey.userId);
  const client = await world.client({ wanted: [`station:${from}`] });
  await client.ready();
  return { client, journey, id, from };
}
const base = (id: string, fact: string, value: Json | undefined): Base => ({
  table: 'profile',
  id,
  fact,
  hash: value === undefined ? null : hash(value),
});
const seatArgs = (profileId: string, journey: Trip, seat: string) => ({
  profileId,
  booking: journey.booking,
  segment: 1,
  seat,
});
const notesOf = async (id: string, text: string) =>
  (await core.events(id, '?limit=100')).events.filter((event) => JSON.stringify(event).includes(text)).length;

describe('[R8] what the operator saw', () => {
  it('[R8] strict: seen what is there, applied; a null hash means that the fact was absent', async () => {
    const { client, id, journey } = await desk();
    const seat = factOf(journey, 'seat');
    expect(
      await client.run('change-seat', seatArgs(id, journey, '14C'), [base(id, seat, '12A')]),
    ).toMatchObject({
      2: 'applied',
      3: '',
    });
    await core.send(seatChanged(journey, null));
    await client.until(() => !client.fact(id, seat), 'the seat gone');
    const again = await client.run('change-seat', seatArgs(id, journey, '15D'), [base(id, seat, undefined)]);
    expect(again).toMatchObject({ 2: 'applied' });
  });

  it('[R8] strict: something else is there: conflict stale with theirs, source, at and by', async () => {
    const { client, id, journey, from } = await desk();
    const seat = factOf(journey, 'seat');
    await core.send(seatChanged(journey, '20A', { context: { app: { name: 'app' } } }));
    const args = seatArgs(id, journey, '14C');
    const [, , status, code, detail] = await client.run('change-seat', args, [base(id, seat, '12A')]);
    expect([status, code]).toEqual(['conflict', 'stale']);
    const theirs = { fact: seat, theirs: '20A', source: 'app', at: expect.any(String) };
    expect(detail).toMatchObject({ facts: [theirs], by: expect.anything() });
    await client.seesFact(id, seat, '20A');
    const colleague = await world.client({ wanted: [`station:${from}`] });
    await colleague.ready();
    await colleague.run('change-seat', args, [base(id, seat, '20A')]);
    const second = await client.run('change-seat', seatArgs(id, journey, '9F'), [base(id, seat, '20A')]);
    expect(second[4]).toMatchObject({ facts: [{ fact: seat, theirs: '14C', source: 'console' }] });
  });

  it('[wire Results] theirs above 4 KB is cut, and says so', async () => {
    const { client, id, journey } = await desk();
    const long = `long-${'x'.repeat(5000)}`;
    await core.send(seatChanged(journey, long));
    const bases = [base(id, factOf(journey, 'seat'), '12A')];
    const [, , , code, detail] = await client.run('change-seat', seatArgs(id, journey, '14C'), bases);
    expect(code).toBe('stale');
    const [fact] = (detail as { facts: { theirs: string; cut?: boolean }[] }).facts;
    expect(fact?.cut).toBe(true);
    expect(JSON.stringify(fact?.theirs).length).toBeLessThan(4200);
  });

  it('[R8] strict: equal content is no conflict, whatever the version', async () => {
    const { client, id, journey } = await desk();
    const seat = factOf(journey, 'seat');
    await core.send(seatChanged(journey, '20A', { timestamp: at(-20_000) }));
    await core.send(seatChanged(journey, '12A', { timestamp: at(-10_000) }));
    const result = await client.run('change-seat', seatArgs(id, journey, '14C'), [base(id, seat, '12A')]);
    expect(result).toMatchObject({ 2: 'applied', 3: '' });
  });

  it('[R8] strict: without the base of a strict fact base_missing; other entries are ignored', async () => {
    const { client, id, journey } = await desk();
    const args = seatArgs(id, journey, '14C');
    expect(await client.run('change-seat', args)).toMatchObject({ 2: 'rejected', 3: 'base_missing' });
    const other = base(id, 'tier', 'never so');
    expect(await client.run('change-seat', args, [other])).toMatchObject({ 3: 'base_missing' });
    const right = base(id, factOf(journey, 'seat'), '12A');
    expect(await client.run('change-seat', args, [other, right])).toMatchObject({ 2: 'applied', 3: '' });
  });

  it('[R8] rebook is strict in flight and flightStatus', async () => {
    const { client, id, journey } = await desk();
    const args = { profileId: id, booking: journey.booking, segment: 1, to: 'LH402' };
    const flight = base(id, factOf(journey, 'flight'), journey.flight);
    const status = base(id, factOf(journey, 'flightStatus'), undefined);
    const held = client.fact(id, factOf(journey, 'flightStatus'))?.value;
    const right = held === undefined ? status : base(id, factOf(journey, 'flightStatus'), held);
    expect(await client.run('rebook', args, [flight])).toMatchObject({ 3: 'base_missing' });
    const wrong = base(id, factOf(journey, 'flightStatus'), 'cancelled');
    expect(await client.run('rebook', args, [flight, wrong])).toMatchObject({ 2: 'conflict', 3: 'stale' });
    expect(await client.run('rebook', args, [flight, right])).toMatchObject({ 2: 'applied' });
    const { facts } = await core.profile('userId', journey.userId);
    expect(facts[factOf(journey, 'flight')]).toMatchObject({ value: 'LH402', source: 'console' });
    expect(client.profile(id), 'the rebooked customer is still at this station').toBeDefined();
  });

  it('[R8] resolve-case is strict in the status of the case', async () => {
    const { client, id, journey } = await desk();
    const caseId = fresh('C');
    await core.send(track('Case Opened', { caseId, topic: 'bag', text: 'x' }, { userId: journey.userId }));
    const name = `case.${caseId}.status`;
    await client.until(() => client.fact(id, name), 'the case');
    const seen = client.fact(id, name)?.value as Json;
    const args = { profileId: id, caseId, outcome: 'voucher' };
    expect(await client.run('resolve-case', args, [base(id, name, 'never so')])).toMatchObject({
      3: 'stale',
    });
    expect(await client.run('resolve-case', args, [base(id, name, seen)])).toMatchObject({ 2: 'applied' });
    expect(client.fact(id, name)?.value).not.toBe(seen);
    expect(client.fact(id, name)?.source).toBe('console');
  });

  it('[R8] merge: the later commit wins; overwrote if base names the fact and the hash differs', async () => {
    const { client, id, journey } = await desk();
    const name = 'preference.meal';
    const set = (value: string, bases: Base[] = []) =>
      client.run('set-preference', { profileId: id, name: 'meal', value }, bases);
    expect(await set('vegan', [base(id, name, undefined)])).toMatchObject({ 2: 'applied', 3: '' });
    expect(await set('fish')).toMatchObject({ 2: 'applied', 3: '' });
    expect(await set('meat', [base(id, name, 'vegan')])).toMatchObject({ 2: 'applied', 3: 'overwrote' });
    expect(await set('none', [base(id, name, 'meat'), base(id, 'tier', 'x')])).toMatchObject({ 3: '' });
    await client.seesFact(id, name, 'none');
    const early = { userId: journey.userId, timestamp: new Date(Date.now() - 60_000).toISOString() };
    await core.send(track('Preference Changed', { name: 'meal', value: 'older' }, early));
    expect((await core.profile('userId', journey.userId)).facts[name].value).toBe('none');
  });

  it('[R8] commutative: notes, decisions and outcomes; an outcome waits for its record', async () => {
    const { client, id } = await desk();
    const decisionId = randomUUID();
    const text = fresh('note');
    const made = await core.ask('/v1/decide', { profileId: id, channel: 'counter', mode: 'respond' });
    const changed = { ...made.json, id: decisionId };
    const record = { ...changed, hash: recordHash(changed) };
    const outcome = client.command('record-outcome', { profileId: id, decisionId, outcome: 'accepted' });
    const decision = client.command('record-decision', { profileId: id, record });
    const note = client.command('add-note', { profileId: id, text });
    expect(await client.push([outcome, decision, note])).toEqual({ lmid: 3 });
    await client.result(note.id);
    expect(client.replica.results.map((result) => result[2])).toEqual(['applied', 'applied', 'applied']);
    await client.until(
      () => client.replica.get('event', note.id),
      'the note as a row with the id of its command',
    );
    await client.until(() => client.replica.get('event', outcome.id), 'the outcome as a row');
    expect(JSON.stringify(client.replica.get('event', note.id)?.row)).toContain(text);
  });
});

describe('[C2] who may do what', () => {
  it('[wire Commands] forbidden role: what a kiosk may not', async () => {
    const { id, from } = await desk();
    const kiosk = await world.client({ role: 'kiosk', wanted: [`station:${from}`] });
    await kiosk.ready();
    expect(await kiosk.run('add-note', { profileId: id, text: 'x' })).toMatchObject({
      2: 'forbidden',
      3: 'role',
    });
    const caseArgs = { profileId: id, caseId: 'C', outcome: 'x' };
    const caseBase = [base(id, 'case.C.status', undefined)];
    expect(await kiosk.run('resolve-case', caseArgs, caseBase)).toMatchObject({ 2: 'forbidden', 3: 'role' });
    const preference = { profileId: id, name: 'meal', value: 'vegan' };
    expect(await kiosk.run('set-preference', preference)).toMatchObject({ 2: 'applied' });
  });

  it('[wire Commands] forbidden scope, unless it was in the scope since the floor of the log', async () => {
    const { id, from, journey } = await desk();
    const note = { profileId: id, text: fresh('note') };
    const stranger = await world.client({ scopes: [`station:${station()}`] });
    await stranger.connect();
    expect(await stranger.run('add-note', note)).toMatchObject({ 2: 'forbidden', 3: 'scope' });
    expect(await notesOf(id, note.text)).toBe(0);
    await core.send(track('Booking Cancelled', { booking: journey.booking }, { userId: journey.userId }));
    const late = await world.client({ scopes: [`station:${from}`] });
    await late.connect();
    expect(await late.run('add-note', note)).toMatchObject({ 2: 'applied' });
  });

  it('[wire Results] unknown_profile', async () => {
    const { client } = await desk();
    const result = await client.run('add-note', { profileId: randomUUID(), text: 'x' });
    expect(result).toMatchObject({ 2: 'rejected', 3: 'unknown_profile' });
  });

  it('[wire Rows] a command that names the lost id of two that became one is taken for the survivor', async () => {
    const [userId, anonymousId] = [fresh('u'), fresh('a')];
    await core.send(track('Seen', {}, { anonymousId }));
    await core.send(identify(userId, { tier: 'Gold' }));
    const lost = (await core.profile('userId', userId)).id as string;
    await core.send({ type: 'alias', userId, previousId: anonymousId });
    const client = await world.client();
    await client.connect();
    const text = fresh('note');
    expect(await client.run('add-note', { profileId: lost, text })).toMatchObject({ 2: 'applied' });
    const survivor = (await core.profile('userId', userId)).id as string;
    expect(survivor).not.toBe(lost);
    expect(await notesOf(survivor, text)).toBe(1);
  });

  it('[C2] a conflict’s theirs is masked as the role sees it', async () => {
    const { journey, id, from } = await desk();
    const caseId = fresh('C');
    await core.send(track('Case Opened', { caseId, topic: 'x', text: 'x' }, { userId: journey.userId }));
    const restricted = await world.client({ role: 'restricted', wanted: [`station:${from}`] });
    await restricted.ready();
    const result = await restricted.run('change-seat', seatArgs(id, journey, '1A'), [
      base(id, factOf(journey, 'seat'), 'never so'),
    ]);
    expect(result[4]).toMatchObject({ facts: [{ theirs: '12A' }] });
  });

  it('[R1] after a newer hello the older connection’s push is not executed', async () => {
    const { client, id } = await desk();
    const text = fresh('note');
    const command = client.command('add-note', { profileId: id, text });
    const again = new Client({ url: core.url, token: client.token, clientId: client.clientId });
    await again.connect();
    client.emit('push', { commands: [command] });
    await client.until(() => client.closed, 'the older connection closing');
    await again.flush();
    expect(await notesOf(id, text)).toBe(0);
    again.close();
    again.throwFault();
  });
});
