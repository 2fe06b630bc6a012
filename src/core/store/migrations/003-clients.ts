/** Bookkeeping of sync and commands (protocol.md "State", R6, R7): none of it has a seq of its own. */
export const clients = `
CREATE TABLE client (
  client_id TEXT PRIMARY KEY, subject TEXT NOT NULL, last_mid INTEGER NOT NULL, generation INTEGER NOT NULL,
  seen INTEGER NOT NULL
) STRICT;
CREATE INDEX client_subject ON client (subject, seen);
CREATE TABLE mid (
  client_id TEXT NOT NULL, mid INTEGER NOT NULL, id TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
  detail TEXT, seq INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (client_id, mid)
) STRICT, WITHOUT ROWID;
CREATE INDEX mid_seq ON mid (client_id, seq);
CREATE TABLE command (
  id TEXT PRIMARY KEY, subject TEXT NOT NULL, payload_hash TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
  detail TEXT, seq INTEGER NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE attempt (id TEXT PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE find_grant (
  client_id TEXT NOT NULL, scope TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (client_id, scope)
) STRICT, WITHOUT ROWID;
CREATE TABLE wipe (
  id TEXT NOT NULL, client_id TEXT NOT NULL, subject TEXT NOT NULL, mode TEXT NOT NULL, at INTEGER NOT NULL,
  done INTEGER, pending INTEGER, PRIMARY KEY (id, client_id)
) STRICT;
CREATE TABLE alarm (rid INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;
CREATE TABLE revocation (subject TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE TABLE audit (
  rid INTEGER PRIMARY KEY, at INTEGER NOT NULL, subject TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
`;
