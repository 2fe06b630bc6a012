import type { ContactView, CustomerView, OutboxEntry } from '../../../bridge/views.ts';
import { queuesOf } from '../../../domain/queues.ts';
import { codeOf, wrapUpCodes } from '../../../domain/wrap-up.ts';
import { entryTitle } from '../../i18n/entries.ts';
import { flightLookup } from '../../i18n/facts.ts';
import type { Words } from '../../i18n/words.tsx';
import type { AtHand } from './workForms.ts';

/** What this console did for the customer, newest first, at which station, and now in ms. */
export type Journal = {
  did: readonly OutboxEntry[];
  station: string;
  now: number;
  /** The contact that is worked on, as the work list says. */
  contactId?: string;
};

export type DraftedWrapUp = { codes: readonly string[]; code: string; text: string; contactId: string };

/** Without a row of the contact, what was done longer ago than this belongs to an earlier one. */
const VISIT_MS = 30 * 60_000;

/** What was done with the contact and not for the customer. */
const OF_THE_DESK: ReadonlySet<string> = new Set(['wrap-up', 'claim', 'release', 'park']);

/** The contact that is being served here: that of another station is its operator's to end. */
export const servedContact = (view: CustomerView, station: string): ContactView | undefined =>
  view.contacts.find(
    (one) =>
      (one.state === 'active' || one.state === 'wrapup' || one.claim?.station === station) &&
      (one.station === null || one.station === station),
  );

/** The wrap-up as the journal writes it: what was done since the contact began and the last one was wrapped up. */
export function draftedWrapUp(words: Words, view: CustomerView, journal: Journal): DraftedWrapUp {
  const contact = servedContact(view, journal.station);
  const begun = contact ? Date.parse(contact.since) : journal.now - VISIT_MS;
  const before = journal.did.filter((one) => one.name === 'wrap-up').map((one) => Date.parse(one.at));
  const since = Math.max(begun, ...before);
  // What was refused or put away was not done.
  const done = journal.did
    .filter((one) => !OF_THE_DESK.has(one.name) && one.status === null && Date.parse(one.at) > since)
    .toReversed();
  const flights = flightLookup(view);
  return {
    codes: wrapUpCodes(contact?.queue ?? `counter-${journal.station.toLowerCase()}`),
    code: codeOf(done.map((one) => one.name)),
    text: done.map((one) => entryTitle(words, one, flights)).join('\n'),
    contactId: contact?.id ?? '',
  };
}

/** For the dialogs of work: the contact in hand, and what the journal says of it. */
export function atHand(words: Words, view: CustomerView, journal: Journal): AtHand {
  const contact = view.contacts.find(({ id }) => id === journal.contactId);
  const { text, contactId } = draftedWrapUp(words, view, journal);
  return {
    contactId: contact?.id ?? contactId,
    queue: contact?.queue ?? '',
    queues: queuesOf(journal.station),
    done: text,
  };
}
