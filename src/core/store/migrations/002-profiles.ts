/** What the fold keeps: the event log, who is one with whom, the state behind each profile row, flights, contacts. */
export const profiles = `
CREATE TABLE event_log (
  rid INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, at INTEGER NOT NULL,
  user_id TEXT, kind TEXT NOT NULL, received INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE INDEX event_log_owner ON event_log (owner, at, message_id);
CREATE TABLE identity (
  iid INTEGER PRIMARY KEY, type TEXT NOT NULL, value TEXT NOT NULL, component INTEGER NOT NULL,
  claim_user TEXT, claim_at INTEGER, claim_message TEXT, owner TEXT NOT NULL, UNIQUE (type, value)
) STRICT;
CREATE INDEX identity_component ON identity (component);
CREATE INDEX identity_owner ON identity (owner);
CREATE TABLE identity_event (
  iid INTEGER NOT NULL, event_rid INTEGER NOT NULL, PRIMARY KEY (iid, event_rid)
) STRICT, WITHOUT ROWID;
CREATE TABLE claimant (
  iid INTEGER NOT NULL, user_id TEXT NOT NULL, at INTEGER NOT NULL, message_id TEXT NOT NULL,
  PRIMARY KEY (iid, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claimant_user ON claimant (user_id);
CREATE TABLE finder (
  type TEXT NOT NULL, value TEXT NOT NULL, profile TEXT NOT NULL, PRIMARY KEY (type, value, profile)
) STRICT, WITHOUT ROWID;
CREATE INDEX finder_profile ON finder (profile);
CREATE TABLE profile (
  id TEXT PRIMARY KEY, born INTEGER NOT NULL, user_id TEXT UNIQUE, state TEXT NOT NULL, timeline TEXT NOT NULL,
  due INTEGER
) STRICT;
CREATE INDEX profile_due ON profile (due) WHERE due IS NOT NULL;
CREATE TABLE redirect (lost TEXT PRIMARY KEY, survivor TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX redirect_survivor ON redirect (survivor);
CREATE TABLE flight (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
CREATE TABLE flight_profile (
  key TEXT NOT NULL, profile TEXT NOT NULL, active INTEGER NOT NULL, PRIMARY KEY (key, profile)
) STRICT, WITHOUT ROWID;
CREATE INDEX flight_profile_profile ON flight_profile (profile);
CREATE TABLE contact (
  id TEXT PRIMARY KEY, profile TEXT, json TEXT NOT NULL, open INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_profile ON contact (profile, open);
CREATE TABLE opened (
  profile TEXT NOT NULL, station TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (profile, station)
) STRICT, WITHOUT ROWID;
CREATE TABLE rejected (
  rid INTEGER PRIMARY KEY, at INTEGER NOT NULL, message_id TEXT, code TEXT NOT NULL, message TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX rejected_at ON rejected (at);
CREATE TABLE decision (
  id TEXT PRIMARY KEY, profile TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE TABLE outcome (
  rid INTEGER PRIMARY KEY, decision TEXT NOT NULL, outcome TEXT NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE INDEX outcome_decision ON outcome (decision);
`;
