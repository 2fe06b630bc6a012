import type { EventRow } from '../../../domain/event.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';
import { offeredFlights } from '../offered.ts';
import type { Findings, InputSource, Target } from './input.ts';
import { fullValue, originOf, segmentsOf, type TripSegment, thingsOf, timeOf } from './row.ts';
import type { InputFact } from './vocabulary.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A cancelled flight concerns its passengers until a day after it should have left. */
const CANCELLED_MS = 24 * HOUR_MS;
/** A flight without a known arrival counts as under way for so long. */
const UNDER_WAY_MS = 2 * HOUR_MS;
const LONG_HAUL_MS = 5 * HOUR_MS;
const STAY_MS = 24 * HOUR_MS;
/** Least time to change planes, as in the pack's computed segments. */
const CONNECTION_MINUTES = 45;
const GATE_NEWS_MS = 3 * HOUR_MS;
const EVENING_HOUR = 18;
const LONG_DELAY_MINUTES = 360;
const WINDOW_LETTERS = /[AFK]$/u;
const AISLE_LETTERS = /[CDGH]$/u;

/** What the trip says: the segment in question, its disturbances and its surroundings. */
export function tripFacts(
  source: InputSource,
  findings: Findings,
): { readonly target: Omit<Target, 'profileId'>; readonly departs: number | undefined } {
  const all = segmentsOf(source.row).filter(({ fields }) => fields['status'] !== 'cancelled');
  const live = all.filter((segment) => isLive(segment, source.now));
  const cancelled = live.find(({ fields }) => fields['flightStatus'] === 'cancelled');
  const delayed = live.find(({ fields }) => fields['flightStatus'] === 'delayed');
  const focus = cancelled ?? delayed ?? live[0];
  const put = putter(source, findings);
  put('hasTrip', focus !== undefined, focus && `${focus.name}.flight`);
  put('flightCancelled', cancelled !== undefined, cancelled && `${cancelled.name}.flightStatus`);
  put('flightDelayed', delayed !== undefined, delayed && `${delayed.name}.flightStatus`);
  word(findings, 'cancelledFlight', spaced(cancelled?.fields['flight']));
  word(findings, 'delayedFlight', spaced(delayed?.fields['flight']));
  if (focus !== undefined) focusFacts(source, findings, focus);
  connectionFacts(source, findings, live);
  bagFacts(source, findings);
  const disturbance = (
    ['flightCancelled', 'flightDelayed', 'connectionAtRisk', 'bagNotLoaded'] as const
  ).find((fact) => findings.facts[fact] === true);
  const complaint = openComplaint(source);
  put('disrupted', disturbance !== undefined || complaint !== undefined, complaint);
  if (disturbance !== undefined) findings.origins.disrupted = findings.origins[disturbance];
  informedFact(source, findings);
  const departs = timeOf(focus?.fields['departs']);
  const stage = findings.facts['disrupted'] === true ? 'disrupted' : stageOf(departs, source.now);
  put('stage', stage, focus && `${focus.name}.departs`);
  return {
    target: {
      ...(focus !== undefined && { booking: focus.booking, segment: Number(focus.segment) }),
      alternatives: alternativesOf(source, findings, focus),
    },
    departs: Number.isNaN(departs) ? undefined : departs,
  };
}

type Put = (fact: InputFact, value: Json | undefined, from?: string) => void;

function putter({ row }: InputSource, findings: Findings): Put {
  return (fact, value, from) => {
    if (value === undefined) return;
    findings.facts[fact] = value;
    const origin = from === undefined ? undefined : originOf(row, from);
    if (origin !== undefined) findings.origins[fact] = origin;
  };
}

function word(findings: Findings, name: string, value: string | undefined): void {
  if (value !== undefined) findings.words[name] = value;
}

/** `LH400` as people read it: `LH 400`. */
function spaced(flight: Json | undefined): string | undefined {
  if (typeof flight !== 'string') return undefined;
  return flight.replace(/^([A-Z0-9]{2})(\d{1,4}[A-Z]?)$/u, '$1 $2');
}

function isLive({ fields }: TripSegment, now: number): boolean {
  const departs = timeOf(fields['departs']);
  const arrives = timeOf(fields['arrives']);
  const date = timeOf(fields['date']);
  if (fields['flightStatus'] === 'arrived') return false;
  const end = Number.isNaN(arrives) ? departs + UNDER_WAY_MS : arrives;
  if (Number.isNaN(end)) return Number.isNaN(date) || date + 2 * CANCELLED_MS > now;
  if (fields['flightStatus'] === 'cancelled') return Math.max(end, departs + CANCELLED_MS || 0) > now;
  return end > now;
}

