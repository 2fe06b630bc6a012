/** Write keys of sources at the command line: one for each source, so that one alone can be taken back. Each change is in the audit. */
import type { Store } from '../store/backup.ts';
import { SqliteClients } from '../store/clients.ts';
import { SecretStore, START, type WriteKey } from '../store/secrets.ts';
import { writeStore } from '../store/write-store.ts';

const BY = 'admin';

/**
 * The key is told this once; what is kept is its hash. @param isPage it will stand in a web page
 * @throws Error where the name is taken
 */
export const addKey = (
  store: Store,
  name: string,
  at: number,
  isPage = false,
): Promise<{ name: string; writeKey: string }> =>
  writeStore(store, (db) => {
    const secrets = new SecretStore(db);
    const isTaken = name === START || secrets.writeKeys().some((key) => key.name === name);
    if (isTaken) throw new Error(`${name} is taken; a new key for that source needs a name of its own`);
    const writeKey = secrets.issueWriteKey(name, at, isPage);
    new SqliteClients(db).audit(BY, 'write key added', { name, isPage }, at);
    return { name, writeKey };
  });

export const listKeys = (store: Store): Promise<WriteKey[]> =>
  writeStore(store, (db) => new SecretStore(db).writeKeys());

/** Events that come with it are refused from now on. @throws Error where there is none */
export const revokeKey = (store: Store, name: string, at: number): Promise<{ name: string }> =>
  writeStore(store, (db) => {
    if (!new SecretStore(db).revokeWriteKey(name)) throw new Error(`there is no write key ${name}`);
    new SqliteClients(db).audit(BY, 'write key revoked', { name }, at);
    return { name };
  });
