import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';

/**
 * Pages of a core's export into files that are numbered: each page is whole in its file before cursor and number move on, so that a page
 * that is fetched again takes the place of the first.
 */

export type What = 'events' | 'profiles' | `audience/${string}`;
export type Format = 'jsonl' | 'parquet';
export type ExportOrder = { what: What; format: Format; folder: string; url: string; token: string };
type Row = { [name: string]: unknown };
type Page = { rows: Row[]; next: string; more: boolean; again: boolean };
type Place = { cursor: string; files: number };

const PER_PAGE = 1_000;
const ANSWER_MS = 60_000;

export type Exported = { rows: number; files: string[]; again: boolean };

/** Everything behind the cursor in the folder, and from its beginning where there is none. @throws Error with what the core said */
export async function exportTo(order: ExportOrder): Promise<Exported> {
  mkdirSync(order.folder, { recursive: true });
  const isAudience = order.what.startsWith('audience/');
  // Who is in an audience is told as a whole each time: there is no cursor of who left.
  const state = join(order.folder, `${order.what.replace('/', '-')}.cursor.json`);
  let place = isAudience ? { cursor: '', files: 0 } : readPlace(state);
  const done: Exported = { rows: 0, files: [], again: false };
  for (let more = true; more; ) {
    const page = await fetchPage(order, place.cursor);
    if (page.rows.length > 0) done.files.push(write(order, place.files, page.rows));
    done.rows += page.rows.length;
    done.again ||= page.again;
    place = { cursor: page.next, files: place.files + (page.rows.length > 0 ? 1 : 0) };
    if (!isAudience) writeWhole(state, JSON.stringify(place));
    more = page.more;
  }
  if (isAudience) removeLeft(order, done.files);
  return done;
}

/** What a larger audience left: its members of then may have taken back their consent since. */
function removeLeft({ what, folder }: ExportOrder, files: readonly string[]): void {
  const own = new RegExp(`^${what.replace('/', '-')}-\\d+\\.(?:jsonl|parquet)$`, 'u');
  for (const name of readdirSync(folder))
    if (own.test(name) && !files.includes(name)) rmSync(join(folder, name));
}

function readPlace(file: string): Place {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Place;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return { cursor: '', files: 0 };
    throw error;
  }
}

async function fetchPage({ what, url, token }: ExportOrder, after: string): Promise<Page> {
  const [kind, name] = what.split('/') as [string, string?];
  const path = name === undefined ? `/v1/export/${kind}` : `/v1/audiences/${name}/members`;
  const answer = await fetch(`${url}${path}?limit=${PER_PAGE}&after=${encodeURIComponent(after)}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (answer.status !== 200)
    throw new Error(`the core answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  const body = (await answer.json()) as { [what: string]: unknown } & Omit<Page, 'rows'>;
  const rows = body[name === undefined ? kind : 'members'] as Row[];
  return { rows, next: body.next, more: body.more, again: body.again === true };
}

function write({ what, format, folder }: ExportOrder, number: number, rows: readonly Row[]): string {
  const name = `${what.replace('/', '-')}-${String(number).padStart(6, '0')}.${format}`;
  const content =
    format === 'jsonl' ? rows.map((row) => `${JSON.stringify(row)}\n`).join('') : parquetOf(rows);
  writeWhole(join(folder, name), content);
  return name;
}

/** Texts and whole numbers as columns; whatever has parts as JSON. */
function parquetOf(rows: readonly Row[]): Uint8Array {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columnData = names.map((name) => {
    const isNumber = rows.every((row) => row[name] === undefined || Number.isSafeInteger(row[name]));
    const data = rows.map(({ [name]: value }) => {
      if (value === undefined || value === null) return null;
      if (isNumber) return BigInt(value as number);
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    });
    return { name, data, type: isNumber ? ('INT64' as const) : ('STRING' as const), nullable: true };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** A file is there whole or not at all. */
function writeWhole(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}
