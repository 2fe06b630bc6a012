/**
 * The first format of outbox.db. It is additive for ever: an entry's JSON only gains members, tables and columns are
 * never renamed or removed, so that an update can never lose what an operator typed.
 */
export const sql = `
CREATE TABLE me (
  one INTEGER PRIMARY KEY CHECK (one = 1), client_id TEXT NOT NULL, epoch TEXT NOT NULL,
  next_mid INTEGER NOT NULL, lmid_ack INTEGER NOT NULL) STRICT;
CREATE TABLE pending (id TEXT PRIMARY KEY, ord INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE settled (id TEXT PRIMARY KEY, at TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE undone (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
CREATE TABLE conflict (id TEXT PRIMARY KEY, at TEXT NOT NULL, json TEXT NOT NULL) STRICT;
`;