function focusFacts(source: InputSource, findings: Findings, focus: TripSegment): void {
  const put = putter(source, findings);
  const { fields, name } = focus;
  const departs = timeOf(fields['departs']);
  const arrives = timeOf(fields['arrives']);
  word(findings, 'flight', spaced(fields['flight']));
  for (const field of ['from', 'to', 'seat', 'gate'] as const) {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') findings.words[field] = value;
  }
  put('boarded', fields['status'] === 'boarded', `${name}.status`);
  put('checkedIn', fields['status'] === 'checked in' || fields['status'] === 'boarded', `${name}.status`);
  if (typeof fields['cabin'] === 'string') {
    put('cabin', fields['cabin'].toLowerCase(), `${name}.cabin`);
    findings.words['cabin'] = fields['cabin'];
  }
  if (!Number.isNaN(departs)) {
    const minutes = Math.round((departs - source.now) / MINUTE_MS);
    put('minutesToDeparture', minutes, `${name}.departs`);
    if (minutes >= 0) findings.words['timeToDeparture'] = spanOf(minutes);
    word(findings, 'departs', wallClock(fields['departs']));
    put('longHaul', arrives - departs >= LONG_HAUL_MS, `${name}.arrives`);
  }
  if (source.station !== undefined) put('atStation', fields['from'] === source.station, `${name}.from`);
  seatFacts(source, findings, focus);
  delayFacts(source, findings, focus);
  gateFacts(source, findings, focus);
}

