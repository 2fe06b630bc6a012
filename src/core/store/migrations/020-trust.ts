/**
 * The audit as a chain of hashes over payloads that can be taken away without breaking it; erasures of customers with
 * what consoles owe for them, and up to which of them this file was rewritten; and whose the details of refused commands are.
 */
export const trust = `
CREATE TABLE audit_entry (
  n INTEGER PRIMARY KEY, at INTEGER NOT NULL, subject TEXT NOT NULL, what TEXT NOT NULL, digest TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_entry_at ON audit_entry (at);
CREATE TABLE audit_payload (n INTEGER PRIMARY KEY, salt TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
CREATE TABLE audit_customer (
  customer TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (customer, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit_head (
  one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL, hash TEXT NOT NULL, cut INTEGER NOT NULL,
  cut_hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (one, n, hash, cut, cut_hash) VALUES (1, 0, '', 0, '');
CREATE TABLE erasure (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, seq INTEGER NOT NULL,
  profiles TEXT NOT NULL, counts TEXT NOT NULL
) STRICT;
CREATE TABLE swept (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
INSERT INTO swept (one, seq) VALUES (1, 0);
CREATE INDEX erasure_seq ON erasure (seq);
CREATE TABLE erased_message (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE detailed_command (id TEXT PRIMARY KEY, profile TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX detailed_command_profile ON detailed_command (profile);
CREATE INDEX decision_profile ON decision (profile);
ALTER TABLE wipe ADD COLUMN profiles TEXT;
`;
