import type { EventRow } from '../../domain/event.ts';
import { readFlight } from './command-args.ts';
import { codeOf } from './identities.ts';
import { isObject } from './kinds.ts';

/**
 * [X4] The flights that a customer was last offered for a booking (`Rebooking Viewed`), best first, as `LH402` or
 * `LH402/2026-11-22`; without the one that he is on. Events in any order. Pure.
 */
export function offeredFlights(
  events: readonly EventRow[],
  booking: string,
  flight: string | undefined,
): string[] {
  let latest: EventRow | null = null;
  for (const event of events) {
    if (event.name !== 'Rebooking Viewed' || codeOf(event.properties.booking) !== booking) continue;
    if (latest === null || event.at > latest.at) latest = event;
  }
  const options = latest?.properties.options;
  if (!Array.isArray(options)) return [];
  return options.flatMap((option) => {
    const { flight: number, date } = isObject(option) ? option : { flight: option, date: undefined };
    const text = typeof date === 'string' && typeof number === 'string' ? `${number}/${date}` : number;
    const read = readFlight(text) ?? readFlight(number);
    if (read === null || read.flight === codeOf(flight)) return [];
    return [read.date === null ? read.flight : `${read.flight}/${read.date}`];
  });
}
