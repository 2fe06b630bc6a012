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
/** Words whose forms are made in one go, and forms written in one: as long as a part of a snapshot takes. */
const MADE = 4_000;
const WRITTEN = 20_000;
/** Of these so many a statement: numbers are bound at half the cost of reading them from JSON. */
const AT_ONCE = 100;
const PAIRS = Array(AT_ONCE).fill('(?, ?)').join();
/** A form and the number of its word as one number, in the order of the forms. */
const WORDS = 2 ** 21;
/** Of a word with more than this many forms in common nobody types the right one anyway. */
const MOST_NEAR = 2_000;

const FORGET_LEARNING = "DELETE FROM meta WHERE name IN ('learnedWords', 'formedWords', 'writtenForms')";

/** A word that somebody is called by, and the slip by which another was typed. */
export type Spelling = { word: string; slip: Slip };

/** Forms of the words above the number `after`, up to that of the word `made`; in their order once all are made. */
type Forms = { after: number; made: number; list: Float64Array; count: number; sorted: boolean };

export class WordBook {
  private readonly sql;
  /** On their way into the file: made anew where this process did not make them. */
  private forms: Forms | null = null;

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
      between: db
        .prepare<[number, number, number], [number, string]>(
          'SELECT n, word FROM word WHERE n > ? AND n < ? ORDER BY n LIMIT ?',
        )
        .raw(),
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
      clear: ['DELETE FROM word', 'DELETE FROM form', FORGET_LEARNING].map((sql) => db.prepare(sql)),
      // Up to this word all have their forms.
      formed: db.prepare<[], string>("SELECT value FROM meta WHERE name = 'formedWords'").pluck(),
      setFormed: db.prepare(
        "INSERT INTO meta (name, value) VALUES ('formedWords', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
      written: db.prepare<[], string>("SELECT value FROM meta WHERE name = 'writtenForms'").pluck(),
      setWritten: db.prepare(
        "INSERT INTO meta (name, value) VALUES ('writtenForms', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      ),
      addForms: db.prepare(`INSERT OR IGNORE INTO form (form, word) VALUES ${PAIRS}`),
      forgetWritten: db.prepare("DELETE FROM meta WHERE name = 'writtenForms'"),
    };
  }

  /** After a rollback nothing in memory counts. */
  reload(): void {
    this.forms = null;
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
    this.sql.drop.run(n);
    const { forms } = this;
    if (forms === null) return;
    for (let i = 0; i < forms.count; i++)
      if (forms.after + ((forms.list[i] as number) % WORDS) === n) forms.list[i] = 0;
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
    this.forms = null;
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
   * Learns some of the words that are due; false if nothing was. Asks for the index of names. The forms of all new words
   * are written in their own order: one by one in the order of their words they cost four times as much.
   */
  learn(): boolean {
    const learned = this.sql.learned.get();
    if (learned === undefined) return this.form();
    const words = this.sql.next.all(learned, SLICE);
    this.sql.addAll.run(JSON.stringify(words));
    if (words.length === SLICE) this.sql.setLearned.run(words.at(-1) + WORD_END);
    else {
      this.sql.forget.run();
      this.sql.setWritten.run('0');
      this.forms = null;
    }
    return true;
  }

  private form(): boolean {
    const written = this.sql.written.get();
    if (written === undefined) return false;
    if (this.forms === null) {
      const after = Number(this.sql.formed.get() ?? 0);
      this.forms = { after, made: after, list: new Float64Array(2 ** 16), count: 0, sorted: false };
      this.sql.setWritten.run('0');
    } else if (!this.forms.sorted) this.make(this.forms);
    else this.write(this.forms, Number(written));
    return true;
  }

  private make(forms: Forms): void {
    const { after } = forms;
    const words = this.sql.between.all(forms.made, after + WORDS, MADE);
    for (const [n, word] of words) {
      for (const form of formsOf(word)) push(forms, form * WORDS + (n - after));
      forms.made = n;
    }
    if (words.length === MADE) return;
    forms.list = forms.list.subarray(0, forms.count).sort();
    forms.sorted = true;
  }

  private write({ after, list }: Forms, from: number): void {
    const to = from + WRITTEN;
    for (let at = from; at < Math.min(to, list.length); at += AT_ONCE)
      this.addForms(after, list.subarray(at, Math.min(to, at + AT_ONCE)));
    this.sql.setWritten.run(`${to}`);
    if (to < list.length) return;
    this.forms = null;
    const highest = this.sql.highest.get() as number;
    const formed = Math.min(highest, after + WORDS - 1);
    this.sql.setFormed.run(`${formed}`);
    if (formed === highest) this.sql.forgetWritten.run();
  }

  private addForms(after: number, list: Float64Array): void {
    const pairs: number[] = [];
    for (const value of list) if (value > 0) pairs.push(Math.floor(value / WORDS), after + (value % WORDS));
    if (pairs.length === 2 * AT_ONCE) this.sql.addForms.run(pairs);
    else for (let i = 0; i < pairs.length; i += 2) this.sql.addForm.run(pairs[i], pairs[i + 1]);
  }
}

function push(forms: Forms, value: number): void {
  if (forms.count === forms.list.length) {
    const longer = new Float64Array(2 * forms.count);
    longer.set(forms.list);
    forms.list = longer;
  }
  forms.list[forms.count++] = value;
}
