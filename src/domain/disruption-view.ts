/** Disturbed flights as the pack computes them for the counter. Times ISO 8601, null where they are not known. */

/** A flight by number, local date of departure and airport. */
export type FlightHead = {
  /** `LH400/2026-11-21/FRA`. */
  key: string;
  flight: string;
  date: string;
  from: string;
  to: string;
  departs: string | null;
  status: 'cancelled' | 'delayed';
  reason: string | null;
};

/** What a passenger misses: his own flight, or the one after it; `minutes` is what is left to change, where he lands. */
export type Missed = { kind: 'flight' | 'connection'; flight: string; to: string; minutes: number | null };
