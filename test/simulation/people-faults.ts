/** What people change for others: wishes, rights, roles and tokens, and wipes. */
import { ROLES } from '../../src/domain/role.ts';
import type { Input } from '../../src/replica/sync/session.ts';
import type { Fault } from './faults.ts';
import { ingest, PROFILES } from './sources.ts';
import type { Station } from './station.ts';
import { SCOPES, type World } from './world.ts';

export const ALL = ['station:*', 'flight:*', 'queue:*', 'profile:*'];

export function peopleFaults(world: World): Fault[] {
  const station = () => world.random.pick(world.stations);
  return [
    [4, 'want', () => want(world, station())],
    [5, 'want meanwhile', () => wantMeanwhile(world, station())],
    [1.5, 'find', () => find(world, station())],
    [1.5, 'revoke', () => revoke(world)],
    [2, 'grants', () => grants(world)],
    [1, 'role', () => role(world)],
    [1, 'wipe', () => wipe(world)],
  ];
}

function want({ random }: World, station: Station): void {
  station.want(random.some([...SCOPES, `profile:${random.pick(PROFILES)}`], 0.5));
}

/** Wishes change, or rows do, in the middle of a hello, a frame in parts or a snapshot. */
function wantMeanwhile(world: World, station: Station): void {
  const { random } = world;
  const other = random.some([...SCOPES, `profile:${random.pick(PROFILES)}`], 0.4);
  const before = station.wanted;
  const back = random.between(0, 400);
  const run = random.pick([
    () => station.want(other),
    () => {
      station.want(other);
      world.scheduler.after(back, () => station.want(before));
    },
    () => ingest(world, 30),
  ]);
  station.armed = { at: random.pick(UNFINISHED), run };
}

/** There is more to come: the answer to a hello, more parts of a frame or of a snapshot. */
const UNFINISHED: readonly ((input: Input) => boolean)[] = [
  (input) => input.type === 'connected',
  (input) => input.type === 'frame' && input.body.part !== undefined && input.body.parts === undefined,
  (input) => input.type === 'snap' && input.body.end !== true,
];

/** A customer is looked up, and then wanted. */
function find(world: World, station: Station): false | undefined {
  const { wire } = station;
  if (!wire) return false;
  const value = world.random.pick(PROFILES);
  wire.toHub((node, session) => {
    // Also where the answer never comes, because the node dies. Who became another is not the same after a restore.
    world.looked(session.clientId, `profile:${world.core.disk.log.survivor(value)}`);
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
