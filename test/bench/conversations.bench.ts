/**
 * Thousands of conversations at once (B31): each customer has an open contact and a connection, and every turn tells what
 * became of the last suggestion and asks for the next. Floor: the same requests to a bare fastify whose answers have the
 * same size, in the same run.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { airportEvents } from '../../src/demo/plan.ts';
import { Conversations, type Turn } from './conversations.ts';
import { CoreProcess } from './core-process.ts';
import { inFolder } from './folder.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, overRounds } from './stats.ts';

/** Turns per second, all conversations together: at 5,000 one each in 50 s. */
const PER_SECOND = 100;
/** The floor's connections are opened faster. */
const OPENING_PER_SECOND = 500;
const ROUND_SECONDS = 20;
const BATCH = 100;
const AT_ONCE = 8;
const CHANNELS = ['phone', 'web', 'counter'];

async function together<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < list.length) await work(list[next++] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Customers of a simulated day through the door, each in an open contact; answers their userIds. */
async function openContacts(core: CoreProcess, count: number): Promise<string[]> {
  const events = airportEvents({ now: Date.now(), passengers: Math.ceil(count * 1.1), minutes: 1 });
  const messages = events.flatMap((event) => (event.door === 'segment' ? [event.message] : []));
  const starts = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, i) => i * BATCH);
  await together(starts, (at) =>
    core.batch(Buffer.from(JSON.stringify({ batch: messages.slice(at, at + BATCH) }))),
  );
  const users = [...new Set(messages.flatMap(({ userId }) => userId ?? []))].slice(0, count);
  if (users.length < count) throw new Error(`only ${users.length} customers were made of ${count}`);
  const at = new Date().toISOString();
  const contact = (userId: string, i: number) => ({
    ...{ id: `bench-${i}`, kind: 'call', state: 'active', queue: 'support-en', at },
    identity: { type: 'userId', value: userId },
  });
  await together([...users.keys()], (i) =>
    core.post('/v1/contacts', Buffer.from(JSON.stringify(contact(users[i] as string, i)))),
  );
  return users;
}

/** A turn: what became of the last suggestion, then the next one; answers also the bytes of a decision. */
function turnsOf(users: readonly string[]): { turns: Turn[]; decide: Turn; bytes: () => number } {
  const last = new Map<number, string>();
  let bytes = 0;
  const decide: Turn = {
    say: (i) => {
      const identity = { type: 'userId', value: users[i] };
      return {
        path: '/v1/decide',
        body: { identity, channel: CHANNELS[i % CHANNELS.length], mode: 'respond' },
      };
    },
    heard: (i, text) => {
      bytes = text.length;
      const { id, chosen } = JSON.parse(text) as { id: string; chosen: object | null };
      if (chosen !== null) last.set(i, id);
    },
  };
  const outcome: Turn = {
    say: (i) => {
      const decisionId = last.get(i);
      if (decisionId === undefined) return null;
      const what = i % 4 === 0 ? 'positive' : 'customer-declined';
      return {
        path: '/v1/outcomes',
        body: { decisionId, outcome: what, at: new Date().toISOString() },
      };
    },
  };
  return { turns: [outcome, decide], decide, bytes: () => bytes };
}

async function floorServer(bytes: number): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'floor-answer.mjs'));
  process.once('exit', () => child.kill('SIGKILL'));
  const told = () => new Promise<{ url?: string }>((resolve) => child.once('message', resolve));
  const { url = '' } = await told();
  child.send({ bytes });
  await told();
  return { url, child };
}

async function run(folder: string, { rounds, quick }: Options, report: Report): Promise<void> {
  const count = quick ? 1_000 : 5_000;
  const seconds = quick ? 5 : ROUND_SECONDS;
  const core = await CoreProcess.start(join(folder, 'core'));
  try {
    note(`opening ${count} conversations`);
    const users = await openContacts(core, count);
    const { turns, decide, bytes } = turnsOf(users);
    const talk = new Conversations(core.access.url, `Bearer ${core.access.consoleToken}`, count);
    await talk.round(PER_SECOND, count / PER_SECOND, turns);
    const floor = await floorServer(bytes());
    const bare = new Conversations(floor.url, '', count);
    const asked: Turn[] = [{ say: decide.say }];
    await bare.round(OPENING_PER_SECOND, count / OPENING_PER_SECOND, asked);
    note(`${rounds} rounds of ${seconds} s each, of the core and of the floor`);
    const before = core.cpu();
    const took = await interleaved(rounds, [
      { name: 'core', run: () => talk.round(PER_SECOND, seconds, turns) },
      { name: 'floor', run: () => bare.round(PER_SECOND, seconds, asked) },
    ]);
    const cpu = core.cpu() - before;
    const of = (name: string, n: number) => overRounds((took.get(name) ?? []).map((all) => all[n] ?? []));
    const beside = of('floor', 0);
    const decided = of('core', 1);
    const told = of('core', 0);
    const load = `${count.toLocaleString('en')} conversations, ${PER_SECOND} turns/s`;
    report({
      case: `${load}: decide over HTTP`,
      ...decided,
      value: decided.p99,
      unit: 'ms (p99)',
      floor: beside.p99,
    });
    report({ case: `${load}: the outcome before it`, ...told, value: told.p99, unit: 'ms (p99)' });
    report({
      case: 'a bare fastify, answers of the same size',
      ...beside,
      value: beside.p99,
      unit: 'ms (p99)',
    });
    report({
      case: 'processor time of the core per turn',
      n: decided.n,
      value: (cpu * 1000) / decided.n,
      unit: 'ms',
    });
    talk.close();
    bare.close();
    floor.child.kill('SIGKILL');
  } finally {
    await core.end();
  }
}

const options = readOptions(3);
await inFolder((folder) => run(folder, options, reporter('conversations', options)));
