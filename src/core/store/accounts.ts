import type { Role } from '../../domain/role.ts';
import type { Db } from './database.ts';

/** Local accounts. Writes stand in a unit like all others. Times are ms. */

export type Account = {
  name: string;
  role: Role;
  grants: string[];
  disabled: number | null;
  changed: number;
};
type Raw = Omit<Account, 'grants'> & { grants: string };

const accountOf = (raw: Raw): Account => ({ ...raw, grants: JSON.parse(raw.grants) as string[] });

/** Whom tokens, audit and revocation name; no subject of a console or of a provider looks like it. */
export const subjectOf = (name: string): string => `account:${name}`;

export class AccountStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      list: db.prepare('SELECT name, role, grants, disabled, changed FROM account ORDER BY name'),
      find: db.prepare('SELECT name, role, grants, disabled, changed FROM account WHERE name = ?'),
      isAny: db.prepare('SELECT EXISTS (SELECT 1 FROM account WHERE disabled IS NULL)').pluck(),
      secret: db.prepare('SELECT secret FROM account WHERE name = ? AND disabled IS NULL').pluck(),
      add: db.prepare(
        'INSERT OR IGNORE INTO account (name, role, grants, secret, disabled, changed) VALUES (?, ?, ?, ?, NULL, ?)',
      ),
      setSecret: db.prepare('UPDATE account SET secret = ?, changed = ? WHERE name = ?'),
      disable: db.prepare('UPDATE account SET disabled = ?, changed = ? WHERE name = ? AND disabled IS NULL'),
    };
  }

  list(): Account[] {
    return (this.sql.list.all() as Raw[]).map(accountOf);
  }

  find(name: string): Account | undefined {
    const raw = this.sql.find.get(name) as Raw | undefined;
    return raw && accountOf(raw);
  }

  /** Whether somebody can sign in. */
  isAny(): boolean {
    return this.sql.isAny.get() === 1;
  }

  /** Of an account that is not disabled. */
  secret(name: string): string | undefined {
    return this.sql.secret.get(name) as string | undefined;
  }

  /** False: the name is taken, also by one that is disabled. */
  add(
    { name, role, grants }: Pick<Account, 'name' | 'role' | 'grants'>,
    secret: string,
    at: number,
  ): boolean {
    return this.sql.add.run(name, role, JSON.stringify(grants), secret, at).changes === 1;
  }

  /** False: there is no such account. */
  setSecret(name: string, secret: string, at: number): boolean {
    return this.sql.setSecret.run(secret, at, name).changes === 1;
  }

  /** False: there is no such account, or it is disabled already. */
  disable(name: string, at: number): boolean {
    return this.sql.disable.run(at, at, name).changes === 1;
  }
}
