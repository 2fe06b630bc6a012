import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One flight that was really flown: scheduled minute of the day, delay in minutes (negative: early), distance in miles. */
export type FlightRecord = { minuteOfDay: number; delay: number; distance: number };

type Row = { date: string; delay: number; distance: number };

/**
 * The 2,000 flights of spring 2001 (US Bureau of Transportation Statistics) that the npm package vega-datasets ships as
 * `data/flights-2k.json`; its `exports` hide the file, so it is found beside the package's entry.
 */
export function readFlightRecords(): FlightRecord[] {
  let file: string;
  try {
    const require = createRequire(import.meta.url);
    const entry = require.resolve('vega-datasets');
    file = join(dirname(entry), '..', 'data', 'flights-2k.json');
  } catch {
    throw new Error('The simulated airport needs the npm package vega-datasets; run npm ci first.');
  }
  const rows = JSON.parse(readFileSync(file, 'utf8')) as Row[];
  return rows.map(({ date, delay, distance }) => {
    const [, hour, minute] = /(\d\d):(\d\d)$/.exec(date) ?? [];
    return { minuteOfDay: Number(hour) * 60 + Number(minute), delay, distance };
  });
}
