/**
 * doors.md, Identities, as a model of thirty lines, against the core: random histories, sent in a random order.
 * Each event leaves a preference of its own name, so that it can be seen whose profile it was folded into.
 */
import { describe, expect, it } from 'vitest';
import type { Loose } from './core-process.ts';
import { fresh, useCore } from './world.ts';

const world = useCore();
const { core } = world;

/** `ids` are written "type/value". */
type Named = { name: string; minute: number; userId?: string; ids: string[] };

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The owner of each identity and event: a userId, or the smallest identity of an anonymous group. */
function model(events: Named[]): { identity: Map<string, string>; event: Map<string, Set<string>> } {
  const order = [...events].sort((a, b) => a.minute - b.minute || (a.name < b.name ? -1 : 1));
  const claim = new Map<string, { rank: number; userId: string }>();
  const group = new Map<string, Set<string>>();
  for (const [rank, { userId, ids }] of order.entries()) {
    for (const id of ids) group.set(id, group.get(id) ?? new Set([id]));
    if (userId) for (const id of ids) claim.set(id, claim.get(id) ?? { rank, userId });
    else {
      const joined = new Set(ids.flatMap((id) => [...(group.get(id) as Set<string>)]));
      for (const id of joined) group.set(id, joined);
    }
  }
  const earliest = (ids: Iterable<string>) =>
    [...ids].flatMap((id) => claim.get(id) ?? []).sort((a, b) => a.rank - b.rank)[0]?.userId;
  const inherited = (id: string) =>
    earliest(group.get(id) as Set<string>) ?? [...(group.get(id) as Set<string>)].sort()[0];
  const identity = new Map(
    [...group.keys()].map((id) => [id, claim.get(id)?.userId ?? (inherited(id) as string)]),
  );
  const event = new Map(
    events.map(({ name, userId, ids }) => {
      if (userId) return [name, new Set([userId])];
      const direct = earliest(ids);
      // Where it names both claimed and unclaimed members, the text can be read in two ways: both are right.
      const unclaimed = ids.filter((id) => !claim.has(id)).map((id) => inherited(id) as string);
      return [name, new Set(direct ? [direct, ...unclaimed] : unclaimed)];
    }),
  );
  return { identity, event };
}

function randomHistory(seed: number): { events: Named[]; arrival: Named[] } {
  const random = seeded(seed);
  const pick = <T>(list: T[]) => list[Math.floor(random() * list.length)] as T;
  const tag = fresh('M');
  const users = [1, 2, 3].map((n) => `user${n}-${tag}`);
  const anonymous = [1, 2, 3].map((n) => `anonymousId/anon${n}-${tag}`);
  const loyalty = [1, 2].map((n) => `loyaltyNumber/LN${n}-${tag}`);
  const tickets = [`ticket/T1-${tag}`];
  const events = Array.from({ length: 9 }, (_, index) => {
    const ids = [pick(anonymous), pick(loyalty), pick(tickets)].filter(() => random() < 0.5);
    const userId = random() < 0.45 ? pick(users) : undefined;
    const named = userId || ids.some((id) => id.startsWith('anonymousId')) ? ids : [...ids, pick(anonymous)];
    return { name: `${tag}-${index}`, minute: Math.floor(random() * 12), userId, ids: named };
  });
  const arrival = events.map((event) => ({ event, key: random() })).sort((a, b) => a.key - b.key);
  return { events, arrival: arrival.map(({ event }) => event) };
}

async function send({ name, minute, userId, ids }: Named): Promise<void> {
  const value = (type: string) => ids.find((id) => id.startsWith(`${type}/`))?.split('/')[1];
  await core.send({
    type: 'track',
    event: 'Preference Changed',
    messageId: name,
    timestamp: new Date(Date.UTC(2026, 10, 20, 8, minute)).toISOString(),
    userId,
    anonymousId: value('anonymousId'),
    properties: { name, value: 1 },
    context: { traits: { loyaltyNumber: value('loyaltyNumber'), ticket: value('ticket') } },
  });
}

/** What the core made of a history, compared with the model. */
async function compare(seed: number): Promise<void> {
  const { events, arrival } = randomHistory(seed);
  for (const event of arrival) await send(event);
  const { identity, event } = model(events);
  const story = `seed ${seed}: ${JSON.stringify(events)}`;
  const profileOf = async (id: string): Promise<Loose> => {
    const [type, value] = id.includes('/') ? id.split('/') : ['userId', id];
    return core.profile(type as string, value as string);
  };
  for (const [id, owner] of identity)
    expect((await profileOf(id)).id, `${id} of ${owner}; ${story}`).toBe((await profileOf(owner)).id);
  for (const [name, owners] of event) {
    const holders: boolean[] = [];
    for (const owner of owners) holders.push(`preference.${name}` in (await profileOf(owner)).facts);
    expect(holders, `${name} of ${[...owners]}; ${story}`).toContain(true);
  }
  const users = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
  const ids = await Promise.all(users.map(async (userId) => (await profileOf(userId)).id));
  expect(new Set(ids).size, `two userIds were united; ${story}`).toBe(users.length);
  const all = [...users, ...identity.keys()];
  const facts = new Map<string, string[]>();
  for (const id of all) {
    const profile = await profileOf(id);
    facts.set(
      profile.id,
      Object.keys(profile.facts).filter((name) => name.startsWith('preference.')),
    );
  }
  expect([...facts.values()].flat().sort(), `each event is in one profile; ${story}`).toEqual(
    events.map(({ name }) => `preference.${name}`).sort(),
  );
}

describe('[doors identities] against a model', () => {
  const seeds = Array.from({ length: 30 }, (_, index) => index + 1);
  it.each(seeds)('[doors identities] random history %i', compare);
});
