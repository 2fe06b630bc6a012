import type { AlertView } from '../../../domain/customer-view.ts';
import type { EventRow } from '../../../domain/event.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { isoTime, parseTime } from '../../../domain/time.ts';
import { connectionsOf } from '../connections.ts';
import { flightKey, normalCode } from '../identities.ts';
import { isObject } from '../kinds.ts';
import {
  isCancelledBooking,
  lookedAfterUntil,
  type Segment,
  type ShownFacts,
  segmentsOf,
  textOf,
  timeOf,
} from '../trips.ts';
import { shownOf } from './facts.ts';

const HOUR_MS = 3_600_000;
/** A gate is of interest in the last hours before departure. */
const GATE_MS = 6 * HOUR_MS;
/** Below this a missed connection is certain enough to act. */
const CRITICAL_MINUTES = 20;

const isLive = (segment: Segment, now: number): boolean => {
  const until = lookedAfterUntil(segment);
  return !isCancelledBooking(segment) && (until === null || until > now);
};

/** What is wrong for this customer now, worst first, then newest. `events` may be empty: then no gate changes. */
export function alertsOf(row: ProfileRow, events: readonly EventRow[], now: number): AlertView[] {
  const facts = shownOf(row);
  const live = segmentsOf(facts).filter((segment) => isLive(segment, now));
  const alerts = [
    ...live.flatMap((segment) => flightAlert(segment, events)),
    ...connectionAlerts(live),
    ...live.flatMap((segment) => gateAlert(segment, events, now)),
    ...bagAlerts(facts),
    ...complaintAlerts(facts),
  ];
  const weight = (alert: AlertView) => (alert.severity === 'critical' ? 0 : 1);
  return alerts.sort((a, b) => weight(a) - weight(b) || (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

const route = (segment: Segment) => ({
  booking: segment.booking,
  segment: segment.segment,
  flight: textOf(segment, 'flight'),
  from: textOf(segment, 'from'),
  to: textOf(segment, 'to'),
  departs: textOf(segment, 'departs'),
});

function flightAlert(segment: Segment, events: readonly EventRow[]): AlertView[] {
  const status = segment.fields.get('flightStatus');
  if (status?.value !== 'cancelled' && status?.value !== 'delayed') return [];
  const cancelled = status.value === 'cancelled';
  return [
    {
      kind: cancelled ? 'cancelled' : 'delayed',
      severity: cancelled ? 'critical' : 'warning',
      params: { ...route(segment), was: bookedDeparture(segment, events), reason: textOf(segment, 'reason') },
      source: status.source,
      at: isoTime(status.at),
    },
  ];
}

/** The departure that was booked, where the timeline still tells it and it is another one now. */
function bookedDeparture(segment: Segment, events: readonly EventRow[]): string | null {
  const now = timeOf(segment, 'departs');
  for (const { properties } of events) {
    const { booking, segments } = properties;
    if (typeof booking !== 'string' || normalCode(booking) !== segment.booking || !Array.isArray(segments))
      continue;
    for (const one of segments) {
      if (!isObject(one) || String(one.segment) !== segment.segment || typeof one.departs !== 'string')
        continue;
      if (one.flight !== textOf(segment, 'flight')) continue;
      return parseTime(one.departs) === now ? null : one.departs;
    }
  }
  return null;
}

function connectionAlerts(live: readonly Segment[]): AlertView[] {
  return connectionsOf(live)
    .filter((connection) => connection.atRisk)
    .map(({ from, to, minutes, since }) => ({
      kind: 'connection',
      severity: minutes < CRITICAL_MINUTES ? 'critical' : 'warning',
      params: { ...route(to), minutes, feeder: textOf(from, 'flight') },
      source: from.fields.get('arrives')?.source ?? '',
      at: isoTime(since),
    }));
}

/** A gate that was another one before, as the flight's own events tell. */
function gateAlert(segment: Segment, events: readonly EventRow[], now: number): AlertView[] {
  const gate = segment.fields.get('gate');
  const departs = timeOf(segment, 'departs');
  if (!gate || departs === null || departs < now || departs - now > GATE_MS) return [];
  const key = flightKey(
    textOf(segment, 'flight') ?? undefined,
    textOf(segment, 'date') ?? undefined,
    textOf(segment, 'from') ?? undefined,
  );
  const before = events.find(({ name, at, properties }) => {
    const { flight, date, from, gate: other } = properties;
    if (name !== 'Flight Status' || at >= isoTime(gate.at) || flightKey(flight, date, from) !== key)
      return false;
    return typeof other === 'string' && other !== gate.value;
  });
  if (!before) return [];
  const params = { ...route(segment), gate: String(gate.value), was: String(before.properties.gate) };
  return [{ kind: 'gate', severity: 'warning', params, source: gate.source, at: isoTime(gate.at) }];
}

function bagAlerts(facts: ShownFacts): AlertView[] {
  const alerts: AlertView[] = [];
  for (const [name, fact] of facts) {
    if (!name.startsWith('bag.') || !name.endsWith('.status') || fact.value !== 'not loaded') continue;
    const params = { tag: name.slice('bag.'.length, -'.status'.length) };
    alerts.push({ kind: 'bag', severity: 'warning', params, source: fact.source, at: isoTime(fact.at) });
  }
  return alerts;
}

function complaintAlerts(facts: ShownFacts): AlertView[] {
  const alerts: AlertView[] = [];
  for (const [name, fact] of facts) {
    if (!name.startsWith('case.') || !name.endsWith('.status') || fact.value !== 'open') continue;
    const group = name.slice(0, -'.status'.length);
    if (facts.get(`${group}.kind`)?.value !== 'complaint') continue;
    const topic = facts.get(`${group}.topic`)?.value;
    const params = { caseId: group.slice('case.'.length), topic: typeof topic === 'string' ? topic : null };
    alerts.push({
      kind: 'complaint',
      severity: 'warning',
      params,
      source: fact.source,
      at: isoTime(fact.at),
    });
  }
  return alerts;
}
