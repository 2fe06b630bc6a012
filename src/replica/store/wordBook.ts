/**
 * The words that names consist of, and their forms with one letter left out (search/near.ts), so that a mistyped name is
 * found in a million. Both stand in the file: nothing has to be built at the start or kept in memory, and what nobody is
 * called any more is in neither.
 */
import { formsOf, type Slip, slipOf } from '../search/near.ts';
import type { Db } from './open.ts';

/** The first word of a line's name; further words follow it. */
export const firstWord = (name: string): string => {
  const end = name.indexOf(' ');
  return end < 0 ? name : name.slice(0, end);
};

/** The same of `name` in SQL. */
const FIRST_WORD = "substr(name, 1, instr(name || ' ', ' ') - 1)";

/** Greater than a blank and smaller than any letter: `anna!` is behind everybody whose name begins with the word anna. */
export const WORD_END = '!';

/** Words learned in one go: some ms. */
const SLICE = 500;
/** The next words that somebody is called, in their order, each found by the index from the one before. */
const NEXT_WORDS = `WITH RECURSIVE
  next (word) AS (
    SELECT (SELECT ${FIRST_WORD} FROM key_row WHERE name >= ? ORDER BY name LIMIT 1)
    UNION ALL
    SELECT (SELECT ${FIRST_WORD} FROM key_row WHERE name >= word || '${WORD_END}' ORDER BY name LIMIT 1)
    FROM next WHERE word IS NOT NULL)
  SELECT word FROM next WHERE word IS NOT NULL LIMIT ?`;
/** Forms moved in one go: about as long as a part of a snapshot takes. */
const MOVED = 50_000;
const ALL_FORMS = 2 ** 32;
/** Of a word with more than this many forms in common nobody types the right one anyway. */
const MOST_NEAR = 2_000;

const FORGET_LEARNING = "DELETE FROM meta WHERE name IN ('learnedWords', 'movedForms')";

/** A word that somebody is called by, and the slip by which another was typed. */
export type Spelling = { word: string; slip: Slip };

export class WordBook {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      add: db.prepare('INSERT OR IGNORE INTO word (word) VALUES (?)'),
      addForm: db.prepare('INSERT OR IGNORE INTO form (form, word) VALUES (?, ?)'),
      used: db
        .prepare<[string, string], number>('SELECT 1 FROM key_row WHERE name >= ? AND name < ? LIMIT 1')
        .pluck(),
      find: db.prepare<[string], number>('SELECT n FROM word WHERE word = ?').pluck(),
      drop: db.prepare('DELETE FROM word WHERE n = ?'),
      dropForm: db.prepare('DELETE FROM form WHERE form = ? AND word = ?'),
      next: db.prepare<[string, number], string>(NEXT_WORDS).pluck(),
      highest: db.prepare<[], number>('SELECT coalesce(max(n), 0) FROM word').pluck(),
      addAll: db.prepare('INSERT OR IGNORE INTO word (word) SELECT value FROM json_each(?)'),
      above: db.prepare<[number], [number, string]>('SELECT n, word FROM word WHERE n > ?').raw(),
      near: db
        .prepare<[string, number], string>(
          `SELECT DISTINCT w.word FROM json_each(?) AS e JOIN form AS f ON f.form = e.value JOIN word AS w ON w.n = f.word
           LIMIT ?`,
        )
        .pluck(),
      learned: db.prepare<[], string>("SELECT value FROM meta WHERE name = 'learnedWords'").pluck(),
      setLearned: db.prepare(
        "INSERT INTO meta (name, value) VALUES ('learnedWords', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
      relearn: db.prepare("UPDATE meta SET value = '' WHERE name = 'learnedWords'"),
      forget: db.prepare("DELETE FROM meta WHERE name = 'learnedWords'"),
      learn: db.prepare(`INSERT INTO learned (form, word)
        SELECT f.value, w.value ->> 0 FROM json_each(?) AS w, json_each(w.value, '$[1]') AS f`),
      dropLearned: db.prepare('DELETE FROM learned WHERE word = ?'),
      clear: ['DELETE FROM word', 'DELETE FROM form', 'DELETE FROM learned', FORGET_LEARNING].map((sql) =>
        db.prepare(sql),
      ),
      toMove: db.prepare<[], number>('SELECT coalesce(max(rowid), 0) FROM learned').pluck(),
      moved: db.prepare<[], string>("SELECT value FROM meta WHERE name = 'movedForms'").pluck(),
      setMoved: db.prepare(
        "INSERT INTO meta (name, value) VALUES ('movedForms', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
      move: db.prepare(`INSERT OR IGNORE INTO form (form, word)
        SELECT form, word FROM learned WHERE form >= ? AND form < ? ORDER BY form, word`),
      endMove: db.prepare('DELETE FROM learned'),
      forgetMoved: db.prepare("DELETE FROM meta WHERE name = 'movedForms'"),
    };
  }

