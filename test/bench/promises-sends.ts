/** What is promised of what the core says by itself: plans, letters, and that a dead partner costs the others nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { hookServer, mailServer } from '../integration/receivers.ts';
import { destinations } from '../nodes/due.ts';
import { CoreProcess } from './core-process.ts';
import { promised } from './promises-desk.ts';
import { note, type Report } from './report.ts';
import { interleaved, median, quantile } from './stats.ts';
import {
  asked,
  beside,
  booked,
  daylightZone,
  FIRST_TRIP,
  flightStatus,
  happened,
  identified,
  profileIdOf,
  supervisorOf,
  type Traveller,
  tell,
  tellAll,
  travellers,
} from './travellers.ts';

const PER_SECOND = 50;
const MINUTE = 60_000;
/** Wishes for the same letter, one after the other; so many of each customer. */
const WISHES = 10;
/** Left of a minute so that all wishes for it come before it ends. */
const ROOM_MS = 25_000;
const AT_ONCE = 8;
const NOTICES_PER_SECOND = 10;
/** Attempts at a time at each of the two partners. */
const PLACES = 8;

const now = (): number => performance.now();

async function withMail<T>(
  folder: string,
  work: (core: CoreProcess, mail: Awaited<ReturnType<typeof mailServer>>) => Promise<T>,
): Promise<T> {
  const mail = await mailServer();
  mkdirSync(folder, { recursive: true });
  const letters = { kind: 'smtp', channel: 'email', url: mail.url, from: 'Kairos <hello@air.example>' };
  writeFileSync(join(folder, 'destinations.json'), JSON.stringify({ destinations: [letters] }));
  const core = await CoreProcess.start(folder);
  try {
    // Whoever is held out is told nothing unasked.
    await asked(core, '/v1/steering', { holdout: 0 }, await supervisorOf(core));
    return await work(core, mail);
  } finally {
    await core.end();
    await mail.close();
  }
}

/** [A32] From a booking, sent, to the stage that it makes and the letter that is planned for it, as a second reader of the store sees them. */
async function stages(core: CoreProcess, folder: string, people: readonly Traveller[], report: Report) {
  const db = new Database(join(folder, 'core.db'), { readonly: true });
  const stage = db
    .prepare<[string], string>(
      'SELECT json ->> \'$.facts."segment.lifecycle".value\' FROM row WHERE tbl = 0 AND id = ?',
    )
    .pluck();
  const plans = db.prepare<[string], number>('SELECT count(*) FROM intent WHERE profile = ?').pluck();
  const [taken, known, planned]: [number[], number[], number[]] = [[], [], []];
  const seen = async (isThere: () => boolean, from: number, into: number[]): Promise<void> => {
    while (!isThere()) {
      if (now() - from > 10_000) throw new Error('a stage began, and nothing was planned');
      await pause(1);
    }
    into.push(now() - from);
  };
  for (const who of people) {
    const id = await profileIdOf(core, who);
    const from = now();
    const sent = tell(core, booked(who)).then(() => taken.push(now() - from));
    await Promise.all([
      sent,
      seen(() => stage.get(id) === 'new', from, known),
      seen(() => (plans.get(id) ?? 0) > 0, from, planned),
    ]);
  }
  db.close();
  promised(report, 'an event, sent, to the segment in the row (A32)', known, 50);
  promised(report, 'an event, sent, to the plan for its segment, durable (A32)', planned, 50);
  const [p50, p99] = [quantile(taken, 0.5), quantile(taken, 0.99)];
  report({
    case: 'the same event, sent to acknowledged',
    n: taken.length,
    value: p99,
    unit: 'ms (p99)',
    p50,
    p99,
  });
}

/** [A20] [A21] From the first wish for a letter to the mail server, and how many letters and connections came of all wishes. */
async function letters(
  core: CoreProcess,
  mail: Awaited<ReturnType<typeof mailServer>>,
  people: readonly Traveller[],
  report: Report,
): Promise<void> {
  await tellAll(
    core,
    people.map((who) => happened(who, 'Case Opened', { caseId: who.userId, topic: 'bag' })),
  );
  const ids = new Map<Traveller, string>();
  for (const who of people) ids.set(who, await profileIdOf(core, who));
  const left = (): number => MINUTE - (Date.now() % MINUTE);
  if (left() < ROOM_MS) await pause(left());
  const wished = new Map<string, number>();
  const waiting = people.flatMap((who) => Array.from({ length: WISHES }, () => who));
  const wish = async (): Promise<void> => {
    for (let who = waiting.shift(); who !== undefined; who = waiting.shift()) {
      const address = `${who.userId.toLowerCase()}@example.org`;
      if (!wished.has(address)) wished.set(address, now());
      const body = { profileId: ids.get(who), channel: 'email', action: 'case-follow-up' };
      await asked(core, '/v1/intents', body, core.access.consoleToken);
    }
  };
  const before = mail.mails.length;
  const minute = Math.floor(Date.now() / MINUTE);
  await Promise.all(Array.from({ length: AT_ONCE }, wish));
  if (Math.floor(Date.now() / MINUTE) !== minute)
    note('the wishes took longer than what was left of their minute');
  const arrived: number[] = [];
  for (let read = before; arrived.length < people.length; read++) {
    await mail.until(read + 1);
    const from = wished.get(mail.mails[read]?.to[0] ?? '');
    if (from === undefined) throw new Error('a letter that nobody has wished for');
    arrived.push(now() - from);
  }
  promised(report, `${people.length} letters of a minute: wished to received (A20)`, arrived, 5 * MINUTE);
  const wishes = people.length * WISHES;
  const sent = mail.mails.length - before;
  report({
    case: `letters, of ${WISHES} wishes a customer in their minute (A21)`,
    n: wishes,
    value: (100 * sent) / wishes,
    unit: '%',
    floor: 20,
  });
  report({ case: 'letters in a connection (A20)', n: sent, value: sent / mail.connections, unit: '' });
}

