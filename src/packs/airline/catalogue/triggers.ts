import type { EventRow } from '../../../domain/event.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { LIFECYCLE } from '../lifecycle.ts';
import type { Channel } from './vocabulary.ts';

/** What makes the core think of a customer who is not here (docs/spec/righttime.md T10). */
export interface Trigger {
  readonly id: string;
  /** Lanes that this is an occasion for; where something more important is open, nothing is planned. */
  readonly lanes: readonly number[];
  /** Channels, with the least minutes between the event and a message there. */
  readonly delayMinutes: Readonly<Partial<Record<Channel, number>>>;
  /** Channels in which it is not sent but kept for the customer's next visit there. */
  readonly parkedIn: readonly Channel[];
  /** Longer than this after the event nothing is sent; an event that becomes known later than that is no occasion. */
  readonly expiresMinutes: number;
  /** Events of the same customer, after the trigger's, that end it. */
  readonly endedBy: readonly string[];
  readonly isOn: (event: EventRow) => boolean;
}

const named =
  (...names: readonly string[]) =>
  ({ type, name }: EventRow): boolean =>
    type === 'track' && names.includes(name);

const DAY_MINUTES = 1_440;

/** The airline's occasions, the most urgent first. */
export const TRIGGERS: readonly Trigger[] = [
  {
    id: 'disruption',
    lanes: [0, 1],
    delayMinutes: { app: 0, sms: 0 },
    parkedIn: [],
    expiresMinutes: 480,
    endedBy: [],
    isOn: (event) =>
      named('Flight Status')(event) && ['cancelled', 'delayed'].includes(String(event.properties['status'])),
  },
  {
    id: 'gate-change',
    lanes: [0],
    delayMinutes: { app: 0, sms: 0 },
    parkedIn: [],
    expiresMinutes: 240,
    endedBy: [],
    isOn: (event) => named('Flight Status')(event) && typeof event.properties['gate'] === 'string',
  },
  {
    id: 'complaint',
    lanes: [1],
    delayMinutes: { email: 30 },
    parkedIn: [],
    expiresMinutes: 3 * DAY_MINUTES,
    endedBy: ['Case Resolved'],
    isOn: named('Complaint Opened'),
  },
  {
    // Who has left a cart is not written to at once, and later where it disturbs more.
    id: 'cart',
    lanes: [2, 3],
    delayMinutes: { email: 60, sms: 240 },
    parkedIn: [],
    expiresMinutes: 2 * DAY_MINUTES,
    endedBy: ['Order Completed', 'Checkout Started', 'Booking Cancelled'],
    isOn: named('Checkout Started'),
  },
  {
    // A stage of the lifecycle that has begun: nobody has to ask for it, and no calendar decides it.
    id: 'lifecycle',
    lanes: [3],
    delayMinutes: { app: 0, email: 120 },
    parkedIn: ['app'],
    expiresMinutes: 14 * DAY_MINUTES,
    endedBy: [],
    isOn: ({ type, name, properties }) =>
      type === 'state' && name === LIFECYCLE && ['new', 'lapsed'].includes(String(properties['value'])),
  },
  {
    id: 'booking',
    lanes: [1, 2, 3],
    delayMinutes: { app: 0, email: 120 },
    parkedIn: ['app'],
    expiresMinutes: 7 * DAY_MINUTES,
    endedBy: ['Booking Cancelled'],
    isOn: named('Booking Created'),
  },
];

/** A state that began this long ago is news even where no event of now began it, but time. */
const BEGUN_MS = 5 * 60_000;

/**
 * States that have just begun (segments and the stage of the lifecycle), in the form of events of type `state`: those
 * whose time is that of one of the new events, or that time alone began. So that being told of the same state twice is
 * one occasion, the id names state, value and year (docs/spec/righttime.md T24).
 */
export function statesBegun(row: ProfileRow, news: readonly EventRow[], now: number): EventRow[] {
  const begun: EventRow[] = [];
  for (const [name, fact] of Object.entries(row.facts)) {
    if (!name.startsWith('segment.') || !('value' in fact)) continue;
    const { at, source, value } = fact;
    const age = now - Date.parse(at);
    if (!news.some((event) => event.at === at) && !(age >= 0 && age < BEGUN_MS)) continue;
    const id = `${row.id}/${name}/${String(value)}/${at.slice(0, 4)}`;
    begun.push({ id, profileId: row.id, type: 'state', name, at, source, properties: { value } });
  }
  return begun;
}

/** The channel that a customer visits with this event; null where it is no visit. */
export function presenceIn(event: EventRow): Channel | null {
  const { type, name, properties } = event;
  if (type === 'screen') return 'app';
  if (type === 'page') return 'web';
  if (type !== 'contact') return name === 'Call Started' ? 'phone' : null;
  const { kind, state } = properties;
  if (state === 'ended' || state === 'wrapup') return null;
  return kind === 'visit' ? 'counter' : kind === 'call' ? 'phone' : kind === 'chat' ? 'web' : null;
}

const FIRST_SELLING_LANE = 2;

/**
 * The consent that is missing to write to a customer unasked; null where none is. Selling needs `marketing`; a `false`
 * for the channel itself stops all but what is operational.
 */
export function refusedBy(
  consents: Readonly<Record<string, unknown>>,
  lane: number,
  channel: string,
): string | null {
  const stated = (name: string) => (Object.hasOwn(consents, name) ? consents[name] : undefined);
  if (lane >= FIRST_SELLING_LANE && stated('marketing') !== true) return 'marketing';
  return lane > 0 && stated(channel) === false ? channel : null;
}
