/** The facts of a customer that matter to whoever serves him; a change of one of them is told after a gap. Pure. */
import type { Json } from '../../../domain/json.ts';
import { isMasked, type ProfileRow } from '../../../domain/profile.ts';
import { tripPart } from '../trips.ts';

/** `flight`: that of the segment which a fact of a trip is about. */
export type Matter = { value: Json; source: string; at: string; flight: string | null };

/** Fields of a segment, the most urgent first. */
const SEGMENT = ['flightStatus', 'departs', 'gate', 'flight', 'seat', 'status'];
const OTHERS = [/^bag\.[^.]+\.status$/u, /^case\.[^.]+\.status$/u];

/** Where a fact stands in the order of urgency; -1 where it does not matter here. */
export function urgencyOfFact(name: string): number {
  const part = tripPart(name);
  if (part !== null) return SEGMENT.indexOf(part.field);
  const at = OTHERS.findIndex((pattern) => pattern.test(name));
  return at < 0 ? -1 : SEGMENT.length + at;
}

export function mattersOf(row: ProfileRow): Map<string, Matter> {
  const found = new Map<string, Matter>();
  for (const [name, fact] of Object.entries(row.facts)) {
    if (urgencyOfFact(name) < 0) continue;
    const value = isMasked(fact) ? fact.masked : fact.value;
    found.set(name, { value, source: fact.source, at: fact.at, flight: flightOf(row, name) });
  }
  return found;
}

function flightOf(row: ProfileRow, name: string): string | null {
  const part = tripPart(name);
  const flight = part && row.facts[`${part.key}.flight`];
  return flight && !isMasked(flight) && typeof flight.value === 'string' ? flight.value : null;
}
