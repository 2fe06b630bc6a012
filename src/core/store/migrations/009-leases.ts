/** Which node does what must be done once: the last word is the row, read inside of the unit that does it. */
export const leases = `
CREATE TABLE lease (name TEXT PRIMARY KEY, node TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
`;