export async function unasked(folder: string, quick: boolean, report: Report): Promise<void> {
  const count = quick ? 30 : 200;
  const zone = daylightZone(Date.now());
  const [newcomers, waiting] = [travellers('XN', count, FIRST_TRIP), travellers('XW', count)];
  const dataDir = join(folder, 'sends-core');
  await withMail(dataDir, async (core, mail) => {
    await tellAll(
      core,
      [...newcomers, ...waiting].map((who) => identified(who, zone)),
    );
    await beside(core, PER_SECOND, async () => {
      await stages(core, dataDir, newcomers, report);
      note('letters that wait for the end of their minute');
      await letters(core, mail, waiting, report);
    });
  });
}

type Asked = { rate: number; took: number[] };

/** Decisions as fast as they are answered, a few at a time. */
async function decisions(core: CoreProcess, seconds: number, people: readonly Traveller[]): Promise<Asked> {
  const took: number[] = [];
  const began = now();
  let next = 0;
  const ask = async (): Promise<void> => {
    while (now() - began < seconds * 1000) {
      const who = people[(next++ * 37) % people.length] as Traveller;
      const body = { identity: { type: 'userId', value: who.userId }, channel: 'counter' };
      const from = now();
      await asked(core, '/v1/decide', body, core.access.consoleToken);
      took.push(now() - from);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE / 2 }, ask));
  return { rate: (took.length * 1000) / (now() - began), took };
}

/** One flight after the other is cancelled: a notice each. */
async function cancel(core: CoreProcess, people: readonly Traveller[]): Promise<void> {
  for (const who of people) {
    await tell(core, flightStatus(who, 'cancelled'));
    await pause(1000 / NOTICES_PER_SECOND);
  }
}

/** [A40] The same notices to a partner that takes them and to one that never answers; decisions meanwhile, in turns. */
export async function partners(folder: string, quick: boolean, report: Report): Promise<void> {
  const rounds = quick ? 2 : 5;
  const seconds = quick ? 2 : 4;
  const each = NOTICES_PER_SECOND * seconds;
  const partner = { healthy: await hookServer(), dead: await hookServer() };
  partner.dead.answer = () => undefined;
  const names = ['healthy', 'dead'] as const;
  const people = travellers('XP', each * rounds + PLACES);
  const cores = new Map<string, CoreProcess>();
  try {
    for (const name of names) {
      const dataDir = join(folder, `partner-${name}`);
      mkdirSync(dataDir, { recursive: true });
      writeFileSync(join(dataDir, 'destinations.json'), destinations(partner[name].url, PLACES));
      const core = await CoreProcess.start(dataDir);
      cores.set(name, core);
      await tellAll(core, people.map(booked));
      // From the first round on as many notices wait for the dead one as it has places.
      await cancel(core, people.slice(each * rounds));
    }
    note(`${rounds} rounds of notices and decisions, ${seconds} s each`);
    const run = (name: string) => async (round: number) => {
      const core = cores.get(name) as CoreProcess;
      const sending = cancel(core, people.slice(each * round, each * (round + 1)));
      const made = await decisions(core, seconds, people);
      await sending;
      return made;
    };
    const results = await interleaved(
      rounds,
      names.map((name) => ({ name, run: run(name) })),
    );
    if (partner.healthy.hooks.length < each * rounds || partner.dead.hooks.length < PLACES)
      throw new Error('a partner was not asked as it should have been');
    tellPartners(results, report);
  } finally {
    for (const core of cores.values()) await core.end();
    await Promise.all(names.map((name) => partner[name].close()));
  }
}

function tellPartners(results: Map<string, Asked[]>, report: Report): void {
  const rate = (name: string): number => median((results.get(name) ?? []).map((one) => one.rate));
  const times = (name: string): number[] => (results.get(name) ?? []).flatMap((one) => one.took);
  const [dead, healthy] = [times('dead'), times('healthy')];
  const [p50, p99] = [quantile(dead, 0.5), quantile(dead, 0.99)];
  report({
    ...{ case: 'decisions beside a dead partner (floor: a healthy one) (A40)', n: dead.length },
    ...{ value: rate('dead'), unit: 'decisions/s', floor: rate('healthy') },
  });
  report({
    ...{ case: 'the same, decide over HTTP (A40)', n: dead.length, value: p99, unit: 'ms (p99)', p50, p99 },
    floor: quantile(healthy, 0.99),
  });
}
