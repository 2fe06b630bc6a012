/**
 * Synthetic customers of about 1.5 KB each, of the shape that the core's fold gives (docs/spec/airline.md), made from the
 * simulated airport's people and kept in the cache folder. Faker's lists have some 18,000 name words, and life has more:
 * every third customer gets a family name that is put together from syllables, so that a million have 300,000.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AIRPORTS } from '../../src/demo/airports.ts';
import type { Passenger } from '../../src/demo/passenger.ts';
import { bookingCode, passengers } from '../../src/demo/people.ts';
import { type Chance, chance } from '../../src/demo/random.ts';
import type { Json } from '../../src/domain/json.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { note } from './report.ts';

/** The time at which the customers are as they are; flights leave up to 48 h later. */
export const DATA_TIME = Date.parse('2026-11-21T12:00:00.000Z');
const SEED = 7;
const FORM = 2;
const HOUR = 3_600_000;

export const cacheFolder = (): string =>
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kairos', 'bench');

/** One customer as the wire carries him: the JSON text of the row. */
export type Line = { id: string; text: string };

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID's shape, in the order of the numbers. */
export function profileId(index: number): string {
  let rest = index;
  let tail = '';
  for (let i = 0; i < 16; i++) {
    tail = CROCKFORD.charAt(rest % 32) + tail;
    rest = Math.floor(rest / 32);
  }
  return `01KAHCQ000${tail}`;
}

const SYLLABLES =
  'ba be bi bo bu da de di do du fa fe gi go ha he ka ke ki ko la le li lo lu ma me mi mo na ne ni no pa pe ra re ri ro ru sa se si so ta te ti to va ve vi wa we za ze zi'.split(
    ' ',
  );
const ENDINGS = ['n', 'r', 's', 'sen', 'ski', 'mann', 'u', 'a', 'o', 'dt', 'tz', 'k'];

/** A family name of three or four syllables that hardly anybody else has. */
function rareName(luck: Chance): string {
  const syllables = Array.from({ length: luck.int(2, 3) }, () => luck.pick(SYLLABLES));
  const name = `${syllables.join('')}${luck.pick(ENDINGS)}`;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const DESTINATIONS = [...AIRPORTS.keys()].filter((code) => code !== 'FRA').slice(0, 60);

function rowOf(who: Passenger, index: number, booking: string, luck: Chance): ProfileRow {
  const facts: ProfileRow['facts'] = {};
  const known = new Date(DATA_TIME - luck.int(2, 600) * HOUR).toISOString();
  const put = (name: string, value: Json, source: string, at = known): void => {
    facts[name] = { value, source, at };
  };
  const lastName = luck.once(1 / 3) ? rareName(luck) : who.lastName;
  put('firstName', who.firstName, 'crm');
  put('lastName', lastName, 'crm');
  for (const name of ['email', 'phone', 'language'] as const) put(name, who[name], 'crm');
  if (who.tier) put('tier', who.tier, 'crm');
  if (who.loyaltyNumber) put('loyaltyNumber', who.loyaltyNumber, 'crm');
  put('consent.marketing', who.consents.marketing, 'crm');
  const seat = who.preferences['seat'];
  if (seat) put('preference.seat', seat, 'app');
  putTrip(put, booking, luck);
  const identities: ProfileRow['identities'] = [
    { type: 'userId', value: who.userId },
    { type: 'email', value: who.email },
    { type: 'phone', value: who.phone },
    { type: 'booking', value: booking },
  ];
  if (who.loyaltyNumber) identities.push({ type: 'loyaltyNumber', value: who.loyaltyNumber });
  return { id: profileId(index), identities, facts };
}

function putTrip(
  put: (name: string, value: Json, source: string, at?: string) => void,
  booking: string,
  luck: Chance,
): void {
  const line = luck.int(0, 599);
  const departs = DATA_TIME + (line % 96) * (HOUR / 2);
  const trip = (field: string, value: string, source = 'crs'): void =>
    put(
      `trip.${booking}.1.${field}`,
      value,
      source,
      new Date(DATA_TIME - luck.int(1, 90) * 60_000).toISOString(),
    );
  trip('flight', `LH${400 + line}`);
  trip('date', new Date(departs).toISOString().slice(0, 10));
  trip('from', 'FRA');
  trip('to', DESTINATIONS[line % DESTINATIONS.length] as string);
  trip('departs', new Date(departs).toISOString());
  trip('seat', `${luck.int(1, 46)}${luck.pick([...'ABCDEF'])}`, 'dcs');
  trip('status', luck.once(0.6) ? 'checked in' : 'confirmed', 'dcs');
  // One flight of fifty is in trouble, as on a bad day.
  trip('flightStatus', line % 50 === 7 ? 'cancelled' : line % 50 === 9 ? 'delayed' : 'scheduled', 'ops');
  if (luck.once(0.5)) trip('gate', `${luck.pick([...'ABZ'])}${luck.int(1, 69)}`, 'ops');
}

function* make(count: number): Generator<ProfileRow> {
  const used = new Set<string>();
  const codes = chance('bench/bookings');
  const people = passengers(count, SEED, chance(`people/${SEED}`), chance('bench/tickets'));
  for (const [index, who] of people.entries()) {
    yield rowOf(who, index, bookingCode(codes, used), chance(`bench/${index}`));
  }
}

/** The file of `count` customers, one JSON text a line; made when it is not there. */
export function profilesFile(count: number): string {
  const folder = cacheFolder();
  const path = join(folder, `profiles-${FORM}-${count}.ndjson`);
  if (existsSync(path)) return path;
  note(`making ${count.toLocaleString('en')} customers (kept in ${folder})`);
  mkdirSync(folder, { recursive: true });
  const part = `${path}.${process.pid}`;
  const file = openSync(part, 'w');
  let lines: string[] = [];
  const flush = (): void => {
    writeSync(file, lines.join(''));
    lines = [];
  };
  for (const row of make(count)) {
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length === 2_000) flush();
  }
  flush();
  closeSync(file);
  renameSync(part, path);
  return path;
}

/** Reads the customers one after the other, so that a million need not fit into memory. */
export function* profileLines(count: number): Generator<Line> {
  const file = openSync(profilesFile(count), 'r');
  const buffer = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  let index = 0;
  try {
    for (let size = readSync(file, buffer); size > 0; size = readSync(file, buffer)) {
      const chunk = Buffer.concat([rest, buffer.subarray(0, size)]);
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        yield { id: profileId(index++), text: chunk.toString('utf8', start, end) };
        start = end + 1;
      }
      rest = Buffer.from(chunk.subarray(start));
    }
  } finally {
    closeSync(file);
  }
}
