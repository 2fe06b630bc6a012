/** The key that the core signs its tokens with, made anew at the command line: after it was, or may have been, in somebody's hands. */
import type { Store } from '../store/backup.ts';
import { SqliteClients } from '../store/clients.ts';
import { SecretStore } from '../store/secrets.ts';
import { writeStore } from '../store/write-store.ts';

/** From the next start of each node on no token is good that was signed before; the audit has it. */
export const endTokens = (store: Store, at: number): Promise<{ ended: 'at the next start' }> =>
  writeStore(store, (db) => {
    new SecretStore(db).renew('tokens');
    new SqliteClients(db).audit('admin', 'signing key renewed', {}, at);
    return { ended: 'at the next start' };
  });
