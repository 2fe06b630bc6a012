/** What each role sees of airline data: in full, masked, or not at all (docs/spec/airline.md "Roles"). */
import type { EventRow } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';
import type { Role } from '../../domain/role.ts';

export type Sight = 'full' | 'masked' | 'hidden';

const sensitiveNames = new Set(['email', 'phone', 'loyaltynumber', 'ticket']);
/** Document numbers under the names that sources use for them. */
const documentName = /^(?:passport|document|visa|identitycard|idcard|nationalid)(?:no|number|id)?$/u;

/** Whether a value under this name (of a fact's last part, an identity type or a property) is a contact or document number. */
export function isSensitiveName(name: string): boolean {
  const last = name
    .slice(name.lastIndexOf('.') + 1)
    .toLowerCase()
    .replaceAll(/[_-]/gu, '');
  return sensitiveNames.has(last) || documentName.test(last);
}

/**
 * E-mail addresses and international phone numbers, wherever they stand in a text. All counts are bounded: a text of
 * 200 KB without any must not cost time with its square.
 */
const contactInText =
  /[^\s@<>"'/?&=]{1,64}@[^\s@<>"'/?&=]{1,190}\.\p{L}{2,24}|\+[0-9][0-9 ().-]{6,30}[0-9]/gu;

/** Replaces what identifies somebody inside of a text. */
export const scrubText = (text: string, mask: (found: string) => string): string =>
  text.replaceAll(contactInText, mask);

const holdsContact = (value: Json) => typeof value === 'string' && scrubText(value, () => '') !== value;

/** Consents and bare yes or no are named like contact data, but tell nothing of it. */
const isHarmless = (name: string, value: Json) => name.startsWith('consent.') || typeof value === 'boolean';

const seesAll = (role: Role) => role === 'operator' || role === 'supervisor';

export function factSight(role: Role, name: string, value: Json): Sight {
  if (seesAll(role)) return 'full';
  if (role === 'kiosk' && /^(?:case|segment)\./u.test(name)) return 'hidden';
  if (isHarmless(name, value)) return 'full';
  return isSensitiveName(name) || holdsContact(value) ? 'masked' : 'full';
}

export function identitySight(role: Role, type: string, value: string): Sight {
  if (seesAll(role)) return 'full';
  return isSensitiveName(type) || holdsContact(value) ? 'masked' : 'full';
}

const hiddenEvents = new Set([
  ...['Complaint Opened', 'Case Opened', 'Case Resolved'],
  ...['Audience Entered', 'Audience Left'],
]);

/** Facts of cases and audiences, and what was computed of them. */
const tellsOfCases = /"(?:case|segment)\.|"(?:complaintOpen|caseOpen|refundAsked)":true/u;

/** Who may ask for a masked value with a reason: a person, never a kiosk's guest; others see it anyway. */
export const mayReveal = (role: Role): boolean => role === 'restricted';

/** Rows of the timeline that a role may not see at all; a decision hides when it tells of facts that are hidden. */
export function isEventHidden(role: Role, event: EventRow): boolean {
  if (role !== 'kiosk') return false;
  if (event.type === 'note' || hiddenEvents.has(event.name)) return true;
  return event.type === 'decision' && tellsOfCases.test(JSON.stringify(event.properties));
}

/** Names the form in which a role sees rows; two roles that see the same share it. Raised when the rules change. */
export const maskOf = (role: Role): string => (seesAll(role) ? 'full/1' : `${role}/2`);
