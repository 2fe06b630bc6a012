/** Real consoles and sources at two real nodes over a real PostgreSQL, at work while one of the nodes is struck. */
import { expect } from 'vitest';
import { booked, track, trip } from '../contract/world.ts';
import { type Desk, pictureOf, Site, until } from './site.ts';

const CUSTOMERS = 12;
/** So many events of a customer are on the screen (docs/spec/airline.md). */
const SHOWN = 50;
const FLIGHT = trip({ from: 'FRA' });

export let site: Site;
const profiles: string[] = [];
const users = Array.from({ length: CUSTOMERS }, (_, i) => `u${i}`);
/** Events that a node has answered with 200, by messageId. */
const accepted = new Set<string>();
/** Notes that a console has taken, by their text. */
const noted: string[] = [];
let sent = 0;

/** Two nodes, four consoles, and customers whom they all see. */
export async function open(): Promise<void> {
  site = await new Site().start();
  for (const [i, userId] of users.entries()) {
    await site.nodes[0].send(booked({ ...FLIGHT, userId, booking: `B${i}` }));
    profiles.push((await site.nodes[0].profile('userId', userId)).id);
  }
  for (const name of ['anna', 'ben', 'cleo', 'dora']) await site.desk(name);
  await until(() => site.desks.every((desk) => pictureOf(desk).length >= CUSTOMERS), 'consoles with rows');
}

/** Sends until it is accepted, to the other node each time, as a source with a list of addresses does. */
async function deliver(number: number): Promise<void> {
  const messageId = `m${number}`;
  const properties = { name: 'seat', value: `v${number}` };
  const event = track('Preference Changed', properties, { messageId, userId: users[number % CUSTOMERS] });
  for (let attempt = number; !accepted.has(messageId); attempt++) {
    const core = site.nodes[attempt % 2 === 0 ? 0 : 1];
    const signal = AbortSignal.timeout(5_000);
    const answer = await core.post('/v1/track', event, {}, signal).catch(() => null);
    if (answer?.status === 200) accepted.add(messageId);
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function note({ name, bridge }: Desk, number: number): Promise<void> {
  const text = `${name} ${number}`;
  const profileId = profiles[number % CUSTOMERS] as string;
  await bridge.call('enqueue', { name: 'add-note', profileId, args: { text }, seen: [] });
  noted.push(text);
}

/** Twelve events, and two notes at each console: what a fault must not harm. */
export async function work(): Promise<void> {
  const from = sent;
  sent += 12;
  const events = Array.from({ length: 12 }, (_, i) => deliver(from + i));
  for (const [i, desk] of site.desks.entries())
    for (const other of [0, 4]) await note(desk, from + i + other);
  await Promise.all(events);
}

/** Strikes while work is on its way, and works once more under it. */
export async function under(strike: () => Promise<void>): Promise<void> {
  const before = accepted.size;
  let struck = false;
  const working = (async () => {
    while (!struck) await work();
  })();
  await until(() => accepted.size > before, 'the first of them');
  await strike().finally(() => {
    struck = true;
  });
  await working;
  await work();
}

const outboxOf = ({ replica }: Desk) => replica.parts.outbox();
const isSettled = (desk: Desk) => outboxOf(desk).pending.length === 0;

/** What a node tells over HTTP; `shown`: how many events of it consoles have. */
async function timelines(index: 0 | 1): Promise<{ events: string[]; notes: string[]; shown: number }> {
  const found = { events: [] as string[], notes: [] as string[], shown: 0 };
  for (const id of profiles) {
    const page = await site.nodes[index].events(id, '?limit=200');
    expect(page.next).toBeUndefined();
    found.shown += Math.min(page.events.length, SHOWN);
    for (const one of page.events) {
      if (one.name === 'Preference Changed') found.events.push(one.id);
      if (one.type === 'note') found.notes.push(one.properties.text);
    }
  }
  return { events: found.events.sort(), notes: found.notes.sort(), shown: found.shown };
}

/** Each accepted event and each note once, at both nodes and on every screen. */
export async function expectWhole(): Promise<void> {
  await until(() => site.desks.every(isSettled), 'empty outboxes');
  const seq = async (index: 0 | 1) => (await site.nodes[index].http('GET', '/healthz')).json.seq;
  await until(async () => (await seq(0)) === (await seq(1)), 'nodes that are level');
  for (const desk of site.desks) expect([...outboxOf(desk).conflict.values()]).toEqual([]);
  const told = await timelines(0);
  expect(told).toMatchObject({ events: [...accepted].sort(), notes: [...noted].sort() });
  expect(await timelines(1)).toEqual(told);
  const fresh = await site.desk(`fresh ${sent}`);
  const isLike = (desk: Desk) => JSON.stringify(pictureOf(desk)) === JSON.stringify(pictureOf(fresh));
  const isFull = () => pictureOf(fresh).filter((row) => row.startsWith('["event"')).length === told.shown;
  await until(() => isFull() && site.desks.every(isLike), 'every console to show what a new one shows').catch(
    () => undefined,
  );
  for (const desk of site.desks) expect(pictureOf(desk)).toEqual(pictureOf(fresh));
  expect(isFull()).toBe(true);
  await site.leave(fresh);
}
