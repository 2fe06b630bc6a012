/** Who is found by what: the reading side of `key_row`. keyBook.ts keeps it with the rows. */
import type { Statement } from 'better-sqlite3';
import { memo } from '../../domain/memo.ts';
import { CODE_LETTERS, type Kind } from '../search/keys.ts';
import { SLIP_WEIGHT } from '../search/near.ts';
import type { Db } from './open.ts';
import { WORD_END, WordBook } from './wordBook.ts';

/** A profile by the number of its row: whoever is not shown is not read, only what orders him. */
export type Candidate = {
  rid: number;
  /** The scope that was asked for holds it. */
  expectedHere: boolean;
  /** Smaller is more urgent, null is calm. */
  urgency: number | null;
};

/** The number of the scope of who is expected at this station; null while it is not known. */
export type Here = number | null;

type Found = [rid: number, expectedHere: number, urgency: number | null];

/** What orders a candidate (`k`): whether the scope that is a parameter holds him, and how urgently he needs somebody. */
const CANDIDATE = `SELECT k.rid, m.rid IS NOT NULL, t.urgency`;
const ORDERED = `LEFT JOIN member AS m ON m.scope = ? AND m.rid = k.rid LEFT JOIN trouble AS t ON t.rid = k.rid`;

/** More entries than this need not be counted to know that a word is common. */
const COMMON = 500;
/** Of a mistyped word's spellings: this many are called so, or more. */
const MANY = 200;
/** Prepared for so many numbers of words at once. */
const MOST_STATEMENTS = 16;
const END = '\u{10ffff}';

export class SearchIndex {
  private readonly words: WordBook;
  private readonly byNames: (others: number) => Statement<unknown[], Found>;
  private readonly sql;

  constructor(db: Db) {
    this.words = new WordBook(db);
    const range = (column: string) =>
      db
        .prepare<[Here, string, string, number], Found>(
          `${CANDIDATE} FROM key_row AS k ${ORDERED} WHERE k.${column} >= ? AND k.${column} < ? LIMIT ?`,
        )
        .raw();
    // The other words are looked for in the entry itself, so that nobody is read who does not fit.
    this.byNames = memo((others: number) => {
      const has = " AND instr(' ' || k.name, ?) > 0".repeat(others);
      return db
        .prepare<unknown[], Found>(
          `${CANDIDATE} FROM key_row AS k ${ORDERED} WHERE k.name >= ? AND k.name < ?${has} LIMIT ?`,
        )
        .raw();
    }, MOST_STATEMENTS);
    this.sql = {
      byCode: range('code'),
      byPhone: range('phone'),
      byName: range('name'),
      // Of the first so many who are called so, those whom a scope holds: a small airport in a large replica.
      byNameIn: db
        .prepare<[string, string, number, number, number], Found>(
          `SELECT k.rid, 1, t.urgency
           FROM (SELECT rid FROM key_row WHERE name >= ? AND name < ? LIMIT ?) AS k
             JOIN member AS m ON m.scope = ? AND m.rid = k.rid LEFT JOIN trouble AS t ON t.rid = k.rid LIMIT ?`,
        )
        .raw(),
      names: db
        .prepare<[string, string, number], [rid: number, name: string]>(
          'SELECT rid, name FROM key_row WHERE name >= ? AND name < ? LIMIT ?',
        )
        .raw(),
      these: db
        .prepare<[rids: string, Here], Found>(
          `${CANDIDATE} FROM (SELECT value AS rid FROM json_each(?)) AS k ${ORDERED}`,
        )
        .raw(),
      common: db
        .prepare<[string, string, number], number>(
          'SELECT count(*) FROM (SELECT 1 FROM key_row WHERE name >= ? AND name < ? LIMIT ?)',
        )
        .pluck(),
      troubled: db
        .prepare<[number], [id: string, stamp: string]>(
          `SELECT b.id, b.gen || '/' || b.v FROM trouble AS t JOIN base AS b ON b.rid = t.rid
           ORDER BY t.urgency LIMIT ?`,
        )
        .raw(),
      urgent: db
        .prepare<[number], string>(
          'SELECT b.id FROM trouble AS t JOIN base AS b ON b.rid = t.rid ORDER BY t.urgency LIMIT ?',
        )
        .pluck(),
    };
  }

