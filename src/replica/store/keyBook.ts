/**
 * What customers are found by, kept with their rows in the same transaction: a search never lags behind, and a change
 * that touches no key costs one comparison. Reading is searchIndex.ts.
 */
import type { ProfileRow } from '../../domain/profile.ts';
import { KEY_INDEXES } from '../migrations/replica.ts';
import { type Named, namedOf, searchKeys, tagOf } from '../search/keys.ts';
import type { Db } from './open.ts';
import { firstWord, WordBook } from './wordBook.ts';

/** rid, n, name, code, phone */
type KeyLine = [rid: number, n: number, name: string | null, code: string | null, phone: string | null];

/** The same, written as one text: a call of many parameters costs more than reading them from JSON. */
const WRITE = `INSERT INTO key_row (rid, n, name, code, phone)
  SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4 FROM jsonb_each(?) AS e`;

/**
 * What of new customers is looked at: three names, the numbers that are facts, and the identities. Parsing whole rows
 * would cost more than storing them, because each has facts of other names.
 */
const NEW_NAMES = `SELECT b.rid, b.content ->> '$.facts.name.value', b.content ->> '$.facts.firstName.value',
    b.content ->> '$.facts.lastName.value', b.content ->> '$.facts.loyaltyNumber.value',
    b.content ->> '$.facts.ticket.value', b.content -> '$.identities'
  FROM base AS b NOT INDEXED WHERE b.rid > ? AND b.tbl = 0`;
/** What is looked at there, as paths. */
export const KEYED = `'$.identities', '$.facts.name.value', '$.facts.firstName.value', '$.facts.lastName.value',
  '$.facts.loyaltyNumber.value', '$.facts.ticket.value'`;

/** Of a fact (`f`): whether its name says a bag's tag. */
export const IS_BAG = "f.key GLOB 'bag.*.status'";
const NEW_BAGS = `SELECT json_group_array(b.rid), json_group_array(f.key)
  FROM base AS b NOT INDEXED, jsonb_each(b.content, '$.facts') AS f WHERE b.rid > ? AND b.tbl = 0 AND ${IS_BAG}`;

/**
 * Of a customer's facts (`f`): whether he may be in trouble, as headline.ts takes it. A status of these values, or a
 * second flight, since connections break.
 */
export const TROUBLE = `count(*) FILTER (WHERE f.key LIKE '%.departs') > 1 OR count(*) FILTER (WHERE f.key LIKE '%tatus'
  AND f.value ->> '$.value' IN ('cancelled', 'delayed', 'not loaded', 'open')) > 0`;
const IN_TROUBLE = `SELECT b.rid, json(b.content) FROM base AS b NOT INDEXED
  WHERE b.rid > ? AND b.rid <= ? AND b.tbl = 0 AND (SELECT ${TROUBLE} FROM jsonb_each(b.content, '$.facts') AS f)`;

/** The names of so many new customers are learned at once; of more, when the snapshot has ended. */
const FEW = 50;

/** Rows looked at in one go: a few ms. */
const SLICE = 1_000;

export class KeyBook {
  readonly words: WordBook;
  private readonly db: Db;
  private readonly urgency: (profile: ProfileRow) => number | null;
  private readonly sql;

