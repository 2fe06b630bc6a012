/** What an operator has begun to write and not given yet, so that a crash takes none of it. */
export const sql = `
CREATE TABLE draft (key TEXT PRIMARY KEY, at TEXT NOT NULL, json TEXT NOT NULL) STRICT;
`;
