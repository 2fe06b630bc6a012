import type { ContactRow } from '../../../domain/contact.ts';
import type {
  ContactView,
  CustomerCard,
  FactView,
  IdentityView,
  NeedView,
  TimelineView,
} from '../../../domain/customer-view.ts';
import type { EventRow } from '../../../domain/event.ts';
import type { Identity, ProfileRow } from '../../../domain/profile.ts';
import { activityAt } from '../activity.ts';
import { decisionInput } from '../catalogue/input.ts';
import { evidenceFor, needsOf } from '../catalogue/needs.ts';
import { alertsOf } from './alerts.ts';
import { type FactLens, factView, nameOf, shownOf } from './facts.ts';
import { bagViews, caseViews, tripViews } from './trips.ts';

export type CustomerInput = {
  /** The row as it is to be seen: with the overlay of pending commands. */
  row: ProfileRow;
  events: readonly EventRow[];
  contacts: readonly ContactRow[];
  lens: FactLens;
  /** Whether a line of the timeline is an own one that is not settled. */
  pendingEvent(id: string): boolean;
  /** ms */
  now: number;
};

/** The customer as a screen shows him, out of one profile's rows. Pure: the same rows and time give the same card. */
export function customerView(input: CustomerInput): CustomerCard {
  const { row, lens, now } = input;
  const facts = shownOf(row);
  const events = [...input.events].sort((a, b) =>
    a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1,
  );
  const alerts = alertsOf(row, events, now);
  const { next, trips } = tripViews(row, facts, alerts, now, lens);
  const text = (name: string) => {
    const value = facts.get(name)?.value;
    return typeof value === 'string' ? value : null;
  };
  return {
    profileId: row.id,
    name: nameOf(row),
    tier: one(row, 'tier', lens),
    languages: (text('language') ?? '').split(/[,;\s]+/u).filter((language) => language !== ''),
    zone: text('zone'),
    identities: row.identities.map(identityView),
    now: activityAt(row, now) && one(row, 'now.activity', lens),
    alerts,
    needs: needViews(input, events),
    next,
    trips,
    bags: bagViews(row, lens),
    cases: caseViews(row, lens),
    consents: named(row, 'consent.', lens),
    preferences: named(row, 'preference.', lens),
    audiences: named(row, 'segment.', lens),
    others: others(row, lens),
    timeline: events.map((event) => timelineView(event, input.pendingEvent(event.id))),
    contacts: input.contacts.map(contactView),
  };
}

/** As rules see the customer, so that the screen and a suggestion never disagree about what is needed. */
function needViews({ row, contacts, now }: CustomerInput, events: readonly EventRow[]): NeedView[] {
  const input = decisionInput(row, events, contacts, now);
  return needsOf(input.profile.facts).map((found) => ({
    need: found.need,
    score: found.score,
    evidence: [...evidenceFor(found, input, events)],
  }));
}

function one(row: ProfileRow, name: string, lens: FactLens): FactView | null {
  const fact = Object.hasOwn(row.facts, name) ? row.facts[name] : undefined;
  return fact ? factView(name, fact, lens) : null;
}

const byName = (a: FactView, b: FactView): number => (a.name < b.name ? -1 : 1);

const named = (row: ProfileRow, prefix: string, lens: FactLens): FactView[] =>
  Object.entries(row.facts)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, fact]) => factView(name, fact, lens))
    .sort(byName);

const GROUPED = /^(?:trip|booking|bag|case|consent|preference|segment|now)\./u;
const IN_HEAD: ReadonlySet<string> = new Set(['firstName', 'lastName', 'name', 'tier', 'language', 'zone']);

const others = (row: ProfileRow, lens: FactLens): FactView[] =>
  Object.entries(row.facts)
    .filter(([name]) => !GROUPED.test(name) && !IN_HEAD.has(name))
    .map(([name, fact]) => factView(name, fact, lens))
    .sort(byName);

const identityView = (identity: Identity): IdentityView =>
  'masked' in identity
    ? { type: identity.type, value: identity.masked, masked: true, tag: identity.tag }
    : { type: identity.type, value: identity.value, masked: false, tag: null };

const timelineView = (event: EventRow, pending: boolean): TimelineView => {
  const { id, at, source, type, name, properties } = event;
  return { id, at, source, type, name, properties, pending };
};

/** A contact with its identity in the form of a screen. */
export const contactView = (contact: ContactRow): ContactView => ({
  ...contact,
  identity: contact.identity && identityView(contact.identity),
});
