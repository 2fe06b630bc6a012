import { expect, it } from 'vitest';
import { AIRPORTS, airport, blockMinutes } from './airports.ts';
import { chance } from './random.ts';
import { readFlightRecords } from './records.ts';
import { routesOf } from './routes.ts';
import { schedule } from './schedule.ts';

const NOW = Date.parse('2026-11-21T02:10:00Z');
const records = readFlightRecords();

it('the real flights have a time of the day, a distance and a delay', () => {
  expect(records).toHaveLength(2000);
  expect(records.every((r) => r.minuteOfDay >= 0 && r.minuteOfDay < 1440 && r.distance > 0)).toBe(true);
  expect(records.filter((r) => r.delay >= 15).length).toBeGreaterThan(200);
});

it('every airport has a zone that the runtime knows, every route an airport', () => {
  for (const { iata, zone } of AIRPORTS.values()) {
    expect(() => new Intl.DateTimeFormat('en', { timeZone: zone }), iata).not.toThrow();
  }
  for (const { to } of routesOf('FRA')) expect(AIRPORTS.has(to), to).toBe(true);
  expect(blockMinutes(airport('FRA'), airport('JFK'))).toBeGreaterThan(7.5 * 60);
  expect(blockMinutes(airport('FRA'), airport('JFK'))).toBeLessThan(9.5 * 60);
});

it('flights leave within the window, feeders arrive before their onward flight, no number twice a day', () => {
  const { outbound, feeders } = schedule(records, 'FRA', NOW, 120, chance('x'));
  expect(outbound.length).toBeGreaterThan(100);
  for (const { departs } of outbound) {
    expect(departs).toBeGreaterThanOrEqual(NOW - 2 * 3_600_000);
    expect(departs).toBeLessThanOrEqual(NOW + 30 * 3_600_000);
  }
  const ids = [...outbound, ...feeders].map((f) => f.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(feeders.length).toBeGreaterThan(20);
  expect(feeders.every((f) => f.to === 'FRA' && outbound.some((o) => o.departs > f.arrives))).toBe(true);
});
