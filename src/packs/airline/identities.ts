/**
 * What names a customer: identities that unite (userId, anonymousId, loyaltyNumber, ticket, external ids) and those
 * that only find (email, phone, booking) (docs/spec/doors.md "Identities").
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Json, JsonObject } from '../../domain/json.ts';
import { memo } from '../../domain/memo.ts';

export type NamedIdentity = { type: string; value: string };

export const FINDING_TYPES = ['email', 'phone', 'booking'] as const;
const FINDING: ReadonlySet<string> = new Set(FINDING_TYPES);
const MAX_VALUE = 300;

export const normalCode = (text: string): string => text.trim().toUpperCase();

/** A code of an event as it is compared; "" for what is none. */
export const codeOf = (value: Json | undefined): string =>
  typeof value === 'string' ? normalCode(value).replaceAll(' ', '') : '';

/** E.164 where the number is one; otherwise its digits, with a plus where one was written. */
export const normalPhone = memo(readPhone, 20_000);

function readPhone(text: string): string {
  const international = text.trim().replace(/^00(?=[1-9])/u, '+');
  const parsed = parsePhoneNumberFromString(international);
  if (parsed?.isPossible()) return parsed.number;
  return (international.startsWith('+') ? '+' : '') + international.replace(/\D/gu, '');
}

/** The form under which an identity is stored and looked up. */
export function normalIdentity(type: string, value: string): string {
  switch (type) {
    case 'email':
      return value.trim().toLowerCase();
    case 'phone':
      return normalPhone(value);
    case 'booking':
    case 'loyaltyNumber':
    case 'ticket':
      return normalCode(value);
    default:
      return value;
  }
}

/** The flight that an event sent with `anonymousId: "flight/LH400/2026-11-21/FRA"` belongs to. */
export const isFlightId = (anonymousId: string): boolean => anonymousId.startsWith('flight/');

/** Flight, local date of departure and airport as one key: `LH400/2026-11-21/FRA`. */
export function flightKey(
  flight: Json | undefined,
  date: Json | undefined,
  from: Json | undefined,
): string | null {
  if (typeof flight !== 'string' || typeof date !== 'string' || typeof from !== 'string') return null;
  const number = flight.replaceAll(' ', '').toUpperCase();
  return number === '' || date === '' || from.trim() === '' ? null : `${number}/${date}/${normalCode(from)}`;
}

type Envelope = {
  type: string;
  anonymousId: string | null;
  previousId: string | null;
  userId: string | null;
  /** `traits` or `properties` of the event. */
  body: JsonObject;
  context: JsonObject;
};

/** The uniting identities that an event names besides its userId, each once. */
export function unitingIdentities(event: Envelope): NamedIdentity[] {
  const found = new Map<string, NamedIdentity>();
  const add = (type: string, value: Json | undefined) => {
    if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_VALUE) return;
    if (type === 'anonymousId' && isFlightId(value)) return;
    const normal = normalIdentity(type, value);
    found.set(`${type}\n${normal}`, { type, value: normal });
  };
  add('anonymousId', event.anonymousId ?? undefined);
  if (event.type === 'alias' && event.previousId !== event.userId)
    add('anonymousId', event.previousId ?? undefined);
  const traits = event.context.traits;
  for (const source of [event.body, isObject(traits) ? traits : {}]) {
    if (Object.hasOwn(source, 'loyaltyNumber')) add('loyaltyNumber', source.loyaltyNumber);
    if (Object.hasOwn(source, 'ticket')) add('ticket', source.ticket);
  }
  const external = event.context.externalIds;
  if (Array.isArray(external)) for (const one of external.slice(0, 20)) addExternal(one, add);
  return [...found.values()];
}

function addExternal(one: Json, add: (type: string, value: Json | undefined) => void): void {
  if (!isObject(one) || typeof one.type !== 'string') return;
  const type = one.type.trim();
  if (type === '' || type.length > 60 || type === 'userId' || type === 'profile' || FINDING.has(type)) return;
  add(type, one.id);
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The identities that only find, from the facts of a profile. */
export function findingIdentities(facts: ReadonlyMap<string, { value: Json }>): NamedIdentity[] {
  const found: NamedIdentity[] = [];
  for (const type of ['email', 'phone'] as const) {
    const value = facts.get(type)?.value;
    const normal = typeof value === 'string' ? normalIdentity(type, value).slice(0, MAX_VALUE) : '';
    if (normal !== '') found.push({ type, value: normal });
  }
  const bookings = new Set<string>();
  for (const name of facts.keys()) {
    if (!name.startsWith('trip.') && !name.startsWith('booking.')) continue;
    const start = name.indexOf('.') + 1;
    bookings.add(name.slice(start, name.indexOf('.', start)));
  }
  for (const booking of [...bookings].sort()) found.push({ type: 'booking', value: booking });
  return found;
}

/** Types of which a second holder means that two profiles may be one person; a device is shared too easily. */
export const isProofOfPerson = (type: string): boolean => type !== 'anonymousId' && type !== 'userId';
