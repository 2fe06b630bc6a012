/** The history (head, commits, changes), the current rows with their scopes, and the store's secrets. */
export const log = `
CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, seq INTEGER NOT NULL, chain TEXT NOT NULL,
  floor INTEGER NOT NULL
) STRICT;
CREATE TABLE commit_log (seq INTEGER PRIMARY KEY, chain TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE change_log (
  seq INTEGER NOT NULL, tbl INTEGER NOT NULL, id TEXT NOT NULL, scopes_before TEXT NOT NULL,
  v_before INTEGER NOT NULL, hidden INTEGER NOT NULL, PRIMARY KEY (seq, tbl, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_log_profile ON change_log (id) WHERE tbl = 0;
CREATE TABLE row (
  rid INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL, json TEXT NOT NULL,
  scopes TEXT NOT NULL, UNIQUE (tbl, id)
) STRICT;
CREATE TABLE row_scope (
  scope TEXT NOT NULL, tbl INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (scope, tbl, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE write_key (hash TEXT PRIMARY KEY, label TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
`;
