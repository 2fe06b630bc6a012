/**
 * Which node does what must be done once: the last word is the row, read inside of the unit that does it. And the order in
 * which contacts began, which a node's image cannot tell from the order of its rows.
 */
export const leases = `
CREATE TABLE lease (name TEXT PRIMARY KEY, node TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE INDEX contact_since ON contact (json_extract(json, '$.since'));
`;
