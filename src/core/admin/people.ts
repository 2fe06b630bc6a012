/** Whoever works at consoles, at the command line, whoever says who he is: listed, put out, wiped. All in the audit. */
import { ulid } from 'ulidx';
import { isoTime } from '../../domain/time.ts';
import type { Store } from '../store/backup.ts';
import type { WipeOrder } from '../store/client-contract.ts';
import { SqliteClients } from '../store/clients.ts';
import type { Db } from '../store/database.ts';
import { writeStore } from '../store/write-store.ts';

const BY = 'admin';

/** As the audit names them: `oidc:` and the provider's name for somebody, `account:` and a name, `station:` and an id. */
export function subjectIn(subject: string | undefined): string {
  if (subject === undefined || !/^(?:oidc|account|station):./u.test(subject))
    throw new Error('--subject needs whom the audit names, such as oidc:anna or account:otto');
  return subject;
}

/** Everybody who has had a console in the last 30 days, with the last sight of it. */
export const listPeople = (store: Store) =>
  writeStore(store, (db) => {
    const clients = new SqliteClients(db);
    return clients.subjects().map(({ subject, consoles, seen }) => ({
      ...{ subject, consoles, seen: isoTime(seen) },
      wipesOwed: clients.clientsOf(subject).filter(({ clientId }) => clients.openWipe(clientId)).length,
    }));
  });

/** Tokens that he has end now, and his connections; a console that is told so deletes its rows by itself. */
export const revokePerson = (store: Store, subject: string, at: number) =>
  writeStore(store, (db) => {
    const clients = new SqliteClients(db);
    clients.raise(subject, at);
    clients.audit(BY, 'revoked', { subject }, at);
    return { subject, consoles: clients.clientsOf(subject).length };
  });

/** Each console of his destroys keys and files at its next contact, and gives a receipt; `replica` leaves what waits to be sent. */
export const wipePerson = (store: Store, subject: string, mode: WipeOrder['mode'], at: number) =>
  writeStore(store, (db) => {
    const ordered = orderWipe(db, subject, mode, at);
    new SqliteClients(db).audit(BY, 'wipe ordered', { subject, mode }, at);
    return { subject, ...ordered };
  });

export function orderWipe(db: Db, subject: string, mode: WipeOrder['mode'], at: number) {
  const clients = new SqliteClients(db);
  const order = { id: ulid(at), mode };
  const consoles = clients.clientsOf(subject);
  for (const { clientId } of consoles) clients.addWipe(order, clientId, subject, at);
  return { wipe: order.id, consoles: consoles.length };
}