  /** @param urgency how urgently a customer needs somebody, smaller being more; null: not at all */
  constructor(db: Db, urgency: (profile: ProfileRow) => number | null) {
    this.db = db;
    this.urgency = urgency;
    this.words = new WordBook(db);
    this.sql = {
      of: db
        .prepare<[number], KeyLine>('SELECT rid, n, name, code, phone FROM key_row WHERE rid = ? ORDER BY n')
        .raw(),
      write: db.prepare(WRITE),
      remove: db.prepare('DELETE FROM key_row WHERE rid = ?'),
      goingWords: db
        .prepare<[], string>(
          `SELECT DISTINCT substr(name, 1, instr(name || ' ', ' ') - 1) FROM key_row
           WHERE rid IN (SELECT rid FROM going) AND name IS NOT NULL`,
        )
        .pluck(),
      removeGoing: db.prepare('DELETE FROM key_row WHERE rid IN (SELECT rid FROM going)'),
      calmGoing: db.prepare('DELETE FROM trouble WHERE rid IN (SELECT rid FROM going)'),
      urgencyOf: db.prepare<[number], number>('SELECT urgency FROM trouble WHERE rid = ?').pluck(),
      setUrgency: db.prepare('INSERT OR REPLACE INTO trouble (rid, urgency) VALUES (?, ?)'),
      calm: db.prepare('DELETE FROM trouble WHERE rid = ?'),
      newNames: db.prepare<[number], NewNames>(NEW_NAMES).raw(),
      newBags: db.prepare<[number], string[]>(NEW_BAGS).raw(),
      inTrouble: db.prepare<[number, number], [number, string]>(IN_TROUBLE).raw(),
      content: db
        .prepare<[number], string>('SELECT json(content) FROM base WHERE rid = ? AND tbl = 0')
        .pluck(),
      indexes: db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE tbl_name = 'key_row'").pluck(),
      highest: db.prepare<[], number | null>('SELECT max(rid) FROM base').pluck(),
      searched: db.prepare<[], string>("SELECT value FROM meta WHERE name = 'searchedForTrouble'").pluck(),
      setSearched: db.prepare(
        "INSERT INTO meta (name, value) VALUES ('searchedForTrouble', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
    };
  }

  /** A customer's row has changed. */
  changed(rid: number, profile: ProfileRow): void {
    const whole = isProfile(profile);
    this.setUrgency(rid, whole ? this.urgency(profile) : null);
    const lines = whole ? linesOf(rid, namedOf(profile)) : [];
    const before = this.sql.of.all(rid);
    if (sameLines(before, lines)) return;
    if (before.length > 0) this.sql.remove.run(rid);
    if (lines.length > 0) this.sql.write.run(JSON.stringify(lines));
    const [old, now] = [wordsOf(before), wordsOf(lines)];
    for (const word of now) if (!old.has(word)) this.words.add(word);
    for (const word of old) if (!now.has(word)) this.words.dropUnused(word);
  }

  /** The same for a row whose content is at hand only in the file. */
  reread(rid: number): void {
    const text = this.sql.content.get(rid);
    if (text !== undefined) this.changed(rid, JSON.parse(text) as ProfileRow);
  }

  /**
   * Rows above `rid` are new, and have no entries yet. Who of them is in trouble is looked for later, by `findTrouble`.
   * Returns how many of them are customers.
   */
  added(rid: number): number {
    const customers = this.sql.newNames.all(rid);
    const [carriers = [], bags = []] = this.newBags(rid);
    const lines: KeyLine[] = [];
    let bag = 0;
    for (const found of customers) {
      const [one] = found;
      const named = readNamed(found);
      for (; carriers[bag] === one && bag < carriers.length; bag++)
        named.values.push(['bagTag', tagOf(bags[bag] as string) ?? '']);
      lines.push(...linesOf(one, named));
    }
    if (lines.length > 0) this.sql.write.run(JSON.stringify(lines));
    if (customers.length > FEW) this.words.learnAll();
    else for (const word of wordsOf(lines)) this.words.add(word);
    if (customers.length > 0 && this.searched() > rid) this.sql.setSearched.run(String(rid));
    return customers.length;
  }

  remove(rid: number): void {
    const words = wordsOf(this.sql.of.all(rid));
    this.sql.remove.run(rid);
    this.sql.calm.run(rid);
    for (const word of words) this.words.dropUnused(word);
  }

  /** The same for all rows that are listed in `going`. */
  removeGoing(): void {
    const words = this.sql.goingWords.all();
    this.sql.removeGoing.run();
    this.sql.calmGoing.run();
    for (const word of words) this.words.dropUnused(word);
  }

  /** Everything goes; what comes next is a first snapshot again. */
  clear(): void {
    this.db.exec(`DELETE FROM key_row; DELETE FROM trouble; DROP INDEX IF EXISTS key_name; DROP INDEX IF EXISTS key_code;
      DROP INDEX IF EXISTS key_phone;`);
    this.words.clear();
    this.sql.setSearched.run('0');
  }

  /** The next index that is missing, as the statement that makes it; null when all are there. */
  missingIndex(): string | null {
    const there = new Set(this.sql.indexes.all());
    for (const [name, sql] of KEY_INDEXES) if (!there.has(name)) return sql;
    return null;
  }

  /** Looks through some of the customers that snapshots brought; false once all have been looked at. */
  findTrouble(): boolean {
    const from = this.searched();
    const highest = this.sql.highest.get() ?? 0;
    if (from >= highest) return false;
    const to = Math.min(highest, from + SLICE);
    for (const [rid, text] of this.sql.inTrouble.all(from, to)) {
      const profile = JSON.parse(text) as ProfileRow;
      if (isProfile(profile)) this.setUrgency(rid, this.urgency(profile));
    }
    this.sql.setSearched.run(String(to));
    return true;
  }

  private setUrgency(rid: number, urgency: number | null): void {
    const before = this.sql.urgencyOf.get(rid) ?? null;
    if (urgency === before) return;
    if (urgency === null) this.sql.calm.run(rid);
    else this.sql.setUrgency.run(rid, urgency);
  }

  private searched(): number {
    return Number(this.sql.searched.get() ?? 0);
  }

  /** Those who have bags, and the bags' facts: two lists, in the order of the customers. */
  private newBags(rid: number): unknown[][] {
    return (this.sql.newBags.get(rid) ?? []).map((column) => JSON.parse(column) as unknown[]);
  }
}

/** A row of another shape is found by nothing. */
const isProfile = ({ identities, facts }: Partial<ProfileRow>): boolean =>
  Array.isArray(identities) && typeof facts === 'object' && facts !== null;

/** A row of `NEW_NAMES`: a fact's value may be anything. */
type NewNames = [
  ...[rid: number, name: unknown, firstName: unknown, lastName: unknown],
  ...[loyaltyNumber: unknown, ticket: unknown, identities: string | null],
];

function readNamed([, name, first, last, loyaltyNumber, ticket, identities]: NewNames) {
  const values: [string, string][] = [];
  if (typeof loyaltyNumber === 'string') values.push(['loyaltyNumber', loyaltyNumber]);
  if (typeof ticket === 'string') values.push(['ticket', ticket]);
  addIdentities(values, JSON.parse(identities ?? 'null'));
  return { names: [name, first, last].filter((one) => typeof one === 'string'), values };
}

function addIdentities(values: [string, string][], identities: unknown): void {
  if (!Array.isArray(identities)) return;
  for (const identity of identities as Partial<{ type: unknown; value: unknown } | null>[])
    if (typeof identity?.type === 'string' && typeof identity.value === 'string')
      values.push([identity.type, identity.value]);
}

/** Column by column: the first line has the first of each, and so on. */
function linesOf(rid: number, named: Named): KeyLine[] {
  const { names, codes, phones } = searchKeys(named);
  const lines: KeyLine[] = [];
  const count = Math.max(names.length, codes.length, phones.length);
  for (let n = 0; n < count; n++) lines.push([rid, n, names[n] ?? null, codes[n] ?? null, phones[n] ?? null]);
  return lines;
}

const wordsOf = (lines: readonly KeyLine[]): Set<string> =>
  new Set(lines.flatMap(([, , name]) => (name === null ? [] : firstWord(name))));

const sameLines = (before: readonly KeyLine[], lines: readonly KeyLine[]): boolean =>
  before.length === lines.length &&
  before.every((line, n) => line.every((value, column) => value === lines[n]?.[column]));
