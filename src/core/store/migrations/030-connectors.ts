/**
 * How far each partner's feed has read the event log and how it fares, and the messages that it has not taken; how far each
 * system that is asked has been read. No content.
 */
export const connectors = `
CREATE TABLE feed (
  name TEXT PRIMARY KEY, cursor INTEGER NOT NULL, erasures INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0, delivered_at INTEGER, failures INTEGER NOT NULL DEFAULT 0, error TEXT, error_at INTEGER
) STRICT;
CREATE TABLE feed_message (
  feed TEXT NOT NULL, id TEXT NOT NULL, rid INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
  fire_at INTEGER NOT NULL, error TEXT NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (feed, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_message_due ON feed_message (feed, state, fire_at);
CREATE TABLE pull (
  name TEXT PRIMARY KEY, place TEXT NOT NULL, due INTEGER NOT NULL, taken INTEGER NOT NULL, refused INTEGER NOT NULL,
  failures INTEGER NOT NULL, error TEXT, error_at INTEGER, ended_at INTEGER
) STRICT;
`;