function spanOf(minutes: number): string {
  if (minutes < 180) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1_440)} d`;
}

/** The clock time as the source wrote it, in the airport's zone where it sent one; UTC says nothing to a passenger. */
function wallClock(departs: Json | undefined): string | undefined {
  const found = typeof departs === 'string' ? /T(\d{2}:\d{2}).*[+-]\d{2}:?\d{2}$/u.exec(departs) : null;
  return found?.[1];
}

function seatFacts(source: InputSource, findings: Findings, { fields, name }: TripSegment): void {
  const put = putter(source, findings);
  const seat = fields['seat'];
  put('hasSeat', typeof seat === 'string' && seat !== '', `${name}.seat`);
  const wish = fullValue(source.row, 'preference.seat');
  const wants =
    typeof wish === 'string'
      ? /window|fenster|ventanilla/iu.test(wish)
        ? WINDOW
        : /aisle|gang|pasillo/iu.test(wish)
          ? AISLE
          : undefined
      : undefined;
  if (wants === undefined || typeof seat !== 'string' || seat === '') return;
  findings.words['seatWish'] = wants.word;
  put('seatMismatch', !wants.letters.test(seat.toUpperCase()), 'preference.seat');
}

const WINDOW = { letters: WINDOW_LETTERS, word: { en: 'window', de: 'Fenster', es: 'ventanilla' } };
const AISLE = { letters: AISLE_LETTERS, word: { en: 'aisle', de: 'Gang', es: 'pasillo' } };

function delayFacts(source: InputSource, findings: Findings, focus: TripSegment): void {
  const put = putter(source, findings);
  const { fields, name } = focus;
  const departs = timeOf(fields['departs']);
  const status = fields['flightStatus'];
  const minutes = Math.round((departs - plannedDeparture(source, focus)) / MINUTE_MS);
  if (status === 'delayed' && minutes > 0) {
    put('delayMinutes', minutes, `${name}.departs`);
    findings.words['delayMinutes'] = String(minutes);
  }
  const clock =
    wallClock(fields['departs']) ??
    (Number.isNaN(departs) ? undefined : new Date(departs).toISOString().slice(11, 16));
  const isEvening = clock !== undefined && Number(clock.slice(0, 2)) >= EVENING_HOUR;
  const isOvernight =
    (status === 'cancelled' && isEvening) || (status === 'delayed' && minutes >= LONG_DELAY_MINUTES);
  put('overnight', isOvernight, `${name}.flightStatus`);
}

/** The earliest departure that was ever said of this flight; NaN where the timeline does not reach back. */
function plannedDeparture({ events }: InputSource, { booking, segment, fields }: TripSegment): number {
  let first: { readonly at: string; readonly departs: number } | null = null;
  for (const event of events) {
    const departs = saidDeparture(event, booking, segment, fields);
    if (!Number.isNaN(departs) && (first === null || event.at < first.at)) first = { at: event.at, departs };
  }
  return first?.departs ?? Number.NaN;
}

function saidDeparture(
  event: EventRow,
  booking: string,
  segment: string,
  fields: TripSegment['fields'],
): number {
  const { properties } = event;
  if (isFlightStatus(event, fields)) return timeOf(properties['departs']);
  const segments = properties['segments'];
  if (!event.name.startsWith('Booking ') || properties['booking'] !== booking || !Array.isArray(segments))
    return Number.NaN;
  const one = segments.find((entry) => isObject(entry) && String(entry['segment']) === segment);
  // A booking that was changed to another flight says nothing of this one.
  return isObject(one) && one['flight'] === fields['flight'] && one['date'] === fields['date']
    ? timeOf(one['departs'])
    : Number.NaN;
}

function isFlightStatus(event: EventRow, fields: TripSegment['fields']): boolean {
  const { flight, date } = event.properties;
  return event.name === 'Flight Status' && flight === fields['flight'] && date === fields['date'];
}

function gateFacts(source: InputSource, findings: Findings, { fields, name }: TripSegment): void {
  const put = putter(source, findings);
  const gate = fields['gate'];
  const origin = originOf(source.row, `${name}.gate`);
  if (typeof gate !== 'string' || origin === undefined) {
    put('gateChanged', false);
    return;
  }
  let before: EventRow | null = null;
  for (const event of source.events) {
    const other = event.properties['gate'];
    if (!isFlightStatus(event, fields) || typeof other !== 'string' || other === gate) continue;
    if (event.at <= origin.at && (before === null || event.at > before.at)) before = event;
  }
  const isNews = Date.parse(origin.at) > source.now - GATE_NEWS_MS;
  put('gateChanged', before !== null && isNews, `${name}.gate`);
  if (before !== null) findings.words['gateWas'] = String(before.properties['gate']);
}

function connectionFacts(source: InputSource, findings: Findings, live: readonly TripSegment[]): void {
  const put = putter(source, findings);
  put('connectionAtRisk', false);
  for (let i = 0; i + 1 < live.length; i++) {
    const [from, to] = [live[i] as TripSegment, live[i + 1] as TripSegment];
    if (from.booking !== to.booking || from.fields['to'] !== to.fields['from']) continue;
    const arrives = timeOf(from.fields['arrives']);
    const departs = timeOf(to.fields['departs']);
    if (!(departs - arrives <= STAY_MS)) continue;
    const minutes = Math.round((departs - arrives) / MINUTE_MS);
    const isAtRisk = from.fields['flightStatus'] !== 'cancelled' && minutes < CONNECTION_MINUTES;
    put('connectionMinutes', minutes, `${to.name}.departs`);
    findings.words['connectionMinutes'] = String(Math.max(0, minutes));
    word(findings, 'connection', spaced(to.fields['flight']));
    put('connectionAtRisk', isAtRisk, `${from.name}.arrives`);
    if (isAtRisk) return;
  }
}

function bagFacts(source: InputSource, findings: Findings): void {
  const put = putter(source, findings);
  const bags = thingsOf(source.row, 'bag').filter(({ status }) => status !== 'delivered');
  put('bags', bags.length, bags[0] && `bag.${bags[0].id}.status`);
  findings.words['bags'] = String(bags.length);
  const lost = bags.find(({ status }) => status === 'not loaded');
  put('bagNotLoaded', lost !== undefined, lost && `bag.${lost.id}.status`);
  word(findings, 'bagTag', lost?.id);
}

function openComplaint({ row }: InputSource): string | undefined {
  const open = thingsOf(row, 'case').find(
    ({ id, status }) =>
      status !== 'resolved' && status !== 'closed' && fullValue(row, `case.${id}.kind`) === 'complaint',
  );
  return open && `case.${open.id}.status`;
}

/** Whether the customer has been active or was told since the disturbance became known. */
function informedFact(source: InputSource, findings: Findings): void {
  const since = findings.origins.flightCancelled?.at ?? findings.origins.flightDelayed?.at;
  if (since === undefined) {
    findings.facts['informed'] = false;
    return;
  }
  const from = Date.parse(since);
  const event = source.events.find((one) => isOwnActivity(one) && Date.parse(one.at) >= from);
  const contact = source.contacts.find(
    ({ profileId, since: opened, state }) =>
      profileId === source.row.id && state !== 'ended' && Date.parse(opened) >= from,
  );
  findings.facts['informed'] = event !== undefined || contact !== undefined;
  if (event !== undefined)
    findings.origins.informed = { fact: event.name, source: event.source, at: event.at };
}

function isOwnActivity({ type, name }: EventRow): boolean {
  return type === 'page' || type === 'screen' || name === 'Rebooking Viewed' || name === 'Call Started';
}

function stageOf(departs: number, now: number): string {
  if (Number.isNaN(departs)) return 'none';
  if (departs < now) return 'under way';
  return departs - now <= STAY_MS ? 'departing' : 'booked';
}

/** What the customer may be rebooked to; the best of it is a word of sentences. */
function alternativesOf(
  source: InputSource,
  findings: Findings,
  focus: TripSegment | undefined,
): readonly string[] {
  if (focus === undefined) return [];
  const { flight } = focus.fields;
  const offered = offeredFlights(
    source.events,
    focus.booking,
    typeof flight === 'string' ? flight : undefined,
  );
  const [best] = offered;
  if (best !== undefined) word(findings, 'alternative', spaced(best.split('/')[0]));
  return offered;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
