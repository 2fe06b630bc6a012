import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { type Event, eventOf, type Mapping, missingColumns } from '../../core/connectors/mapping.ts';
import { type Numbered, rowsOf } from './rows.ts';
import { type Door, send } from './sending.ts';

/**
 * Takes a file in, row by row. How far it has come stands beside the file, and so do the bad rows with their reasons: an
 * import that was broken off goes on there, and one that is begun again does nothing twice.
 */

export type Order = {
  file: string;
  mapping: Mapping | null;
  delimiter?: string | undefined;
};
/** `of`: the file as it was then, the mapping and the core. */
export type Place = { of: string; rows: number; accepted: number; refused: number; badBytes: number };
export type Preview = { columns: string[]; events: Event[]; looked: number; bad: Bad[] };
export type Bad = { row: number; code: string; message: string; of: unknown };
export type Hooks = { progress(place: Place): void; waiting(why: string, ms: number): void };

/** The door takes 500 KB and 32 KB an event. */
const BATCH_EVENTS = 100;
const BATCH_BYTES = 400_000;
const PREVIEWED = 1_000;
const SHOWN = 5;

const keyOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
export const placeFile = (file: string): string => `${file}.import.json`;
export const badFile = (file: string): string => `${file}.bad.jsonl`;

type Taken = { row: number; of: unknown } & ({ event: Event } | { code: string; message: string });

function take(mapping: Mapping | null, one: Numbered): Taken {
  if ('problem' in one) return { row: one.number, of: one.text, code: 'unreadable', message: one.problem };
  const read = eventOf(mapping, one.row, keyOf);
  const of = { row: one.number, of: one.row };
  return read.ok ? { ...of, event: read.event } : { ...of, code: read.code, message: read.message };
}

/** Of a table every row has the same columns: those of the first tell. @throws Error where the mapping names others */
async function* checkedRows({ file, mapping, delimiter }: Order): AsyncGenerator<Numbered> {
  let isOpen = mapping !== null && /\.[ct]sv$/iu.test(file);
  for await (const one of rowsOf(file, delimiter)) {
    if (isOpen && 'row' in one) {
      isOpen = false;
      const columns = Object.keys(one.row);
      const missing = missingColumns(mapping as Mapping, columns);
      if (missing.length > 0)
        throw new Error(`the file has no ${missing.join(', ')}; it has ${columns.join(', ')}`);
    }
    yield one;
  }
}

/** What the first rows would become; sends nothing. @throws Error where a column is missing (CSV) */
export async function preview(order: Order): Promise<Preview> {
  const found: Preview = { columns: [], events: [], looked: 0, bad: [] };
  for await (const one of checkedRows(order)) {
    if (found.columns.length === 0 && 'row' in one) found.columns = Object.keys(one.row);
    const taken = take(order.mapping, one);
    if (!('event' in taken)) found.bad.push(taken);
    else if (found.events.length < SHOWN) found.events.push(taken.event);
    if (++found.looked >= PREVIEWED) break;
  }
  return found;
}

function placeOf({ file, mapping }: Order, url: string): Place {
  const { size, mtimeMs } = statSync(file);
  const of = keyOf(JSON.stringify([mapping, url, size, mtimeMs]));
  const fresh = { of, rows: 0, accepted: 0, refused: 0, badBytes: 0 };
  if (!existsSync(placeFile(file))) return fresh;
  const place = JSON.parse(readFileSync(placeFile(file), 'utf8')) as Place;
  // Another mapping makes other events of the same rows, tomorrow's file has other rows, and another core has none of them.
  return place.of === of ? place : fresh;
}

/** The report first, the place last: what was not noted is taken in again, and is the same. */
class Journal {
  private readonly file: string;
  readonly place: Place;

  constructor(order: Order, url: string) {
    this.file = order.file;
    this.place = placeOf(order, url);
    if (existsSync(badFile(this.file)))
      truncateSync(badFile(this.file), Math.min(this.place.badBytes, statSync(badFile(this.file)).size));
  }

  note(rows: number, accepted: number, bad: readonly Bad[]): void {
    const text = bad.map((one) => `${JSON.stringify(one)}\n`).join('');
    if (text !== '') appendFileSync(badFile(this.file), text);
    const { place } = this;
    place.rows = rows;
    place.accepted += accepted;
    place.refused += bad.length;
    place.badBytes += Buffer.byteLength(text);
    writeFileSync(`${placeFile(this.file)}.new`, JSON.stringify(place));
    renameSync(`${placeFile(this.file)}.new`, placeFile(this.file));
  }
}

/** Takes the rest of the file in. @throws DoorClosed, and Error where the file cannot be read on */
export async function importFile(order: Order, door: Door, hooks: Hooks): Promise<Place> {
  const journal = new Journal(order, door.url);
  const { rows: done } = journal.place;
  let group: Taken[] = [];
  let bytes = 0;
  const flush = async () => {
    if (group.length === 0) return;
    journal.note(group.at(-1)?.row ?? done, ...(await sent(door, group, hooks)));
    hooks.progress(journal.place);
    group = [];
    bytes = 0;
  };
  for await (const one of checkedRows(order)) {
    if (one.number <= done) continue;
    const taken = take(order.mapping, one);
    const size = 'event' in taken ? Buffer.byteLength(JSON.stringify(taken.event)) : 0;
    if (group.length >= BATCH_EVENTS || bytes + size > BATCH_BYTES) await flush();
    group.push(taken);
    bytes += size;
  }
  await flush();
  return journal.place;
}

async function sent(door: Door, group: readonly Taken[], hooks: Hooks): Promise<[number, Bad[]]> {
  const good = group.filter((one): one is Taken & { event: Event } => 'event' in one);
  const bad: Bad[] = group.flatMap((one) => ('event' in one ? [] : [one]));
  const refused =
    good.length === 0
      ? []
      : await send(
          door,
          good.map(({ event }) => event),
          hooks.waiting,
        );
  for (const { index, code, message } of refused) {
    const { row, of } = good[index] as Taken;
    bad.push({ row, code, message, of });
  }
  return [good.length - refused.length, bad.sort((a, b) => a.row - b.row)];
}
