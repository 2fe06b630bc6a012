/** The work list: open contacts first, then customers in trouble who are expected here. */
import type { SearchHit, WorkItem, WorkView } from '../../bridge/views.ts';
import type { ContactRow } from '../../domain/contact.ts';
import { AIRLINE_COMMANDS } from '../../packs/airline/commands.ts';
import { contactView } from '../../packs/airline/views/customer.ts';
import { inOrder, type Standing, standingOf } from '../../packs/airline/views/work.ts';
import { contactsOver } from '../contacts.ts';
import type { Entry } from '../outbox/model.ts';
import type { ReplicaReader } from '../store/reader.ts';
import type { SearchIndex } from '../store/searchIndex.ts';
import { type Headline, headlineOf } from './headline.ts';

const MOST_CONTACTS = 500;
const MOST_SHOWN = 100;

/** Candidates that are told: they are chosen by a digit. */
const MOST_CANDIDATES = 5;

export type WorkParts = {
  reader: ReplicaReader;
  index: SearchIndex;
  station: string;
  now: number;
  /** Whom the core knows this console's commands by. */
  subject: string;
  /** What this operator asked for and the rows may not show yet. */
  entries: readonly Entry[];
  /** Who is found by a number or an address. */
  find: (text: string) => SearchHit[];
};

export function workView(parts: WorkParts): WorkView {
  const { reader, entries, subject, station, now } = parts;
  const { contacts, pending } = contactsOver(
    reader.contacts(MOST_CONTACTS),
    entries,
    subject,
    AIRLINE_COMMANDS,
  );
  // Somebody at another desk is their work: here counts what rings here or waits in a queue.
  const ours = contacts
    .filter((contact) => contact.state !== 'ended')
    .filter(
      (contact) => contact.station === null || contact.station === station || contact.state === 'waiting',
    )
    .map((contact) => ({ contact, standing: standingOf(contact, subject, now) }))
    .sort((a, b) => inOrder(a.standing, b.standing));
  const items = ours
    .slice(0, MOST_SHOWN)
    .map(({ contact, standing }) => contactItem(parts, contact, standing, pending));
  const known = new Set(items.map((item) => item.profileId));
  const urgent = parts.index.urgent(MOST_SHOWN).filter((id) => !known.has(id));
  const troubled = urgent.flatMap((id) => profileItem(parts, id));
  // What nobody need look at now stands below all that somebody must.
  const rests = items.filter(
    (item) => item.parkedUntil !== null || item.handed || item.taken?.mine === false,
  );
  const asks = items.filter((item) => !rests.includes(item));
  return {
    items: [...asks, ...troubled, ...rests].slice(0, MOST_SHOWN),
    total: ours.length + troubled.length,
  };
}

function contactItem(
  parts: WorkParts,
  contact: ContactRow,
  { taken, handed, parkedUntil, service }: Standing,
  pending: ReadonlySet<string>,
): WorkItem {
  const read = contact.profileId === null ? null : parts.reader.profile(contact.profileId);
  const headline: Headline | null = read && headlineOf(read.row, parts.now);
  const { identity } = contact;
  const named = identity === null ? '' : 'masked' in identity ? identity.masked : identity.value;
  return {
    key: `contact/${contact.id}`,
    profileId: contact.profileId,
    name: headline?.name ?? named,
    contact: contactView(contact),
    candidates: candidates(parts, contact),
    alert: headline?.alert ?? null,
    now: headline?.now ?? null,
    since: contact.since,
    taken: taken && { ...taken, pending: taken.mine && pending.has(contact.id) },
    handed,
    parkedUntil,
    service,
  };
}

/** Only while somebody is waiting to be greeted by name. */
function candidates({ find }: WorkParts, { profileId, identity, state }: ContactRow): WorkItem['candidates'] {
  const isAsked = profileId === null && (state === 'ringing' || state === 'active');
  if (!isAsked || identity === null || 'masked' in identity) return [];
  const holders = find(identity.value).filter((hit) => hit.matched === identity.type);
  return holders.slice(0, MOST_CANDIDATES).map((hit) => ({ profileId: hit.profileId, name: hit.name }));
}

function profileItem(parts: WorkParts, id: string): WorkItem[] {
  const read = parts.reader.profile(id);
  if (read === null) return [];
  const { name, alert, now } = headlineOf(read.row, parts.now);
  // The index may lag behind: whoever is well by now is no work.
  if (alert === null) return [];
  return [
    {
      ...{ key: `profile/${id}`, profileId: id, name, contact: null, candidates: [], alert, now },
      ...{ since: alert.at, taken: null, handed: false, parkedUntil: null, service: null },
    },
  ];
}
