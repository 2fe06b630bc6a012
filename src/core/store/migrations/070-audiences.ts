/**
 * Audiences for tools outside: by which rule and how far each has been worked out (`scan`: the customer up to whom all are being
 * looked at, null when that is done), and who is in.
 */
export const audiences = `
CREATE TABLE audience (
  name TEXT PRIMARY KEY, rule TEXT NOT NULL, epoch TEXT NOT NULL, cursor INTEGER NOT NULL, scan TEXT,
  entered INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE audience_member (
  audience TEXT NOT NULL, profile TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (audience, profile)
) STRICT, WITHOUT ROWID;
CREATE INDEX audience_member_profile ON audience_member (profile);
`;
