/** Who is found by what: the reading side of `key_row`. keyBook.ts keeps it with the rows. */
import { CODE_LETTERS, type Kind } from '../search/keys.ts';
import type { Db } from './open.ts';
import { WORD_END, WordBook } from './wordBook.ts';

/** A profile by id. */
export type Candidate = {
  id: string;
  /** The numbers of the scopes that hold it. */
  scopes: number[];
  /** Smaller is more urgent, null is calm. */
  urgency: number | null;
};

type Found = [id: string, scopes: string, urgency: number | null];

/** More entries than this need not be counted to know that a word is common. */
const COMMON = 500;
const END = '\u{10ffff}';

export class SearchIndex {
  private readonly words: WordBook;
  private readonly sql;

  constructor(db: Db) {
    this.words = new WordBook(db);
    const range = (sql: string) => db.prepare<[string, string, number], Found>(sql).raw();
    this.sql = {
      byCode: range(`SELECT b.id, b.scopes, t.urgency FROM key_row AS k JOIN base AS b ON b.rid = k.rid
        LEFT JOIN trouble AS t ON t.rid = k.rid WHERE k.code >= ? AND k.code < ? LIMIT ?`),
      byPhone: range(`SELECT b.id, b.scopes, t.urgency FROM key_row AS k JOIN base AS b ON b.rid = k.rid
        LEFT JOIN trouble AS t ON t.rid = k.rid WHERE k.phone >= ? AND k.phone < ? LIMIT ?`),
      byName: range(`SELECT b.id, b.scopes, t.urgency FROM key_row AS k JOIN base AS b ON b.rid = k.rid
        LEFT JOIN trouble AS t ON t.rid = k.rid WHERE k.name >= ? AND k.name < ? LIMIT ?`),
      // Of the first so many who are called so, those whom a scope holds: a small airport in a large replica.
      byNameIn: db
        .prepare<[string, string, number, number, number], Found>(
          `SELECT b.id, b.scopes, t.urgency
           FROM (SELECT rid FROM key_row WHERE name >= ? AND name < ? LIMIT ?) AS k
             JOIN member AS m ON m.scope = ? AND m.rid = k.rid JOIN base AS b ON b.rid = k.rid
             LEFT JOIN trouble AS t ON t.rid = k.rid LIMIT ?`,
        )
        .raw(),
      // The other words are looked for in the entry itself, so that nobody is read who does not fit.
      byNames: db
        .prepare<[string, string, string, number], Found>(
          `SELECT b.id, b.scopes, t.urgency FROM key_row AS k JOIN base AS b ON b.rid = k.rid
             LEFT JOIN trouble AS t ON t.rid = k.rid
           WHERE k.name >= ? AND k.name < ?
             AND NOT EXISTS (SELECT 1 FROM json_each(?) AS w WHERE instr(' ' || k.name, w.value) = 0) LIMIT ?`,
        )
        .raw(),
      names: db
        .prepare<[string, string, number], [...Found, string]>(
          `SELECT b.id, b.scopes, t.urgency, k.name FROM key_row AS k JOIN base AS b ON b.rid = k.rid
             LEFT JOIN trouble AS t ON t.rid = k.rid WHERE k.name >= ? AND k.name < ? LIMIT ?`,
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
  byKey(kind: Kind, prefix: string, limit: number): Candidate[] {
    if (prefix === '') return [];
    if (kind === 'phone') return candidates(this.sql.byPhone.all(prefix, prefix + END, limit));
    const code = CODE_LETTERS[kind] + prefix;
    return candidates(this.sql.byCode.all(code, code + END, limit));
  }

  /** Profiles whose names have words that begin with each of these. */
  byName(words: readonly string[], limit: number): Candidate[] {
    const [first, ...rest] = words;
    if (first === undefined) return [];
    if (rest.length === 0) return candidates(this.sql.byName.all(first, first + END, limit));
    const rarest = this.rarest(words);
    return this.within(rarest, rarest + END, without(words, rarest), limit);
  }

  /** Of the first `among` profiles that have a word with this beginning, those that the scope holds. */
  byNameIn(scope: number, word: string, among: number, limit: number): Candidate[] {
    return candidates(this.sql.byNameIn.all(word, word + END, among, scope, limit));
  }

  /** Profiles that have the whole word in their names, and words that begin with each of the others. */
  byWord(word: string, others: readonly string[], limit: number): Candidate[] {
    return this.within(word, word + WORD_END, others, limit);
  }

  /** Words in somebody's name that differ from this one by one letter. */
  near(word: string): string[] {
    return this.words.near(word).filter((one) => one !== word);
  }

  /** How many have this word in their names, as far as it matters. */
  uses(word: string): number {
    return this.sql.common.get(word, word + WORD_END, COMMON) ?? 0;
  }

  /**
   * Profiles that have words with these beginnings in their names, and another word that `fits`. Null where all the
   * beginnings are too common to look at everybody.
   */
  byOthers(words: readonly string[], fits: (word: string) => boolean, limit: number): Candidate[] | null {
    const rarest = this.rarest(words);
    const named = this.sql.names.all(rarest, rarest + END, COMMON);
    if (named.length >= COMMON) return null;
    const found = named.filter(([, , , name]) => {
      const has = name.split(' ');
      return words.every((word) => has.some((one) => one.startsWith(word))) && has.some(fits);
    });
    return candidates(found.slice(0, limit).map(([id, scopes, urgency]) => [id, scopes, urgency]));
  }

  /** Ids of the most urgent profiles. */
  urgent(limit: number): string[] {
    return this.sql.urgent.all(limit);
  }

  /** The same with a stamp of the row, which is another one when the row is. */
  troubled(limit: number): [id: string, stamp: string][] {
    return this.sql.troubled.all(limit);
  }

  private within(from: string, to: string, others: readonly string[], limit: number): Candidate[] {
    if (others.length === 0) return candidates(this.sql.byName.all(from, to, limit));
    const blanked = JSON.stringify(others.map((word) => ` ${word}`));
    return candidates(this.sql.byNames.all(from, to, blanked, limit));
  }

  /** The word that fewest names have. */
  private rarest(words: readonly string[]): string {
    let best = words[0] as string;
    let least = COMMON;
    for (const word of words) {
      const count = this.sql.common.get(word, word + END, COMMON) ?? 0;
      if (count >= least) continue;
      least = count;
      best = word;
    }
    return best;
  }
}

const without = (words: readonly string[], word: string): string[] => words.filter((one) => one !== word);

/** A person whose name has two words of the same beginning is found once. */
function candidates(found: Found[]): Candidate[] {
  const byId = new Map(found.map(([id, scopes, urgency]) => [id, { id, scopes, urgency }]));
  return [...byId.values()].map((one) => ({ ...one, scopes: JSON.parse(one.scopes) as number[] }));
}
