/**
 * The schema of replica.db. The file is disposable: with another version it is deleted and fetched again, so there is
 * one schema and no way from an older one. Raise the version with every change.
 *
 * `base` stands for the rows of the protocol, `content` being the row in SQLite's JSONB: it is read from the wire's text
 * in one pass and never parsed by us until somebody looks at it. A row whose `stage` is that of an unfinished snapshot is
 * not part of the base yet: so a first snapshot is written once and becomes valid by one small write at its end. A row
 * with a `gen` below the meta's is stale. `member` finds the rows of a scope. `key_row` holds what a customer is found
 * by: names, codes (with the letter of their kind) and phone numbers (backwards), each column a list of its own.
 * `word` and `form` find mistyped names; a number of a word is never given twice. `trouble` orders those who need somebody.
 */
export const REPLICA_VERSION = 6;

export const REPLICA_SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE seen (client_id TEXT PRIMARY KEY, lmid INTEGER NOT NULL) STRICT;
CREATE TABLE scope (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL) STRICT;
CREATE TABLE stage (n INTEGER PRIMARY KEY, scope INTEGER NOT NULL) STRICT;
CREATE TABLE base (
  rid INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL, gen INTEGER NOT NULL,
  stage INTEGER NOT NULL, scopes TEXT NOT NULL, profile TEXT, at TEXT, content BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX base_key ON base (tbl, id);
CREATE INDEX base_of_profile ON base (profile, tbl, at) WHERE profile IS NOT NULL;
CREATE TABLE staged (
  stage INTEGER NOT NULL, tbl INTEGER NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL, profile TEXT, at TEXT,
  content BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX staged_key ON staged (stage, tbl, id);
CREATE TABLE member (scope INTEGER NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (scope, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE key_row (
  rid INTEGER NOT NULL, n INTEGER NOT NULL, name TEXT, code TEXT, phone TEXT, PRIMARY KEY (rid, n)) STRICT, WITHOUT ROWID;
CREATE TABLE word (n INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE form (form INTEGER NOT NULL, word INTEGER NOT NULL, PRIMARY KEY (form, word)) STRICT, WITHOUT ROWID;
CREATE TABLE trouble (rid INTEGER PRIMARY KEY, urgency INTEGER NOT NULL) STRICT;
CREATE INDEX trouble_order ON trouble (urgency);
`;

/**
 * The indexes of `key_row`, by name. They are made when the first snapshot has ended: afterwards in one pass they cost a
 * tenth of what they cost row by row. Until then a search reads the whole table, which works, and is slower.
 */
export const KEY_INDEXES: ReadonlyMap<string, string> = new Map([
  ['key_name', 'CREATE INDEX key_name ON key_row (name) WHERE name IS NOT NULL'],
  ['key_code', 'CREATE INDEX key_code ON key_row (code) WHERE code IS NOT NULL'],
  ['key_phone', 'CREATE INDEX key_phone ON key_row (phone) WHERE phone IS NOT NULL'],
]);