  /** Profiles with a key of this kind that begins with `prefix`. */
  byKey(here: Here, kind: Kind, prefix: string, limit: number): Candidate[] {
    if (prefix === '') return [];
    if (kind === 'phone') return candidates(this.sql.byPhone.all(here, prefix, prefix + END, limit));
    const code = CODE_LETTERS[kind] + prefix;
    return candidates(this.sql.byCode.all(here, code, code + END, limit));
  }

  /** Profiles whose names have words that begin with each of these. */
  byName(here: Here, words: readonly string[], limit: number): Candidate[] {
    const [first, ...rest] = words;
    if (first === undefined) return [];
    if (rest.length === 0) return candidates(this.sql.byName.all(here, first, first + END, limit));
    const { word } = this.rarest(words);
    return this.within(here, word, word + END, without(words, word), limit);
  }

  /** Of the first `among` profiles that have a word with this beginning, those that the scope holds. */
  byNameIn(scope: number, word: string, among: number, limit: number): Candidate[] {
    return candidates(this.sql.byNameIn.all(word, word + END, among, scope, limit));
  }

  /** Profiles that have the whole word in their names, and words that begin with each of the others. */
  byWord(here: Here, word: string, others: readonly string[], limit: number): Candidate[] {
    return this.within(here, word, word + WORD_END, others, limit);
  }

  /** Words in somebody's name of which one slip makes this one, the likeliest first: by the slip, and by who is called so. */
  near(word: string): string[] {
    return this.words
      .near(word)
      .filter(({ slip }) => slip !== 'none')
      .map(({ word: meant, slip }) => ({ meant, weight: SLIP_WEIGHT[slip] * this.uses(meant) }))
      .sort((a, b) => b.weight - a.weight)
      .map(({ meant }) => meant);
  }

  /** How many have this word in their names, as far as it matters. */
  private uses(word: string): number {
    return this.sql.common.get(word, word + WORD_END, MANY) ?? 0;
  }

  /**
   * Profiles that have words with these beginnings in their names, and another word that `fits`. Null where all the
   * beginnings are too common to look at everybody.
   */
  byOthers(
    here: Here,
    words: readonly string[],
    fits: (word: string) => boolean,
    limit: number,
  ): Candidate[] | null {
    const { word: rarest, count } = this.rarest(words);
    if (count >= COMMON) return null;
    const named = this.sql.names.all(rarest, rarest + END, COMMON);
    const found = named.filter(([, name]) => {
      const has = name.split(' ');
      return words.every((word) => has.some((one) => one.startsWith(word))) && has.some(fits);
    });
    const rids = found.slice(0, limit).map(([rid]) => rid);
    return rids.length === 0 ? [] : candidates(this.sql.these.all(JSON.stringify(rids), here));
  }

  /** Ids of the most urgent profiles. */
  urgent(limit: number): string[] {
    return this.sql.urgent.all(limit);
  }

  /** The same with a stamp of the row, which is another one when the row is. */
  troubled(limit: number): [id: string, stamp: string][] {
    return this.sql.troubled.all(limit);
  }

  private within(
    here: Here,
    from: string,
    to: string,
    others: readonly string[],
    limit: number,
  ): Candidate[] {
    if (others.length === 0) return candidates(this.sql.byName.all(here, from, to, limit));
    const blanked = others.map((word) => ` ${word}`);
    return candidates(this.byNames(others.length).all(here, from, to, ...blanked, limit));
  }

  /** The word that fewest names have, and how many, as far as it matters. */
  private rarest(words: readonly string[]): { word: string; count: number } {
    let best = { word: words[0] as string, count: COMMON };
    for (const word of words) {
      const count = this.sql.common.get(word, word + END, best.count) ?? 0;
      if (count < best.count) best = { word, count };
    }
    return best;
  }
}

const without = (words: readonly string[], word: string): string[] => words.filter((one) => one !== word);

/** A person whose name has two words of the same beginning is found once. */
function candidates(found: Found[]): Candidate[] {
  const byRid = new Map<number, Candidate>();
  for (const [rid, expectedHere, urgency] of found)
    if (!byRid.has(rid)) byRid.set(rid, { rid, expectedHere: expectedHere === 1, urgency });
  return [...byRid.values()];
}
