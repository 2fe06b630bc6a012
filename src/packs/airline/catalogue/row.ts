import type { Json } from '../../../domain/json.ts';
import type { AnyFact, ProfileRow } from '../../../domain/profile.ts';
import { parseTime } from '../../../domain/time.ts';

/** Where a computed fact comes from: the fact of the profile, its value, source and time. */
export interface Origin {
  readonly fact: string;
  readonly source: string;
  /** ISO 8601. */
  readonly at: string;
}

/** One segment of a trip as the row has it; a field that is masked or absent is not in `fields`. */
export interface TripSegment {
  readonly booking: string;
  readonly segment: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** Reads a fact that may be masked: `exists` is true, `value` undefined then. */
export function factOf(row: ProfileRow, name: string): AnyFact | undefined {
  return Object.hasOwn(row.facts, name) ? row.facts[name] : undefined;
}

/** The full value of a fact; undefined where it is absent or masked. */
export function fullValue(row: ProfileRow, name: string): Json | undefined {
  const fact = factOf(row, name);
  return fact !== undefined && 'value' in fact ? fact.value : undefined;
}

/** The text of a fact; undefined where it is absent, masked or no text. */
export function textOf(row: ProfileRow, name: string): string | undefined {
  const value = fullValue(row, name);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Where a fact of the row comes from; undefined where it is absent. */
export function originOf(row: ProfileRow, name: string): Origin | undefined {
  const fact = factOf(row, name);
  return fact === undefined ? undefined : { fact: name, source: fact.source, at: fact.at };
}

/** Milliseconds of an ISO 8601 text; NaN where it is none. */
export function timeOf(value: Json | undefined): number {
  return typeof value === 'string' ? (parseTime(value) ?? Number.NaN) : Number.NaN;
}

/** All segments of the row, by departure. */
export function segmentsOf(row: ProfileRow): readonly TripSegment[] {
  const found = new Map<
    string,
    { booking: string; segment: string; name: string; fields: Record<string, Json> }
  >();
  for (const [name, fact] of Object.entries(row.facts)) {
    const [kind, booking, segment, field, more] = name.split('.');
    if (kind !== 'trip' || !booking || !segment || !field || more !== undefined) continue;
    const key = `trip.${booking}.${segment}`;
    const known = found.get(key) ?? { booking, segment, name: key, fields: {} };
    found.set(key, known);
    if ('value' in fact && Object.hasOwn(SEGMENT_FIELDS, field)) known.fields[field] = fact.value;
  }
  return [...found.values()].sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1));
}

const SEGMENT_FIELDS: Readonly<Record<string, true>> = {
  flight: true,
  date: true,
  from: true,
  to: true,
  departs: true,
  arrives: true,
  cabin: true,
  seat: true,
  status: true,
  flightStatus: true,
  gate: true,
  reason: true,
  sequence: true,
};

const NEVER = 8e15;

function order(segment: { readonly fields: Readonly<Record<string, Json>> }): number {
  const departs = timeOf(segment.fields['departs']);
  const date = timeOf(segment.fields['date']);
  return Number.isNaN(departs) ? (Number.isNaN(date) ? NEVER : date) : departs;
}

/** Names and statuses of things like `case.{id}.status` or `bag.{tag}.status`. */
export function thingsOf(
  row: ProfileRow,
  kind: string,
): readonly { readonly id: string; readonly status: string }[] {
  const things: { id: string; status: string }[] = [];
  for (const name of Object.keys(row.facts)) {
    if (!name.startsWith(`${kind}.`) || !name.endsWith('.status')) continue;
    const status = textOf(row, name);
    if (status !== undefined) things.push({ id: name.slice(kind.length + 1, -'.status'.length), status });
  }
  return things;
}
