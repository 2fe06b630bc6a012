/** Actions scheduled for later, and how far the planner has read the history. `json` holds what is never asked for. */
export const intents = `
CREATE TABLE intent (
  id TEXT PRIMARY KEY, profile TEXT NOT NULL, dedupe TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, lane INTEGER NOT NULL,
  state TEXT NOT NULL, fire_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, sent_at INTEGER, changed INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX intent_profile ON intent (profile, changed);
CREATE INDEX intent_due ON intent (channel, lane, fire_at) WHERE state IN ('waiting', 'claimed');
CREATE INDEX intent_lapse ON intent (expires_at) WHERE state IN ('waiting', 'held', 'parked');
CREATE INDEX intent_failed ON intent (changed) WHERE state = 'failed';
CREATE TABLE planned (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;
`;
