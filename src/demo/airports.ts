/** An airport as far as the simulation needs it: coordinates in degrees, rounded to 0.1 (about 10 km). */
export type Airport = { iata: string; city: string; country: string; zone: string; lat: number; lon: number };

type Row = readonly [
  iata: string,
  city: string,
  country: string,
  zone: string,
  latitude: number,
  longitude: number,
];

/** Real IATA codes, ISO 3166 countries and IANA zones. */
const ROWS: readonly Row[] = [
  ['FRA', 'Frankfurt', 'DE', 'Europe/Berlin', 50.0, 8.6],
  ['MUC', 'Munich', 'DE', 'Europe/Berlin', 48.4, 11.8],
  ['BER', 'Berlin', 'DE', 'Europe/Berlin', 52.4, 13.5],
  ['HAM', 'Hamburg', 'DE', 'Europe/Berlin', 53.6, 10.0],
  ['DUS', 'Düsseldorf', 'DE', 'Europe/Berlin', 51.3, 6.8],
  ['ZRH', 'Zurich', 'CH', 'Europe/Zurich', 47.5, 8.5],
  ['GVA', 'Geneva', 'CH', 'Europe/Zurich', 46.2, 6.1],
  ['VIE', 'Vienna', 'AT', 'Europe/Vienna', 48.1, 16.6],
  ['LHR', 'London', 'GB', 'Europe/London', 51.5, -0.5],
  ['MAN', 'Manchester', 'GB', 'Europe/London', 53.4, -2.3],
  ['EDI', 'Edinburgh', 'GB', 'Europe/London', 55.9, -3.4],
  ['DUB', 'Dublin', 'IE', 'Europe/Dublin', 53.4, -6.3],
  ['CDG', 'Paris', 'FR', 'Europe/Paris', 49.0, 2.5],
  ['NCE', 'Nice', 'FR', 'Europe/Paris', 43.7, 7.2],
  ['LYS', 'Lyon', 'FR', 'Europe/Paris', 45.7, 5.1],
  ['AMS', 'Amsterdam', 'NL', 'Europe/Amsterdam', 52.3, 4.8],
  ['BRU', 'Brussels', 'BE', 'Europe/Brussels', 50.9, 4.5],
  ['CPH', 'Copenhagen', 'DK', 'Europe/Copenhagen', 55.6, 12.7],
  ['OSL', 'Oslo', 'NO', 'Europe/Oslo', 60.2, 11.1],
  ['ARN', 'Stockholm', 'SE', 'Europe/Stockholm', 59.7, 17.9],
  ['HEL', 'Helsinki', 'FI', 'Europe/Helsinki', 60.3, 25.0],
  ['WAW', 'Warsaw', 'PL', 'Europe/Warsaw', 52.2, 21.0],
  ['KRK', 'Kraków', 'PL', 'Europe/Warsaw', 50.1, 19.8],
  ['GDN', 'Gdańsk', 'PL', 'Europe/Warsaw', 54.4, 18.5],
  ['PRG', 'Prague', 'CZ', 'Europe/Prague', 50.1, 14.3],
  ['BUD', 'Budapest', 'HU', 'Europe/Budapest', 47.4, 19.3],
  ['OTP', 'Bucharest', 'RO', 'Europe/Bucharest', 44.6, 26.1],
  ['ATH', 'Athens', 'GR', 'Europe/Athens', 37.9, 23.9],
  ['IST', 'Istanbul', 'TR', 'Europe/Istanbul', 41.3, 28.7],
  ['AYT', 'Antalya', 'TR', 'Europe/Istanbul', 36.9, 30.8],
  ['FCO', 'Rome', 'IT', 'Europe/Rome', 41.8, 12.2],
  ['MXP', 'Milan', 'IT', 'Europe/Rome', 45.6, 8.7],
  ['VCE', 'Venice', 'IT', 'Europe/Rome', 45.5, 12.4],
  ['MAD', 'Madrid', 'ES', 'Europe/Madrid', 40.5, -3.6],
  ['BCN', 'Barcelona', 'ES', 'Europe/Madrid', 41.3, 2.1],
  ['PMI', 'Palma de Mallorca', 'ES', 'Europe/Madrid', 39.6, 2.7],
  ['LIS', 'Lisbon', 'PT', 'Europe/Lisbon', 38.8, -9.1],
  ['OPO', 'Porto', 'PT', 'Europe/Lisbon', 41.2, -8.7],
  ['FNC', 'Funchal', 'PT', 'Atlantic/Madeira', 32.7, -16.8],
  ['KEF', 'Reykjavík', 'IS', 'Atlantic/Reykjavik', 64.0, -22.6],
  ['JFK', 'New York', 'US', 'America/New_York', 40.6, -73.8],
  ['EWR', 'Newark', 'US', 'America/New_York', 40.7, -74.2],
  ['BOS', 'Boston', 'US', 'America/New_York', 42.4, -71.0],
  ['IAD', 'Washington', 'US', 'America/New_York', 38.9, -77.5],
  ['MIA', 'Miami', 'US', 'America/New_York', 25.8, -80.3],
  ['ORD', 'Chicago', 'US', 'America/Chicago', 42.0, -87.9],
  ['IAH', 'Houston', 'US', 'America/Chicago', 30.0, -95.3],
  ['DFW', 'Dallas', 'US', 'America/Chicago', 32.9, -97.0],
  ['DEN', 'Denver', 'US', 'America/Denver', 39.9, -104.7],
  ['SFO', 'San Francisco', 'US', 'America/Los_Angeles', 37.6, -122.4],
  ['LAX', 'Los Angeles', 'US', 'America/Los_Angeles', 33.9, -118.4],
  ['SEA', 'Seattle', 'US', 'America/Los_Angeles', 47.4, -122.3],
  ['YYZ', 'Toronto', 'CA', 'America/Toronto', 43.7, -79.6],
  ['YUL', 'Montréal', 'CA', 'America/Toronto', 45.5, -73.7],
  ['MEX', 'Mexico City', 'MX', 'America/Mexico_City', 19.4, -99.1],
  ['GRU', 'São Paulo', 'BR', 'America/Sao_Paulo', -23.4, -46.5],
  ['EZE', 'Buenos Aires', 'AR', 'America/Argentina/Buenos_Aires', -34.8, -58.5],
  ['LOS', 'Lagos', 'NG', 'Africa/Lagos', 6.6, 3.3],
  ['CAI', 'Cairo', 'EG', 'Africa/Cairo', 30.1, 31.4],
  ['JNB', 'Johannesburg', 'ZA', 'Africa/Johannesburg', -26.1, 28.2],
  ['NBO', 'Nairobi', 'KE', 'Africa/Nairobi', -1.3, 36.9],
  ['DXB', 'Dubai', 'AE', 'Asia/Dubai', 25.3, 55.4],
  ['RUH', 'Riyadh', 'SA', 'Asia/Riyadh', 25.0, 46.7],
  ['DEL', 'Delhi', 'IN', 'Asia/Kolkata', 28.6, 77.1],
  ['BOM', 'Mumbai', 'IN', 'Asia/Kolkata', 19.1, 72.9],
  ['BKK', 'Bangkok', 'TH', 'Asia/Bangkok', 13.7, 100.7],
  ['SIN', 'Singapore', 'SG', 'Asia/Singapore', 1.4, 104.0],
  ['SGN', 'Ho Chi Minh City', 'VN', 'Asia/Ho_Chi_Minh', 10.8, 106.7],
  ['HKG', 'Hong Kong', 'HK', 'Asia/Hong_Kong', 22.3, 113.9],
  ['PVG', 'Shanghai', 'CN', 'Asia/Shanghai', 31.1, 121.8],
  ['PEK', 'Beijing', 'CN', 'Asia/Shanghai', 40.1, 116.6],
  ['ICN', 'Seoul', 'KR', 'Asia/Seoul', 37.5, 126.4],
  ['HND', 'Tokyo', 'JP', 'Asia/Tokyo', 35.6, 139.8],
];

/** All airports by IATA code. */
export const AIRPORTS: ReadonlyMap<string, Airport> = new Map(
  ROWS.map(([iata, city, country, zone, lat, lon]) => [iata, { iata, city, country, zone, lat, lon }]),
);

/** The airport of a code in the table; an unknown code is a mistake of the caller. */
export function airport(iata: string): Airport {
  const found = AIRPORTS.get(iata);
  if (!found) throw new RangeError(`no airport ${iata} in the table of the simulation`);
  return found;
}

const EARTH_RADIUS_KM = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in kilometres (haversine). */
export function distanceKm(from: Airport, to: Airport): number {
  const dLat = radians(to.lat - from.lat);
  const dLon = radians(to.lon - from.lon);
  const a =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(a));
}

/** Scheduled time from gate to gate in minutes, to five: taxi and climb 40, then 840 km/h. */
export function blockMinutes(from: Airport, to: Airport): number {
  return Math.round((40 + distanceKm(from, to) / 14) / 5) * 5;
}

/** Longer than this is a long-haul flight: one a day or so, so that a cancellation costs a night. */
export const LONG_HAUL_KM = 4500;
