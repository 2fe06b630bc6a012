/** What people do to each other's work: shifts of wishes, rights and roles, tokens, wipes, and attacks. */
import { PROTO } from '../../src/protocol/version.ts';
import type { Session } from '../../src/core/sync/session.ts';
import { ROLES } from '../../src/domain/role.ts';
import { Broken } from './broken.ts';
import type { Fault } from './faults.ts';
import type { CoreNode } from './node.ts';
import { PROFILES } from './sources.ts';
import type { Station } from './station.ts';
import { SCOPES, type World } from './world.ts';

const DAY = 86_400_000;
export const ALL = ['station:*', 'flight:*', 'queue:*', 'profile:*'];

export function peopleFaults(world: World): Fault[] {
  const station = () => world.random.pick(world.stations);
  return [
    [5, 'want', () => want(world, station())],
    [1.5, 'find', () => find(world, station())],
    [1.5, 'revoke', () => revoke(world)],
    [2, 'grants', () => grants(world)],
    [1, 'role', () => role(world)],
    [1, 'wipe', () => wipe(world)],
    [1, 'impostor', () => impostor(world, station())],
    [1, 'intruder', () => intruder(world, station())],
    [1, 'squatter', () => squatter(world, station())],
    [1, 'invented', () => invented(world)],
  ];
}

function want({ random }: World, station: Station): void {
  station.want(random.some([...SCOPES, `profile:${random.pick(PROFILES)}`], 0.5));
}

/** A customer is looked up, and then wanted. */
function find(world: World, station: Station): false | undefined {
  const { wire } = station;
  if (!wire) return false;
  const value = world.random.pick(PROFILES);
  wire.toHub((node, session) => {
    // Also where the answer never comes, because the node dies.
    world.looked(session.clientId, `profile:${world.survivor(value)}`);
    node.hub.find(session, { type: 'profile', value, purpose: 'call' }, () => undefined);
  });
  const wait = world.random.between(0, 5_000);
  world.scheduler.after(wait, () => station.want([...new Set([...station.wanted, `profile:${value}`])]));
}

/** Tokens that the subject has end; one made afterwards is good. */
function revoke(world: World): false | undefined {
  const { core, random, people, scheduler, stations } = world;
  const subject = random.pick([...people.keys()]);
  const node = core.pick();
  if (!node || node.frozen) return false;
  node.run(() => node.hub.revoke(subject));
  scheduler.after(random.between(100, 60_000), () => {
    for (const one of stations) if (one.subject === subject) one.renewToken();
  });
}

function renew(world: World, subject: string): void {
  for (const one of world.stations) if (one.subject === subject) one.renewToken();
}

function grants(world: World): false | undefined {
  const { random, people } = world;
  const subject = random.pick([...people.keys()]);
  const person = people.get(subject);
  if (!person) return false;
  person.grants = random.chance(0.3) ? ALL : random.some(SCOPES, 0.6);
  renew(world, subject);
}

function role(world: World): false | undefined {
  const { random, people } = world;
  const subject = random.pick([...people.keys()]);
  const person = people.get(subject);
  if (!person) return false;
  person.role = random.pick(ROLES);
  renew(world, subject);
}

function wipe({ core, random, stations }: World): false | undefined {
  const node = core.pick();
  if (!node || node.frozen) return false;
  const { subject } = random.pick(stations);
  node.run(() => node.hub.wipe(subject, random.pick(['replica', 'all'])));
}

/** Somebody speaks to the hub without a console of ours. Null if nobody answers. */
function raw(
  world: World,
  subject: string,
  hello: object,
  then?: (node: CoreNode, session: Session) => void,
): { type: string; lmid?: number } | null {
  const node = world.core.pick();
  const viewer = world.viewerOf(world.tokenOf(subject).token);
  if (!node || node.frozen || !viewer) return null;
  let answer: { type: string } | null = null;
  node.run(() => {
    const session = node.hub.connect({ emit: () => {}, ask: () => {}, close: () => {} }, viewer);
    node.hub.hello(session, { proto: PROTO, conn: world.newId('conn'), ...hello }, (reply) => {
      answer = reply as { type: string };
    });
    then?.(node, session);
    node.hub.disconnected(session);
  });
  return answer;
}

/** [R1] Somebody else says hello with a clientId that he knows; one that nobody has used is his from then on. */
function impostor(world: World, station: Station): false | undefined {
  const { core } = world;
  const { outbox, subject } = station;
  const { clientId } = outbox.value.me;
  const client = core.disk.clients.client(clientId);
  const { epoch } = core.disk.log.head();
  // Who was away for 30 days is forgotten, and the clientId is free.
  if (client?.subject !== subject || core.now() - client.seen > 29 * DAY) {
    world.mayFork();
    return raw(world, 'mallory', { clientId, wanted: SCOPES }) ? undefined : false;
  }
  const answer = raw(world, 'mallory', { clientId, epoch, cursor: 1, wanted: SCOPES });
  if (!answer) return false;
  if (answer.type !== 'refused')
    throw new Broken('R1', `somebody else was welcomed as ${clientId}: ${JSON.stringify(answer)}`);
}

/** The same operator with the same clientId, from a program that is not ours; it may execute something. */
function intruder(world: World, station: Station): false | undefined {
  const { random } = world;
  const { outbox, subject } = station;
  const { clientId } = outbox.value.me;
  const lmid = world.core.disk.clients.client(clientId)?.lastMid ?? 0;
  world.mayFork();
  const text = world.newId('text');
  const command = {
    mid: lmid + 1,
    id: world.newId('intruder'),
    name: 'add-note',
    ver: 1,
    args: { profileId: random.pick(PROFILES), text },
    base: [],
    at: new Date(world.core.now()).toISOString(),
  };
  const answer = raw(world, subject, { clientId, wanted: [] }, (node, session) => {
    if (random.chance(0.6)) node.hub.push(session, { commands: [command] }, () => undefined);
  });
  return answer ? undefined : false;
}

/** [R6] Somebody else uses the id of a command before its owner could send it. */
function squatter(world: World, station: Station): false | undefined {
  const [entry] = station.outbox.value.pending;
  const clientId = 'mallory';
  if (!entry) return false;
  const { id, at, profileId } = entry;
  world.twin([id]);
  world.work.bases.delete(id);
  const mid = (world.core.disk.clients.client(clientId)?.lastMid ?? 0) + 1;
  const args = { profileId, text: world.newId('squatted') };
  const command = { mid, id, name: 'add-note', ver: 1, args, base: [], at };
  const answer = raw(world, 'mallory', { clientId, wanted: [] }, (node, session) => {
    const isNew = !node.clients.command(id);
    node.hub.push(session, { commands: [command] }, () => undefined);
    if (isNew && node.clients.command(id)) world.work.squatted.set(id, clientId);
  });
  return answer ? undefined : false;
}

/** [R5] An invented cursor resets nobody else. */
function invented(world: World): false | undefined {
  const { core, random } = world;
  const { epoch, seq } = core.disk.log.head();
  const place = {
    epoch,
    cursor: random.pick([seq + 5, Math.max(1, seq)]),
    chain: 'ab'.repeat(32),
    proof: random.pick(['cd'.repeat(32), '', 'cd']),
  };
  const answer = raw(world, 'mallory', { clientId: 'mallory', mask: '', ...place, wanted: SCOPES });
  if (!answer) return false;
  if (core.disk.log.head().epoch !== epoch) throw new Broken('R5', 'an invented cursor made a new epoch');
}
