/** Somebody who speaks to the core without a console of ours: with stolen names, invented places, or against the rules. */

import type { Session } from '../../src/core/sync/session.ts';
import { PROTO } from '../../src/protocol/version.ts';
import { Broken } from './broken.ts';
import type { CoreDisk } from './core-disk.ts';
import type { Fault } from './faults.ts';
import type { CoreNode } from './node.ts';
import { write } from './operators.ts';
import { PROFILES } from './sources.ts';
import type { Station } from './station.ts';
import { SCOPES, type World } from './world.ts';

const DAY = 86_400_000;

export function attacks(world: World): Fault[] {
  const station = () => world.random.pick(world.stations);
  return [
    [1, 'impostor', () => impostor(world, station())],
    [1.5, 'intruder', () => intrude(world, station())],
    [1, 'squatter', () => squatter(world, station())],
    [1, 'invented', () => invented(world)],
    [1, 'rude', () => rude(world)],
  ];
}

type Answer = { type?: string; lmid?: number; gap?: number; fork?: number; refused?: { code: string } };

/** The other end of a connection on which things are only said. */
const NO_EARS = { emit: () => {}, ask: () => {}, close: () => {} };

/** A connection on which anything can be said; false if nobody listens. */
function speak(
  world: World,
  subject: string,
  words: (node: CoreNode, session: Session) => void,
  node = world.core.pick(),
): boolean {
  const viewer = world.viewerOf(world.tokenOf(subject).token);
  if (!node || node.frozen || !viewer) return false;
  node.run(() => {
    const session = node.hub.connect(NO_EARS, viewer);
    words(node, session);
    if (!node.dead) node.hub.disconnected(session);
  });
  return !node.dead;
}

function sayHello(world: World, node: CoreNode, session: Session, hello: object): Answer | null {
  let answer: Answer | null = null;
  node.hub.hello(session, { proto: PROTO, conn: world.newId('conn'), ...hello }, (reply) => {
    answer = reply as Answer;
  });
  return answer;
}

function push(node: CoreNode, session: Session, commands: object[]): Answer | null {
  let answer: Answer | null = null;
  node.hub.push(session, { commands }, (reply) => {
    answer = reply as Answer;
  });
  return answer;
}

const note = (world: World, mid: number, id = world.newId('foreign')) => ({
  mid,
  id,
  name: 'add-note',
  ver: 1,
  args: { profileId: world.random.pick(PROFILES), text: id },
  base: [],
  at: new Date(world.core.now()).toISOString(),
});

/** Whom a core with this disk still knows: who was away for 30 days is forgotten, and the clientId is free. */
export function remembered({ core }: World, { clients }: CoreDisk, clientId: string) {
  const client = clients.client(clientId);
  return client && core.now() - client.seen < 29 * DAY ? client : undefined;
}

/** [R1] Somebody else says hello with a clientId that he knows; one that nobody has used is his from then on. */
function impostor(world: World, { outbox, subject }: Station): boolean {
  const { core } = world;
  const { clientId } = outbox.value.me;
  const taken = remembered(world, core.disk, clientId)?.subject === subject;
  if (!taken) world.mayFork();
  return speak(world, 'mallory', (node, session) => {
    const { epoch } = core.disk.log.head();
    const answer = sayHello(world, node, session, { clientId, epoch, cursor: 1, wanted: SCOPES });
    if (taken && answer?.type === 'welcome')
      throw new Broken('R1', `somebody else was welcomed as ${clientId}`);
  });
}

/** The same operator with the same clientId, from a program that is not ours; it may execute something. */
export function intrude(world: World, { outbox, subject }: Station): boolean {
  const { clientId } = outbox.value.me;
  world.mayFork();
  return speak(world, subject, (node, session) => {
    const answer = sayHello(world, node, session, { clientId, wanted: [] });
    if (answer?.type === 'welcome' && world.random.chance(0.6))
      push(node, session, [note(world, (answer.lmid ?? 0) + 1)]);
  });
}

