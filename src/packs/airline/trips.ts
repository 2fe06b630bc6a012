/** Segments of a trip out of flat facts, for whatever the pack computes from them. Times in ms. */
import type { Json } from '../../domain/json.ts';
import { memo } from '../../domain/memo.ts';
import { parseTime } from '../../domain/time.ts';

/** A fact that shows, before it becomes part of a row; `at` in ms. */
export type ShownFact = {
  readonly value: Json;
  readonly source: string;
  readonly at: number;
  /** Its JSON text in a row, once it was made. */
  text?: string;
};
export type ShownFacts = Map<string, ShownFact>;

export type Segment = { booking: string; segment: string; name: string; fields: Map<string, ShownFact> };

/** The parts of `trip.{booking}.{segment}.{field}`; codes hold no dots. */
export function tripPart(name: string): TripPart | null {
  if (!name.startsWith('trip.')) return null;
  const first = name.indexOf('.', 5);
  const second = name.indexOf('.', first + 1);
  const isWhole = first > 5 && second > first + 1 && second < name.length - 1;
  if (!isWhole || name.indexOf('.', second + 1) !== -1) return null;
  return {
    booking: name.slice(5, first),
    segment: name.slice(first + 1, second),
    key: name.slice(0, second),
    field: name.slice(second + 1),
  };
}

export type TripPart = { booking: string; segment: string; key: string; field: string };

/** All segments, by booking and then by number. */
export function segmentsOf(facts: ShownFacts): Segment[] {
  const found = new Map<string, Segment>();
  for (const [name, fact] of facts) {
    if (!name.startsWith('trip.')) continue;
    const part = tripPart(name);
    if (!part) continue;
    const { key } = part;
    let segment = found.get(key);
    if (!segment) {
      segment = { booking: part.booking, segment: part.segment, name: key, fields: new Map() };
      found.set(key, segment);
    }
    segment.fields.set(part.field, fact);
  }
  return [...found.values()].sort(
    (a, b) =>
      (a.booking < b.booking ? -1 : a.booking > b.booking ? 1 : 0) || Number(a.segment) - Number(b.segment),
  );
}

export function textOf(segment: Segment, field: string): string | null {
  const value = segment.fields.get(field)?.value;
  return typeof value === 'string' ? value : null;
}

/** A time field in ms, null where it is absent or no time. */
export function timeOf(segment: Segment, field: string): number | null {
  const text = textOf(segment, field);
  return text === null ? null : timeOfText(text);
}

/** The same of any text; facts of a row, and of a flight's passengers, share most of their times. */
export const timeOfText = memo((text: string) => parseTime(text), 20_000);

const DAY_MS = 86_400_000;

/** When a segment is over: its arrival, else its departure, else the end of its date. */
export function endOf(segment: Segment): number | null {
  const time = timeOf(segment, 'arrives') ?? timeOf(segment, 'departs');
  if (time !== null) return time;
  const date = timeOf(segment, 'date');
  return date === null ? null : date + DAY_MS;
}

/** A trip's passenger is looked after until so long after its end. */
export const AFTER_END_MS = 12 * 3_600_000;

/** Until when somebody looks after the passenger of a segment; null where its times are not known. */
export function lookedAfterUntil(segment: Segment): number | null {
  const end = endOf(segment);
  return end === null ? null : end + AFTER_END_MS;
}

export const isCancelledBooking = (segment: Segment): boolean => textOf(segment, 'status') === 'cancelled';
