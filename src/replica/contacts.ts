/** Contacts as this operator sees them: rows, with what pending commands make of them laid over. Pure. */
import type { ContactRow } from '../domain/contact.ts';
import type { CommandPack } from '../packs/command-pack.ts';
import type { Entry } from './outbox/model.ts';

/** `pending`: what an entry made of it is not in the row, so that the core has not confirmed it. */
export type ContactsOver = { contacts: ContactRow[]; pending: ReadonlySet<string> };

/**
 * Those that end are left out. What the core would refuse is not laid over: another's claim stays his.
 * @param subject whom the core takes this console's commands for, so that a claim that it gave is known as the own one
 */
export function contactsOver(
  rows: readonly ContactRow[],
  entries: readonly Entry[],
  subject: string,
  pack: CommandPack,
): ContactsOver {
  const contacts = new Map(rows.map((row) => [row.id, row]));
  const pending = new Set<string>();
  for (const { id, at, args, name, ver } of entries) {
    const change = pack.get(name)?.get(ver)?.contact;
    const call = { id, at, writtenAt: at, by: subject, args };
    const contactId = change?.idOf(call) ?? null;
    if (change === undefined || contactId === null) continue;
    const after = change.after(call, contacts.get(contactId) ?? null);
    if (after === null || 'refused' in after) continue;
    contacts.set(contactId, after.row);
    pending.add(contactId);
  }
  return { contacts: [...contacts.values()].filter(({ state }) => state !== 'ended'), pending };
}
