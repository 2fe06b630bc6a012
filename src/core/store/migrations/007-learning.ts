/**
 * Outcomes joined with their decisions in an order to learn in: `joined` counts those whose decision is known, `place` is
 * the kind's place among equal times. The model as of such a count, and every version of what people have set.
 */
export const learning = `
ALTER TABLE decision ADD COLUMN action TEXT;
UPDATE decision SET action = json_extract(json, '$.chosen.action') WHERE json_valid(json);
CREATE INDEX decision_action ON decision (action, at);
CREATE INDEX decision_at ON decision (at);
ALTER TABLE outcome ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outcome ADD COLUMN joined INTEGER;
UPDATE outcome SET joined = rid, place = CASE outcome WHEN 'presented' THEN 0 WHEN 'operator-declined' THEN 1
  WHEN 'customer-declined' THEN 2 WHEN 'positive' THEN 3 WHEN 'complaint' THEN 4 ELSE 5 END;
DROP INDEX outcome_decision;
CREATE UNIQUE INDEX outcome_kind ON outcome (decision, outcome);
CREATE INDEX outcome_joined ON outcome (joined);
CREATE INDEX outcome_order ON outcome (at, decision, place);
CREATE TABLE model (
  one INTEGER PRIMARY KEY CHECK (one = 1), catalogue TEXT NOT NULL, joined INTEGER NOT NULL, in_order INTEGER NOT NULL,
  last TEXT NOT NULL, built INTEGER NOT NULL, moves INTEGER NOT NULL, json TEXT NOT NULL
) STRICT;
CREATE TABLE moved (one INTEGER PRIMARY KEY CHECK (one = 1), times INTEGER NOT NULL) STRICT;
INSERT INTO moved (one, times) VALUES (1, 0);
CREATE TABLE steering (
  version INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL, json TEXT NOT NULL
) STRICT;
`;
