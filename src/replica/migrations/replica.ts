/**
 * The schema of replica.db. The file is disposable: with another version it is deleted and fetched again, so there is
 * one schema and no way from an older one. Raise the version with every change.
 *
 * `base` stands for the rows of the protocol. A row whose `stage` is that of an unfinished snapshot is not part of the
 * base yet: so a first snapshot is written once and becomes valid by one small write at its end. A row with a `gen`
 * below the meta's is stale. `member` finds the rows of a scope; `unindexed` lists rows whose search entries are due.
 */
export const REPLICA_VERSION = 2;

export const REPLICA_SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE seen (client_id TEXT PRIMARY KEY, lmid INTEGER NOT NULL) STRICT;
CREATE TABLE scope (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL) STRICT;
CREATE TABLE stage (n INTEGER PRIMARY KEY, scope INTEGER NOT NULL) STRICT;
CREATE TABLE base (
  rid INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL, gen INTEGER NOT NULL,
  stage INTEGER NOT NULL, scopes TEXT NOT NULL, profile TEXT, at TEXT, json TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX base_key ON base (tbl, id);
CREATE INDEX base_of_profile ON base (profile, tbl, at) WHERE profile IS NOT NULL;
CREATE TABLE staged (
  stage INTEGER NOT NULL, tbl INTEGER NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX staged_key ON staged (stage, tbl, id);
CREATE TABLE member (scope INTEGER NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (scope, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE unindexed (rid INTEGER PRIMARY KEY) STRICT;
CREATE TABLE indexed (rid INTEGER PRIMARY KEY, names TEXT NOT NULL, keys TEXT NOT NULL, urgency INTEGER) STRICT;
CREATE INDEX indexed_urgent ON indexed (urgency) WHERE urgency IS NOT NULL;
CREATE TABLE lookup (kind INTEGER NOT NULL, key TEXT NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (kind, key, rid))
  STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE name_words USING fts5 (
  names, content='', contentless_delete=1, detail=none, prefix='2 3',
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'");
`;
