/** Who is found by what: the reading side of `key_row`. keyBook.ts keeps it with the rows. */
import { CODE_LETTERS, type Kind } from '../search/keys.ts';
import type { Db } from './open.ts';

/** A profile by id, with the numbers of the scopes that hold it. */
export type Candidate = { id: string; scopes: number[] };

type Found = [id: string, scopes: string];

/** More entries than this need not be counted to know that a word is common. */
const COMMON = 500;
const END = '\u{10ffff}';

export class SearchIndex {
  private readonly sql;

  constructor(db: Db) {
    const prefix = (sql: string) => db.prepare<[string, string, number], Found>(sql).raw();
    this.sql = {
      byCode: prefix(`SELECT b.id, b.scopes FROM key_row AS k JOIN base AS b ON b.rid = k.rid
        WHERE k.code >= ? AND k.code < ? LIMIT ?`),
      byPhone: prefix(`SELECT b.id, b.scopes FROM key_row AS k JOIN base AS b ON b.rid = k.rid
        WHERE k.phone >= ? AND k.phone < ? LIMIT ?`),
      byName: prefix(`SELECT b.id, b.scopes FROM key_row AS k JOIN base AS b ON b.rid = k.rid
        WHERE k.name >= ? AND k.name < ? LIMIT ?`),
      // The other words are looked for in the entry itself, so that nobody is read who does not fit.
      byNames: db
        .prepare<[string, string, string, number], Found>(
          `SELECT b.id, b.scopes FROM key_row AS k JOIN base AS b ON b.rid = k.rid
           WHERE k.name >= ? AND k.name < ?
             AND NOT EXISTS (SELECT 1 FROM json_each(?) AS w WHERE instr(' ' || k.name, w.value) = 0) LIMIT ?`,
        )
        .raw(),
      common: db
        .prepare<[string, string, number], number>(
          'SELECT count(*) FROM (SELECT 1 FROM key_row WHERE name >= ? AND name < ? LIMIT ?)',
        )
        .pluck(),
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
    const others = words.filter((word) => word !== rarest).map((word) => ` ${word}`);
    return candidates(this.sql.byNames.all(rarest, rarest + END, JSON.stringify(others), limit));
  }

  /** Ids of the most urgent profiles. */
  urgent(limit: number): string[] {
    return this.sql.urgent.all(limit);
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

/** A person whose name has two words of the same beginning is found once. */
function candidates(found: Found[]): Candidate[] {
  const byId = new Map(found);
  return [...byId].map(([id, scopes]) => ({ id, scopes: JSON.parse(scopes) as number[] }));
}
