/**
 * Events through the HTTP door of a real core process, each batch acknowledged when it is durable and folded; and from
 * sending to the profile that shows it, at 2,000 events a second. Floor: the same bytes, one fsync'd transaction a batch.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { airportEvents } from '../../src/demo/plan.ts';
import type { SegmentMessage } from '../../src/demo/timeline.ts';
import { CoreProcess } from './core-process.ts';
import { inFolder } from './folder.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, median, overRounds } from './stats.ts';

const BATCH = 100;
const AT_ONCE = 8;
const PACED_BATCH = 20;
const PACE_MS = 10;

type Batch = { body: Buffer; messages: readonly SegmentMessage[] };

const batchOf = (messages: readonly SegmentMessage[]): Batch => ({
  body: Buffer.from(JSON.stringify({ batch: messages })),
  messages,
});

function batches(messages: readonly SegmentMessage[], size: number): Batch[] {
  const all: Batch[] = [];
  for (let i = 0; i + size <= messages.length; i += size) all.push(batchOf(messages.slice(i, i + size)));
  return all;
}

/** What a store does at the very least: text of each event, durable at the end of its batch. */
class Bare {
  private readonly db: Database.Database;
  private readonly write: (messages: readonly SegmentMessage[]) => void;

  constructor(path: string) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.exec('CREATE TABLE event (n INTEGER PRIMARY KEY, id TEXT NOT NULL, json TEXT NOT NULL)');
    const insert = this.db.prepare('INSERT INTO event (id, json) VALUES (?, ?)');
    this.write = this.db.transaction((messages: readonly SegmentMessage[]) => {
      for (const message of messages) insert.run(message.messageId, JSON.stringify(message));
    });
  }

  take(batch: Batch): void {
    const { batch: messages } = JSON.parse(batch.body.toString('utf8')) as { batch: SegmentMessage[] };
    this.write(messages);
  }

  close(): void {
    this.db.close();
  }
}

/** Several senders, each with one batch on the way; answers events per second. */
async function flood(core: CoreProcess, all: readonly Batch[]): Promise<number> {
  let next = 0;
  const start = performance.now();
  const sender = async (): Promise<void> => {
    for (let batch = all[next++]; batch !== undefined; batch = all[next++]) await core.batch(batch.body);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return (all.length * BATCH * 1000) / (performance.now() - start);
}

function floodBare(bare: Bare, all: readonly Batch[]): number {
  const start = performance.now();
  for (const batch of all) bare.take(batch);
  return (all.length * BATCH * 1000) / (performance.now() - start);
}

type Latencies = { acknowledged: number[]; readable: number[] };

/** A batch every 10 ms whatever became of those before; the last event of each is looked up as soon as it is taken. */
async function paced(core: CoreProcess, all: readonly Batch[], run: string): Promise<Latencies> {
  const took: Latencies = { acknowledged: [], readable: [] };
  const open: Promise<void>[] = [];
  const start = performance.now();
  for (const [i, { messages }] of all.entries()) {
    const wait = start + i * PACE_MS - performance.now();
    if (wait > 1) await pause(wait);
    open.push(probe(core, messages, `${run}-${i}`, took));
  }
  await Promise.all(open);
  return took;
}

async function probe(
  core: CoreProcess,
  messages: readonly SegmentMessage[],
  value: string,
  took: Latencies,
): Promise<void> {
  const userId = messages.find((message) => message.userId !== undefined)?.userId ?? 'K1000001';
  const last: SegmentMessage = {
    type: 'track',
    event: 'Preference Changed',
    userId,
    messageId: `probe-${value}`,
    timestamp: new Date().toISOString(),
    properties: { name: 'bench', value },
    context: { app: { name: 'app' } },
  };
  const { body } = batchOf([...messages.slice(1), last]);
  const sent = performance.now();
  await core.batch(body);
  took.acknowledged.push(performance.now() - sent);
  const { status, text } = await core.read(`/v1/profiles/by/userId/${userId}`);
  if (status !== 200) throw new Error(`reading ${userId} got ${status}: ${text.slice(0, 300)}`);
  // Another probe of the same customer may have come in between; an older value may not.
  if (!text.includes('preference.bench')) throw new Error(`${userId} does not show what was acknowledged`);
  took.readable.push(performance.now() - sent);
}

async function pacedBare(bare: Bare, all: readonly Batch[]): Promise<number[]> {
  const took: number[] = [];
  const start = performance.now();
  for (const [i, batch] of all.entries()) {
    const wait = start + i * PACE_MS - performance.now();
    if (wait > 1) await pause(wait);
    const sent = performance.now();
    bare.take(batch);
    took.push(performance.now() - sent);
  }
  return took;
}

/** The events of a simulated day, dealt out so that each part has the same mix. */
function deal(total: number, parts: number): SegmentMessage[][] {
  const events = airportEvents({ now: Date.now(), passengers: Math.ceil(total / 4), minutes: 1 });
  const messages = events.flatMap((event) => (event.door === 'segment' ? [event.message] : []));
  if (messages.length < total) throw new Error(`only ${messages.length} events were made of ${total}`);
  return Array.from({ length: parts }, (_, part) => messages.filter((_message, i) => i % parts === part));
}

async function run(folder: string, { rounds, quick }: Options, report: Report): Promise<void> {
  const perFlood = quick ? 2_000 : 6_000;
  const perPaced = (quick ? 1 : 4) * 2_000;
  note('making the events');
  const parts = deal((perFlood + perPaced) * rounds, rounds);
  const floods = parts.map((messages) => batches(messages.slice(0, perFlood), BATCH));
  const calm = parts.map((messages) => batches(messages.slice(perFlood, perFlood + perPaced), PACED_BATCH));
  const core = await CoreProcess.start(join(folder, 'core'));
  const bare = new Bare(join(folder, 'bare.db'));
  const of = <T>(list: readonly T[], round: number): T => list[round] as T;
  try {
    const rates = await interleaved(rounds, [
      { name: 'core', run: (round) => flood(core, of(floods, round)) },
      { name: 'bare', run: (round) => floodBare(bare, of(floods, round)) },
    ]);
    const rate = (name: string): number => median(rates.get(name) ?? []);
    report({
      case: `batches of ${BATCH}, ${AT_ONCE} at once, durable and folded`,
      n: perFlood * rounds,
      value: rate('core'),
      unit: 'events/s',
      floor: rate('bare'),
    });
    const floor: number[][] = [];
    const took: Latencies[] = [];
    await interleaved(rounds, [
      { name: 'core', run: async (round) => took.push(await paced(core, of(calm, round), `r${round}`)) },
      { name: 'bare', run: async (round) => floor.push(await pacedBare(bare, of(calm, round))) },
    ]);
    const beside = overRounds(floor).p99;
    for (const [name, what] of [
      ['acknowledged', 'acknowledged'],
      ['readable', 'profile read with it'],
    ] as const) {
      const { p50, p99, n } = overRounds(took.map((one) => one[name]));
      report({
        case: `2,000 events/s in batches of ${PACED_BATCH}: sent to ${what}`,
        n,
        value: p99,
        unit: 'ms (p99)',
        p50,
        p99,
        floor: beside,
      });
    }
  } finally {
    bare.close();
    await core.end();
  }
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('ingest', options)));
