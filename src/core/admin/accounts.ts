/** Local accounts at the command line, for a shop without identity provider. Each change is in the audit. */
import { ROLES } from '../../domain/role.ts';
import { isScope } from '../../domain/scope.ts';
import { hashPassword, MAX_PASSWORD, MIN_PASSWORD } from '../auth/passwords.ts';
import { type Account, AccountStore, subjectOf } from '../store/accounts.ts';
import type { Store } from '../store/backup.ts';
import { SqliteClients } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { writeStore } from '../store/write-store.ts';

export type NewAccount = Pick<Account, 'name' | 'role' | 'grants'>;

const BY = 'admin';

/** @throws Error that says what is missing or wrong */
export function nameIn(name: string | undefined): string {
  if (name === undefined || !/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,99}$/u.test(name))
    throw new Error('--name needs a name of letters, digits and . _ @ -');
  return name;
}

/** @throws Error that says what is missing or wrong */
export function accountIn(values: { name?: string; role?: string; grant?: string[] }): NewAccount {
  return { name: nameIn(values.name), ...rightsIn(values) };
}

/** Of an account or a station. @throws Error that says what is missing or wrong */
export function rightsIn(values: { role?: string; grant?: string[] }): Pick<Account, 'role' | 'grants'> {
  const role = ROLES.find((one) => one === values.role);
  if (role === undefined) throw new Error(`--role is one of ${ROLES.join(', ')}`);
  const grants = values.grant ?? [];
  const wrong = grants.find((grant) => !isScope(grant));
  if (wrong !== undefined) throw new Error(`${wrong} is no scope such as station:FRA or flight:*`);
  if (grants.length === 0) throw new Error('--grant is needed, once for each scope such as station:FRA');
  return { role, grants };
}

async function secretOf(password: string): Promise<string> {
  if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD)
    throw new Error(`a password has ${MIN_PASSWORD} to ${MAX_PASSWORD} characters`);
  return hashPassword(password);
}

/** @throws Error where the name is taken; a name that is disabled stays taken, the audit names it */
export async function addAccount(store: Store, account: NewAccount, password: string, at: number) {
  const secret = await secretOf(password);
  const { name, role, grants } = account;
  return writeStore(store, (db) => {
    if (!new AccountStore(db).add(account, secret, at)) throw new Error(`${name} is taken`);
    new SqliteClients(db).audit(BY, 'account added', { subject: subjectOf(name), role, grants }, at);
    return account;
  });
}

export const listAccounts = (store: Store): Promise<Account[]> =>
  writeStore(store, (db) => new AccountStore(db).list());

/** What the account's tokens could do ends now. @throws Error where there is none */
export async function setPassword(store: Store, name: string, password: string, at: number) {
  const secret = await secretOf(password);
  return writeStore(store, (db) => {
    if (!new AccountStore(db).setSecret(name, secret, at)) throw new Error(`there is no account ${name}`);
    endTokens(db, name, 'password set', at);
    return { name };
  });
}

/** @throws Error where there is none that is not disabled */
export const disableAccount = (store: Store, name: string, at: number) =>
  writeStore(store, (db) => {
    if (!new AccountStore(db).disable(name, at)) throw new Error(`there is no account ${name} to disable`);
    endTokens(db, name, 'account disabled', at);
    return { name };
  });

function endTokens(db: Db, name: string, what: string, at: number): void {
  const clients = new SqliteClients(db);
  clients.raise(subjectOf(name), at);
  clients.audit(BY, what, { subject: subjectOf(name) }, at);
}
