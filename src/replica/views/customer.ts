/** One customer as the window shows him: rows, overlay, who else has him open. */
import type { CustomerView, PresenceView } from '../../bridge/views.ts';
import type { ContactRow } from '../../domain/contact.ts';
import { AIRLINE_COMMANDS, flightFromRow } from '../../packs/airline/commands.ts';
import { customerView } from '../../packs/airline/views/customer.ts';
import type { CommandWorld } from '../../packs/command-pack.ts';
import { contactsOver } from '../contacts.ts';
import { hashOf } from '../outbox/compose.ts';
import type { Outbox } from '../outbox/model.ts';
import { overlayOver, type Screen, type Under, withOverlay } from '../overlay.ts';
import type { ReadProfile, ReplicaReader } from '../store/reader.ts';

/** The timeline that belongs to a profile's scopes is at most this long (wire.md, Rows). */
const TIMELINE = 50;

export type OnScreen = { read: ReadProfile; screen: Screen; contacts: ContactRow[]; world: CommandWorld };

/** Null for somebody who is not in this replica. @param seen see `Under` */
export function onScreen(
  reader: ReplicaReader,
  profileId: string,
  outbox: Outbox,
  subject: string,
  seen: Pick<Under, 'seen' | 'staleSeen'>,
): OnScreen | null {
  const read = reader.profile(profileId);
  if (read === null) return null;
  const world: CommandWorld = { flight: (flight, date) => flightFromRow(read.row, flight, date) };
  const events = reader.events(profileId, TIMELINE);
  const overlay = overlayOver({ ...read, ...seen }, outbox);
  const screen = withOverlay({ profile: read.row, events }, overlay, AIRLINE_COMMANDS, world);
  const own = [...overlay.perhaps, ...overlay.entries].filter((entry) => entry.profileId === profileId);
  const { contacts } = contactsOver(reader.contactsOf(profileId), own, subject, AIRLINE_COMMANDS);
  return { read, screen, contacts, world };
}

export function toCustomerView(shown: OnScreen, presence: PresenceView[], now: number): CustomerView {
  const { read, screen, contacts } = shown;
  const card = customerView({
    row: screen.profile,
    events: screen.events,
    contacts,
    lens: {
      pending: (name) => screen.pendingFacts.has(name),
      hash: (name) => hashOf(read.row, name),
    },
    pendingEvent: (id) => screen.pendingEvents.has(id),
    now,
  });
  return { ...card, v: read.v, stale: read.stale, presence };
}
