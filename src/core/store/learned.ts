import type { Steering } from '../../decision/steering.ts';
import type { Db } from './database.ts';
import type { Place } from './decisions.ts';

/** The model as it was last saved, and every version of the steering. */

export type SavedModel = {
  /** The catalogue that it was learned with. */
  catalogue: string;
  /** Outcomes up to this one are in it. */
  joined: number;
  /** It is what a rebuild would give: everything came in the canonical order. */
  inOrder: boolean;
  last: Place;
  /** When it was last built from the log, ms. */
  built: number;
  moves: number;
  json: string;
};

export type SteeringVersion = { version: number; at: number; by: string; note: string; steering: Steering };

export class LearnedStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      model: db.prepare(
        'SELECT catalogue, joined, in_order AS inOrder, last, built, moves, json FROM model WHERE one = 1',
      ),
      saveModel: db.prepare(
        `INSERT OR REPLACE INTO model (one, catalogue, joined, in_order, last, built, moves, json)
         VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      newest: db.prepare('SELECT version, at, by, note, json FROM steering ORDER BY version DESC LIMIT 1'),
      version: db.prepare('SELECT version, at, by, note, json FROM steering WHERE version = ?'),
      versions: db.prepare(
        'SELECT version, at, by, note, json FROM steering WHERE version < ? ORDER BY version DESC LIMIT ?',
      ),
      add: db.prepare('INSERT INTO steering (version, at, by, note, json) VALUES (?, ?, ?, ?, ?)'),
    };
  }

  model(): SavedModel | undefined {
    const row = this.sql.model.get() as
      | (Omit<SavedModel, 'inOrder' | 'last'> & { inOrder: number; last: string })
      | undefined;
    return row && { ...row, inOrder: row.inOrder === 1, last: JSON.parse(row.last) as Place };
  }

  saveModel({ catalogue, joined, inOrder, last, built, moves, json }: SavedModel): void {
    this.sql.saveModel.run(catalogue, joined, inOrder ? 1 : 0, JSON.stringify(last), built, moves, json);
  }

  /** Undefined before anybody has set anything. */
  newest(): SteeringVersion | undefined {
    return read(this.sql.newest.get());
  }

  version(version: number): SteeringVersion | undefined {
    return read(this.sql.version.get(version));
  }

  /** Newest first, below a version. */
  versionsBelow(version: number, limit: number): SteeringVersion[] {
    return this.sql.versions.all(version, limit).flatMap((row) => read(row) ?? []);
  }

  addVersion({ version, at, by, note, steering }: SteeringVersion): void {
    this.sql.add.run(version, at, by, note, JSON.stringify(steering));
  }
}

function read(row: unknown): SteeringVersion | undefined {
  if (row === undefined) return undefined;
  const { json, ...rest } = row as Omit<SteeringVersion, 'steering'> & { json: string };
  return { ...rest, steering: JSON.parse(json) as Steering };
}
