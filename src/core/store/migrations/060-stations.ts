/**
 * Stations that sign in by a key of their own. `code` is the hash of an enrolment that waits, `public_key` what came of
 * it; `grants` a JSON list; times are ms.
 */
export const stations = `
CREATE TABLE station (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, grants TEXT NOT NULL, code TEXT, code_until INTEGER,
  public_key TEXT, enrolled INTEGER, revoked INTEGER, changed INTEGER NOT NULL
) STRICT;
`;
