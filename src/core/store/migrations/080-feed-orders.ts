/**
 * What a person has ordered for all dead letters of a feed at once: the order stands here while the feed works it off, and afterwards
 * as its report. `ordered`: the order that took a message up last.
 */
export const feedOrders = `
CREATE TABLE feed_order (
  feed TEXT PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, reason TEXT, total INTEGER NOT NULL
) STRICT;
ALTER TABLE feed_message ADD COLUMN ordered INTEGER NOT NULL DEFAULT 0;
`;
