/**
 * Masks rows for a role before anything leaves the core: frames, snapshots, conflict details, answers of find and of
 * the read API. Pure; what each role may see is the pack's (packs/airline/roles.ts).
 */
import type { ContactRow } from '../../domain/contact.ts';
import type { EventRow } from '../../domain/event.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { AnyFact, Identity, ProfileRow } from '../../domain/profile.ts';
import type { Role } from '../../domain/role.ts';
import type { AnyRow, Table } from '../../domain/rows.ts';
import {
  factSight,
  identitySight,
  isEventHidden,
  isSensitiveName,
  scrubText,
} from '../../packs/airline/roles.ts';

/** Keyed hash over profile, name and value (tags.ts): stands for a masked value in the base of a command. */
export type Tagger = (profileId: string, name: string, value: Json) => string;

/** Six stars and the last two characters; of short values nothing, because two characters would be most of them. */
export function maskText(value: Json): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '******';
  const letters = Array.from(String(value));
  return letters.length < 5 ? '******' : `******${letters.slice(-2).join('')}`;
}

/** One fact as the role sees it; undefined if not at all. */
export function maskFact(role: Role, profileId: string, name: string, fact: AnyFact, tag: Tagger) {
  if (!('value' in fact)) return fact;
  const sight = factSight(role, name, fact.value);
  if (sight === 'hidden') return undefined;
  if (sight === 'full') return fact;
  const { value, source, at } = fact;
  return { masked: maskText(value), tag: tag(profileId, name, value), source, at };
}

export function maskIdentity(role: Role, profileId: string, identity: Identity, tag: Tagger): Identity {
  if (!('value' in identity) || identitySight(role, identity.type, identity.value) === 'full')
    return identity;
  const { type, value } = identity;
  return { type, masked: maskText(value), tag: tag(profileId, type, value) };
}

export function maskProfile(role: Role, row: ProfileRow, tag: Tagger): ProfileRow {
  const facts: [string, AnyFact][] = [];
  for (const [name, fact] of Object.entries(row.facts)) {
    const seen = maskFact(role, row.id, name, fact, tag);
    if (seen) facts.push([name, seen]);
  }
  return {
    id: row.id,
    identities: row.identities.map((identity) => maskIdentity(role, row.id, identity, tag)),
    facts: Object.fromEntries(facts),
  };
}

/** A timeline row as the role sees it; null if not at all. */
export function maskEvent(role: Role, row: EventRow, tag: Tagger): EventRow | null {
  if (isEventHidden(role, row)) return null;
  const mask = (name: string, value: Json) => ({
    masked: maskText(value),
    tag: tag(row.profileId, name, value),
  });
  return { ...row, properties: maskFields(row.properties, mask) as JsonObject };
}

type MaskField = (name: string, value: Json) => JsonObject;

const isFlag = (value: Json | undefined) =>
  value === undefined || value === null || typeof value === 'boolean';

/**
 * Walks a source's own JSON: sensitive names are masked whatever they hold but yes and no, as in consents; contact data
 * inside of texts is starred.
 */
function maskFields(value: Json, mask: MaskField): Json {
  if (typeof value === 'string') return scrubText(value, maskText);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => maskFields(one, mask));
  const named = [value.fact, value.name, value.type].find(
    (name) => typeof name === 'string' && !name.startsWith('consent.') && isSensitiveName(name),
  );
  const entries = Object.entries(value).map(([name, inner]): [string, Json] => {
    if (isFlag(inner)) return [name, inner];
    if (isSensitiveName(name) && !name.startsWith('consent.')) return [name, mask(name, inner)];
    if (named !== undefined && name === 'value') return [name, mask(String(named), inner)];
    return [name, maskFields(inner, mask)];
  });
  return Object.fromEntries(entries);
}

export function maskContact(role: Role, row: ContactRow, tag: Tagger): ContactRow {
  if (row.identity === null) return row;
  return { ...row, identity: maskIdentity(role, row.profileId ?? row.id, row.identity, tag) };
}

/**
 * The detail of a result as the role sees it. A conflict's detail was masked for the role that pushed the command; the
 * same subject may have another role when the result is sent again.
 */
export function maskDetail(role: Role, detail: JsonObject | null): JsonObject | null {
  if (detail === null || role === 'operator' || role === 'supervisor' || !Array.isArray(detail.facts))
    return detail;
  const facts = detail.facts.map((one) => {
    if (one === null || typeof one !== 'object' || Array.isArray(one) || typeof one.fact !== 'string')
      return one;
    const { fact, theirs = null } = one;
    const isMasked = theirs !== null && typeof theirs === 'object' && 'masked' in theirs;
    const sight = isMasked ? 'full' : factSight(role, fact, theirs);
    if (sight === 'full') return one;
    return {
      ...one,
      theirs: sight === 'hidden' || theirs === null ? null : { masked: maskText(theirs), tag: '' },
    };
  });
  return { ...detail, facts };
}

/** Any row as the role sees it; null if not at all: then it is, for that console, in no scope. */
export function maskRow(role: Role, table: Table, row: AnyRow, tag: Tagger): AnyRow | null {
  if (role === 'operator' || role === 'supervisor') return row;
  if (table === 'profile') return maskProfile(role, row as ProfileRow, tag);
  if (table === 'event') return maskEvent(role, row as EventRow, tag);
  if (table === 'contact') return maskContact(role, row as ContactRow, tag);
  return row;
}
