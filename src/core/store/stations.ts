import type { Role } from '../../domain/role.ts';
import type { Db } from './database.ts';

/** Stations that sign in by themselves. Writes stand in a unit like all others. Times are ms. */

export type Station = {
  id: string;
  name: string;
  role: Role;
  grants: string[];
  /** Until when an enrolment waits; null where none does. */
  codeUntil: number | null;
  /** Ed25519, as SPKI in base64; null before it was enrolled. */
  publicKey: string | null;
  enrolled: number | null;
  revoked: number | null;
};
type Raw = Omit<Station, 'grants'> & { grants: string };

const COLUMNS = 'id, name, role, grants, code_until AS codeUntil, public_key AS publicKey, enrolled, revoked';
const stationOf = (raw: Raw): Station => ({ ...raw, grants: JSON.parse(raw.grants) as string[] });

/** Whom tokens, audit and revocation name. */
export const stationSubject = (id: string): string => `station:${id}`;

export class StationStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      list: db.prepare(`SELECT ${COLUMNS} FROM station ORDER BY name, id`),
      find: db.prepare(`SELECT ${COLUMNS} FROM station WHERE id = ?`),
      waiting: db.prepare(`SELECT ${COLUMNS} FROM station WHERE code = ? AND code_until > ?`),
      add: db.prepare(
        'INSERT INTO station (id, name, role, grants, code, code_until, changed) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      await: db.prepare('UPDATE station SET code = ?, code_until = ?, changed = ? WHERE id = ?'),
      enrol: db.prepare(
        `UPDATE station SET public_key = ?, enrolled = ?, revoked = NULL, code = NULL, code_until = NULL, changed = ?
          WHERE id = ?`,
      ),
      rename: db.prepare('UPDATE station SET name = ?, changed = ? WHERE id = ?'),
      revoke: db.prepare(
        'UPDATE station SET revoked = ?, code = NULL, code_until = NULL, changed = ? WHERE id = ?',
      ),
    };
  }

  list(): Station[] {
    return (this.sql.list.all() as Raw[]).map(stationOf);
  }

  find(id: string): Station | undefined {
    const raw = this.sql.find.get(id) as Raw | undefined;
    return raw && stationOf(raw);
  }

  /** Whose enrolment this hash of a code is, if it still waits. */
  waiting(codeHash: string, now: number): Station | undefined {
    const raw = this.sql.waiting.get(codeHash, now) as Raw | undefined;
    return raw && stationOf(raw);
  }

  add(
    { id, name, role, grants }: Pick<Station, 'id' | 'name' | 'role' | 'grants'>,
    codeHash: string,
    until: number,
    at: number,
  ): void {
    this.sql.add.run(id, name, role, JSON.stringify(grants), codeHash, until, at);
  }

  /** A new code for a station that is there: it takes the place of one that waits. */
  awaitAnew(id: string, codeHash: string, until: number, at: number): void {
    this.sql.await.run(codeHash, until, at, id);
  }

  enrol(id: string, publicKey: string, at: number): void {
    this.sql.enrol.run(publicKey, at, at, id);
  }

  rename(id: string, name: string, at: number): void {
    this.sql.rename.run(name, at, id);
  }

  revoke(id: string, at: number): void {
    this.sql.revoke.run(at, at, id);
  }
}
