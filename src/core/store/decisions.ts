import type { Db } from './database.ts';

/** Decision records and what became of them, joined by the decision's id. */

export type StoredDecision = { id: string; profile: string; at: number; json: string };

export class DecisionStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      add: db.prepare('INSERT OR IGNORE INTO decision (id, profile, at, json) VALUES (?, ?, ?, ?)'),
      get: db.prepare('SELECT id, profile, at, json FROM decision WHERE id = ?'),
      addOutcome: db.prepare('INSERT INTO outcome (decision, outcome, at, json) VALUES (?, ?, ?, ?)'),
      hasOutcome: db.prepare('SELECT 1 FROM outcome WHERE decision = ? AND outcome = ?'),
    };
  }

  add({ id, profile, at, json }: StoredDecision): void {
    this.sql.add.run(id, profile, at, json);
  }

  get(id: string): StoredDecision | undefined {
    return this.sql.get.get(id) as StoredDecision | undefined;
  }

  /** False if this outcome of the decision was there already. */
  addOutcome(decision: string, outcome: string, at: number, json: string): boolean {
    if (this.sql.hasOutcome.get(decision, outcome)) return false;
    this.sql.addOutcome.run(decision, outcome, at, json);
    return true;
  }
}
