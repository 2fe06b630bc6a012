import { airport, distanceKm } from './airports.ts';

/** A connection of the hub: `numbers` are the daily flights outbound; each comes back under the next number. */
export type Route = { to: string; carrier: string; numbers: number[]; km: number };

type Row = readonly [to: string, carrier: string, first: number, daily: number];

/** Flights of the Frankfurt hub as they are or were flown, with partners where those fly the route. */
const ROWS: readonly Row[] = [
  ['MUC', 'LH', 92, 12],
  ['BER', 'LH', 172, 12],
  ['HAM', 'LH', 2, 12],
  ['DUS', 'LH', 72, 6],
  ['ZRH', 'LX', 1065, 5],
  ['GVA', 'LH', 1212, 5],
  ['VIE', 'OS', 122, 6],
  ['LHR', 'LH', 900, 10],
  ['MAN', 'LH', 938, 4],
  ['EDI', 'LH', 960, 3],
  ['DUB', 'LH', 976, 4],
  ['CDG', 'LH', 1026, 7],
  ['NCE', 'LH', 1058, 4],
  ['LYS', 'LH', 1074, 4],
  ['AMS', 'LH', 986, 6],
  ['BRU', 'SN', 2602, 5],
  ['CPH', 'LH', 824, 5],
  ['OSL', 'LH', 856, 4],
  ['ARN', 'LH', 800, 5],
  ['HEL', 'LH', 846, 4],
  ['WAW', 'LO', 378, 5],
  ['KRK', 'LH', 1362, 4],
  ['GDN', 'LH', 1376, 3],
  ['PRG', 'LH', 1390, 5],
  ['BUD', 'LH', 1334, 5],
  ['OTP', 'LH', 1416, 3],
  ['ATH', 'A3', 831, 4],
  ['IST', 'TK', 1588, 5],
  ['AYT', 'XQ', 141, 4],
  ['FCO', 'LH', 230, 6],
  ['MXP', 'LH', 246, 6],
  ['VCE', 'LH', 324, 4],
  ['MAD', 'LH', 1110, 6],
  ['BCN', 'LH', 1124, 6],
  ['PMI', 'DE', 1504, 6],
  ['LIS', 'LH', 1166, 4],
  ['OPO', 'LH', 1176, 3],
  ['FNC', 'DE', 1580, 2],
  ['KEF', 'FI', 521, 1],
  ['JFK', 'LH', 400, 1],
  ['JFK', 'LH', 404, 1],
  ['EWR', 'LH', 402, 1],
  ['EWR', 'UA', 960, 1],
  ['BOS', 'LH', 422, 1],
  ['IAD', 'LH', 416, 2],
  ['MIA', 'LH', 462, 1],
  ['ORD', 'LH', 430, 2],
  ['IAH', 'LH', 440, 1],
  ['DFW', 'LH', 438, 1],
  ['DEN', 'LH', 446, 1],
  ['SFO', 'LH', 454, 1],
  ['LAX', 'LH', 456, 1],
  ['SEA', 'DE', 2032, 1],
  ['YYZ', 'AC', 873, 1],
  ['YUL', 'LH', 478, 1],
  ['MEX', 'LH', 498, 1],
  ['GRU', 'LH', 506, 1],
  ['EZE', 'LH', 510, 1],
  ['LOS', 'LH', 568, 1],
  ['CAI', 'LH', 580, 2],
  ['JNB', 'LH', 572, 1],
  ['NBO', 'LH', 590, 1],
  ['DXB', 'LH', 630, 1],
  ['RUH', 'LH', 636, 1],
  ['DEL', 'LH', 760, 1],
  ['BOM', 'LH', 756, 1],
  ['BKK', 'TG', 921, 1],
  ['SIN', 'SQ', 25, 1],
  ['SGN', 'VN', 30, 1],
  ['HKG', 'LH', 796, 1],
  ['PVG', 'LH', 728, 1],
  ['PEK', 'CA', 966, 1],
  ['ICN', 'LH', 712, 1],
  ['HND', 'NH', 204, 1],
];

/** The station's routes, nearest first. Another station than Frankfurt flies the same ones and Frankfurt in its own place. */
export function routesOf(station: string): Route[] {
  const hub = airport(station);
  return ROWS.map(([iata, carrier, first, daily]) => {
    const to = iata === station ? 'FRA' : iata;
    return {
      to,
      carrier,
      numbers: Array.from({ length: daily }, (_, k) => first + 2 * k),
      km: distanceKm(hub, airport(to)),
    };
  }).sort((a, b) => a.km - b.km || (a.numbers[0] ?? 0) - (b.numbers[0] ?? 0));
}
