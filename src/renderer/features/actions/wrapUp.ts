import type { ContactView, CustomerView, OutboxEntry } from '../../../bridge/views.ts';
import { codeOf, wrapUpCodes } from '../../../domain/wrap-up.ts';
import { entryTitle } from '../../i18n/entries.ts';
import { flightLookup } from '../../i18n/facts.ts';
import type { Words } from '../../i18n/words.tsx';

/** What this console did for the customer, newest first, at which station, and now in ms. */
export type Journal = { did: readonly OutboxEntry[]; station: string; now: number };

export type DraftedWrapUp = { codes: readonly string[]; code: string; text: string; contactId: string };

/** Without a row of the contact, what was done longer ago than this belongs to an earlier one. */
const VISIT_MS = 30 * 60_000;

/** The contact that is being served here: that of another station is its operator's to end. */
export const servedContact = (view: CustomerView, station: string): ContactView | undefined =>
  view.contacts.find(
    (one) =>
      (one.state === 'active' || one.state === 'wrapup') && (one.station === null || one.station === station),
  );

/** The wrap-up as the journal writes it: what was done since the contact began and the last one was wrapped up. */
export function draftedWrapUp(words: Words, view: CustomerView, journal: Journal): DraftedWrapUp {
  const contact = servedContact(view, journal.station);
  const begun = contact ? Date.parse(contact.since) : journal.now - VISIT_MS;
  const before = journal.did.filter((one) => one.name === 'wrap-up').map((one) => Date.parse(one.at));
  const since = Math.max(begun, ...before);
  // What was refused or put away was not done.
  const done = journal.did
    .filter((one) => one.name !== 'wrap-up' && one.status === null && Date.parse(one.at) > since)
    .toReversed();
  const flights = flightLookup(view);
  return {
    codes: wrapUpCodes(contact?.queue ?? `counter-${journal.station.toLowerCase()}`),
    code: codeOf(done.map((one) => one.name)),
    text: done.map((one) => entryTitle(words, one, flights)).join('\n'),
    contactId: contact?.id ?? '',
  };
}