/** [R6] Somebody else uses the id of a command, for another one, before its owner could send it. */
function squatter(world: World, station: Station): boolean {
  const { core, random } = world;
  // The core forgets ids after 60 days; what was executed under one before has taken effect all the same.
  const tookEffect = (id: string) => world.history.at(core.disk.log.head().chain)?.effects.has(id);
  const isNew = (id: string) => !core.disk.clients.command(id) && !tookEffect(id);
  if (!station.outbox.value.pending.some((one) => isNew(one.id))) write(world, station);
  const entry = station.outbox.value.pending.find((one) => isNew(one.id));
  if (!entry) return false;
  const { id } = entry;
  world.twin([id]);
  world.elsewhere.add(id);
  world.work.bases.delete(id);
  const take = (node: CoreNode, session: Session) => {
    const answer = sayHello(world, node, session, { clientId: 'mallory', wanted: [] });
    push(node, session, [note(world, (answer?.lmid ?? 0) + 1, id)]);
    // The owner may have been first, in the middle of this at the other node.
    if (node.clients.command(id)?.subject === 'mallory') world.work.squatted.set(id, 'mallory');
  };
  if (random.chance(0.5)) return speak(world, 'mallory', take);
  // Or at another node, just when its owner's push is about to be executed.
  core.ambush = { id, run: (node) => void speak(world, 'mallory', take, node) };
  return true;
}

/** [R5] An invented cursor resets nobody else. */
function invented(world: World): boolean {
  const { core, random } = world;
  const ahead = random.pick([5, 0]);
  const proof = random.pick(['cd'.repeat(32), '', 'cd']);
  return speak(world, 'mallory', (node, session) => {
    const before = node.hub.connect(NO_EARS, session.viewer);
    // A hello may first let in who waits, and one of them may have a genuine proof.
    sayHello(world, node, before, { clientId: 'mallory', mask: '', wanted: [] });
    node.hub.disconnected(before);
    const { epoch, seq } = core.disk.log.head();
    // Another node may hear of a lost history meanwhile, by a genuine proof.
    const { begun } = node;
    const place = { epoch, cursor: Math.max(1, seq + ahead), chain: 'ab'.repeat(32), proof };
    sayHello(world, node, session, { clientId: 'mallory', mask: '', ...place, wanted: SCOPES });
    if (node.begun !== begun) throw new Broken('R5', 'an invented cursor made a new epoch');
  });
}

/** [R1] [R6] [R7] What is against the rules is ignored, named, or refused whole; nothing of it is executed. */
function rude(world: World): boolean {
  return speak(world, 'mallory', (node, session) => {
    const clientId = 'mallory-2';
    if (push(node, session, [note(world, 1)])) throw new Broken('R1', 'a push before hello was answered');
    const answer = sayHello(world, node, session, { clientId, wanted: [] });
    if (sayHello(world, node, session, { clientId, wanted: [] }))
      throw new Broken('R1', 'a second hello on a connection was answered');
    if (answer?.type !== 'welcome') return;
    const lmid = answer.lmid ?? 0;
    const wrong: [string, Answer | null][] = [
      ['gap', push(node, session, [note(world, lmid + 3)])],
      ['refused', push(node, session, [note(world, lmid + 2), note(world, lmid + 1)])],
      ['refused', push(node, session, [{ mid: lmid + 1 }])],
    ];
    for (const [name, ack] of wrong)
      if (node.clients.client(clientId)?.lastMid !== lmid || (ack && !(name in ack)))
        throw new Broken('R6', `a push that is wrong was answered with ${JSON.stringify(ack)}`);
    push(node, session, [note(world, lmid + 1)]);
    const done = node.clients.client(clientId)?.lastMid ?? 0;
    const forked = push(node, session, [note(world, done), note(world, done + 1)]);
    if (done > 0 && forked && (forked.fork !== done || node.clients.client(clientId)?.lastMid !== done))
      throw new Broken('R6', `another id at mid ${done} was answered with ${JSON.stringify(forked)}`);
  });
}
