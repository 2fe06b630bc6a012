import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate } from './database.ts';
import { DecisionStore, type StoredDecision } from './decisions.ts';

it('[D34] pages go back through the decisions, each once, also where many are of one moment', () => {
  const db = new Database(':memory:');
  migrate(db);
  const store = new DecisionStore(db);
  const at = [3, 1, 3, 2, 3, 3];
  for (const [i, time] of at.entries()) store.add({ id: `d${i}`, profile: 'P', at: time, json: '{}' });
  const found: StoredDecision[] = [];
  for (let page = store.before(undefined, 2); page.length > 0; page = store.before(page.at(-1), 2))
    found.push(...page);
  expect(found.map((one) => [one.at, one.id])).toEqual([
    [3, 'd5'],
    [3, 'd4'],
    [3, 'd2'],
    [3, 'd0'],
    [2, 'd3'],
    [1, 'd1'],
  ]);
});
