/**
 * Services that score customers: by which contract each is asked and how far that is (`scan`: the customer up to whom all are being asked
 * about, null when that is done; `cursor`: the seq up to which changes are), and how it goes.
 */
export const scorers = `
CREATE TABLE scorer (
  name TEXT PRIMARY KEY, rule TEXT NOT NULL, epoch TEXT NOT NULL, cursor INTEGER NOT NULL, scan TEXT,
  asked INTEGER NOT NULL DEFAULT 0, written INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0, error TEXT, error_at INTEGER, scored_at INTEGER
) STRICT;
`;
