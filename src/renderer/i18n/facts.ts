import type { CustomerView, FactView } from '../../bridge/views.ts';
import type { Json } from '../../domain/json.ts';
import { plain } from './plain.ts';
import type { Words } from './words.tsx';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/u;
const ISO_DATE = /^\d{4}-\d\d-\d\d$/u;

/** "LH400" as people write it: "LH 400". */
export const flightName = (flight: string): string =>
  plain(flight.replace(/^([A-Z0-9]{2})(\d{1,4}[A-Z]?)$/u, '$1 $2'));

/** "trip.QX7R2M.1.seat" in its parts, or null where it is another kind of fact. */
export function tripFact(name: string): { booking: string; segment: string; field: string } | null {
  const match = /^trip\.([^.]+)\.([^.]+)\.(.+)$/u.exec(name);
  return match
    ? { booking: match[1] as string, segment: match[2] as string, field: match[3] as string }
    : null;
}

/** The flight of a trip's segment, for the names of facts and commands. */
export const flightLookup =
  (view: CustomerView | null | undefined) =>
  (booking: string, segment: string): string | null =>
    view?.trips.find((trip) => trip.booking === booking)?.segments.find((one) => one.segment === segment)
      ?.flight ?? null;

/** What a fact is called. `flightOf` gives the flight of a trip's segment, as far as it is known. */
export function factLabel(
  words: Words,
  name: string,
  flightOf?: (booking: string, segment: string) => string | null,
): string {
  const trip = tripFact(name);
  if (trip) {
    const field = words.known(`fact.${trip.field}`) ?? plain(trip.field);
    const flight = flightOf?.(trip.booking, trip.segment);
    return words.t('fact.ofFlight', {
      field,
      flight: flight ? flightName(flight) : plain(`${trip.booking} ${trip.segment}`),
    });
  }
  const dotted = /^(booking|case|bag|consent|preference|segment)\.(.+)$/u.exec(name);
  if (!dotted) return words.known(`fact.${name}`) ?? plain(name);
  const kind = dotted[1] as string;
  const rest = dotted[2] as string;
  if (kind === 'consent' || kind === 'preference') {
    return words.known(`${kind}.${rest}`) ?? plain(rest);
  }
  if (kind === 'segment') return words.known(`audience.${rest}`) ?? plain(rest);
  const [id, field = ''] = rest.split(/\.(?=[^.]*$)/u);
  return words.t('fact.ofThing', {
    thing: words.known(`thing.${kind}`) ?? kind,
    id: plain(id ?? ''),
    field: words.known(`fact.${field}`) ?? plain(field),
  });
}

/** A value in words: known codes translated, times in the station's zone, the rest as the source has it. */
export function valueText(words: Words, value: Json, now: number, zone?: string | null): string {
  if (value === null || value === '') return words.t('value.none');
  if (typeof value === 'boolean') return words.t(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') return words.number(value);
  if (Array.isArray(value)) return words.list(value.map((item) => valueText(words, item, now, zone)));
  if (typeof value === 'object') return plain(JSON.stringify(value));
  if (ISO_TIME.test(value)) return words.dayTime(value, now, zone);
  if (ISO_DATE.test(value)) return words.date(value);
  return words.known(`value.${value}`) ?? plain(value);
}

/** The value of a named fact: of a flight as people write it. */
export const namedValue = (words: Words, name: string, value: Json, now: number): string =>
  typeof value === 'string' && tripFact(name)?.field === 'flight'
    ? flightName(value)
    : valueText(words, value, now);

export const factText = (words: Words, fact: FactView, now: number, zone?: string | null): string =>
  fact.masked ? plain(String(fact.value)) : valueText(words, fact.value, now, zone);

/** The name of a source as people at the counter call it. */
export const sourceName = (words: Words, source: string): string =>
  words.known(`source.${source}`) ?? plain(source);

/** What the customer is doing, by the code of `now.activity`. */
export const activityText = (words: Words, activity: string): string =>
  words.known(`activity.${activity}`) ?? plain(activity);
