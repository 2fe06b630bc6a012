import type {
  AlertView,
  BagView,
  CaseView,
  FactView,
  SegmentView,
  TripView,
} from '../../../domain/customer-view.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { airportOf } from '../airports.ts';
import { endOf, isCancelledBooking, type Segment, type ShownFacts, segmentsOf, textOf } from '../trips.ts';
import { type FactLens, factView } from './facts.ts';

const HOUR_MS = 3_600_000;
const JUST_ENDED_MS = 2 * HOUR_MS;

function segmentView(segment: Segment, row: ProfileRow, lens: FactLens): SegmentView {
  const fields: { [field: string]: FactView } = {};
  for (const field of segment.fields.keys()) {
    const name = `${segment.name}.${field}`;
    const fact = row.facts[name];
    if (fact) fields[field] = factView(name, fact, lens);
  }
  const place = (field: string) => {
    const code = textOf(segment, field);
    return code === null ? null : airportOf(code);
  };
  return {
    booking: segment.booking,
    segment: segment.segment,
    flight: textOf(segment, 'flight'),
    date: textOf(segment, 'date'),
    from: place('from'),
    to: place('to'),
    departs: textOf(segment, 'departs'),
    arrives: textOf(segment, 'arrives'),
    fields,
  };
}

const keyOf = (segment: { booking: string; segment: string }): string =>
  `${segment.booking}/${segment.segment}`;

/** The segment to look at: the first in trouble, else the first that has not ended, else the one that ended last. */
function nextOf(segments: readonly Segment[], alerts: readonly AlertView[], now: number): Segment | null {
  const inTime = [...segments].sort((a, b) => (endOf(a) ?? 0) - (endOf(b) ?? 0));
  const troubled = new Set(
    alerts.filter((alert) => alert.params.booking).map(({ params }) => `${params.booking}/${params.segment}`),
  );
  const upcoming = inTime.filter(
    (one) => !isCancelledBooking(one) && (endOf(one) ?? Infinity) + JUST_ENDED_MS > now,
  );
  return upcoming.find((one) => troubled.has(keyOf(one))) ?? upcoming[0] ?? inTime.at(-1) ?? null;
}

export type Trips = { next: SegmentView | null; trips: TripView[] };

/** Trips with the one to look at first, and within it the segment to look at first. */
export function tripViews(
  row: ProfileRow,
  facts: ShownFacts,
  alerts: readonly AlertView[],
  now: number,
  lens: FactLens,
): Trips {
  const segments = segmentsOf(facts);
  const next = nextOf(segments, alerts, now);
  const trips = new Map<string, TripView>();
  for (const segment of next ? [next, ...segments.filter((one) => one !== next)] : segments) {
    const { booking } = segment;
    let trip = trips.get(booking);
    if (!trip) {
      const status = row.facts[`booking.${booking}.status`];
      trip = {
        booking,
        status: status ? factView(`booking.${booking}.status`, status, lens) : null,
        segments: [],
      };
      trips.set(booking, trip);
    }
    trip.segments.push(segmentView(segment, row, lens));
  }
  const views = [...trips.values()];
  return { next: views[0]?.segments[0] ?? null, trips: views };
}

type Group = { key: string; fields: { [field: string]: FactView } };

/** Facts `prefix.KEY.field` by key; a key may hold dots. */
function groupsOf(row: ProfileRow, prefix: string, lens: FactLens): Group[] {
  const groups = new Map<string, Group>();
  for (const [name, fact] of Object.entries(row.facts)) {
    if (!name.startsWith(prefix)) continue;
    const end = name.lastIndexOf('.');
    const key = name.slice(prefix.length, Math.max(end, prefix.length));
    const group = groups.get(key) ?? { key, fields: {} };
    groups.set(key, group);
    group.fields[name.slice(end + 1)] = factView(name, fact, lens);
  }
  return [...groups.values()];
}

export const bagViews = (row: ProfileRow, lens: FactLens): BagView[] =>
  groupsOf(row, 'bag.', lens).map(({ key, fields }) => ({ tag: key, fields }));

/** Open cases first, newest first. */
export function caseViews(row: ProfileRow, lens: FactLens): CaseView[] {
  const open = (view: CaseView) => (view.fields.status?.value === 'open' ? 0 : 1);
  const at = (view: CaseView) => view.fields.status?.at ?? '';
  return groupsOf(row, 'case.', lens)
    .map(({ key, fields }) => ({ caseId: key, fields }))
    .sort((a, b) => open(a) - open(b) || (at(a) < at(b) ? 1 : -1));
}