  add(word: string): void {
    const { changes, lastInsertRowid } = this.sql.add.run(word);
    if (changes > 0) for (const form of formsOf(word)) this.sql.addForm.run(form, lastInsertRowid);
  }

  /** Somebody is not called so any more; the word goes with the last one. */
  dropUnused(word: string): void {
    if (this.sql.used.get(word, word + WORD_END) !== undefined) return;
    const n = this.sql.find.get(word);
    if (n === undefined) return;
    for (const form of formsOf(word)) this.sql.dropForm.run(form, n);
    this.sql.dropLearned.run(n);
    this.sql.drop.run(n);
  }

  /** Words of which one slip makes this one, and itself if somebody is called so. */
  near(word: string): Spelling[] {
    const found = this.sql.near.all(JSON.stringify(formsOf(word)), MOST_NEAR);
    return found.flatMap((meant) => {
      const slip = slipOf(word, meant);
      return slip === null ? [] : { word: meant, slip };
    });
  }

  /** Nobody is here any more: no word stays, nor where learning them stood. */
  clear(): void {
    for (const statement of this.sql.clear) statement.run();
  }

  /** A snapshot has brought many names: they are learned later, all from the beginning. */
  learnAll(): void {
    this.sql.setLearned.run('');
  }

  /** Learning that is under way begins again: the word where it stands may be the name of somebody who was erased. */
  relearn(): void {
    this.sql.relearn.run();
  }

  /**
   * Learns some of the words that are due; false if nothing was. Asks for the index of names. The forms are moved into
   * their order afterwards, a range a turn: one by one in the order of their words they cost four times as much.
   */
  learn(): boolean {
    const learned = this.sql.learned.get();
    if (learned === undefined) return this.move();
    const words = this.sql.next.all(learned, SLICE);
    this.learnWords(words);
    if (words.length === SLICE) this.sql.setLearned.run(words.at(-1) + WORD_END);
    else {
      this.sql.forget.run();
      this.sql.setMoved.run('0');
    }
    return true;
  }

  private learnWords(words: readonly string[]): void {
    const known = this.sql.highest.get() as number;
    this.sql.addAll.run(JSON.stringify(words));
    const added = this.sql.above.all(known).map(([n, word]) => [n, formsOf(word)]);
    this.sql.learn.run(JSON.stringify(added));
  }

  private move(): boolean {
    const moved = this.sql.moved.get();
    if (moved === undefined) return false;
    const from = Number(moved);
    const width = Math.ceil(ALL_FORMS / Math.ceil((this.sql.toMove.get() as number) / MOVED + 1));
    this.sql.move.run(from, from + width);
    if (from + width < ALL_FORMS) this.sql.setMoved.run(`${from + width}`);
    else {
      this.sql.endMove.run();
      this.sql.forgetMoved.run();
    }
    return true;
  }
}
