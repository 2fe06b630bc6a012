/** Invented customers of a busy evening at Frankfurt, with names that are hard to lay out and times relative to now. */
import type {
  AlertView,
  ContactView,
  CustomerView,
  FactView,
  PlaceView,
  SegmentView,
  TimelineView,
} from '../../../src/bridge/views.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';

export const START = Date.now();
export const ago = (seconds: number): string => new Date(START - seconds * 1000).toISOString();
const HOUR = 3600;
const DAY = 24 * HOUR;

export function fact(
  name: string,
  value: Json,
  source: string,
  age: number,
  limitSeconds: number | null = null,
): FactView {
  return {
    name,
    value,
    masked: false,
    source,
    at: ago(age),
    limitSeconds,
    pending: false,
    hash: `h-${JSON.stringify(value)}`,
  };
}

const place = (code: string, name: string, zone: string): PlaceView => ({ code, name, zone });
const FRA = place('FRA', 'Frankfurt', 'Europe/Berlin');
const JFK = place('JFK', 'New York JFK', 'America/New_York');
const BOS = place('BOS', 'Boston', 'America/New_York');
const LOS = place('LOS', 'Lagos', 'Africa/Lagos');
const IST = place('IST', 'Istanbul', 'Europe/Istanbul');
const PVG = place('PVG', 'Shanghai Pudong', 'Asia/Shanghai');
const WAW = place('WAW', 'Warschau', 'Europe/Warsaw');

type Leg = {
  booking: string;
  segment: string;
  flight: string;
  from: PlaceView;
  to: PlaceView;
  inHours: number;
  hours: number;
};

type FieldData = [value: Json, source: string, age: number, limit?: number];

function segment(leg: Leg, fields: { [field: string]: FieldData }): SegmentView {
  const { booking, segment: number, flight, from, to, inHours, hours } = leg;
  const departs = ago(-inHours * HOUR);
  return {
    booking,
    segment: number,
    flight,
    date: departs.slice(0, 10),
    from,
    to,
    departs,
    arrives: ago(-(inHours + hours) * HOUR),
    fields: Object.fromEntries(
      Object.entries<FieldData>({ flight: [flight, 'crs', 9000], ...fields }).map(
        ([field, [value, source, age, limit]]) => [
          field,
          fact(`trip.${booking}.${number}.${field}`, value, source, age, limit ?? null),
        ],
      ),
    ),
  };
}

const event = (
  id: string,
  age: number,
  source: string,
  name: string,
  properties: JsonObject = {},
  type = 'track',
): TimelineView => ({ id, at: ago(age), source, type, name, properties, pending: false });

export const cancelled: AlertView = {
  kind: 'cancelled',
  severity: 'critical',
  params: {
    flight: 'LH400',
    from: 'FRA',
    to: 'JFK',
    departs: ago(-0.6 * HOUR),
    reason: 'no crew',
    booking: 'QX7R2M',
    segment: '1',
  },
  source: 'dcs',
  at: ago(245),
};

const connection: AlertView = {
  kind: 'connection',
  severity: 'warning',
  params: { flight: 'B6618', from: 'JFK', to: 'BOS', minutes: 35 },
  source: 'crs',
  at: ago(64),
};

const visit = (
  id: string,
  profileId: string,
  waited: number,
  state: ContactView['state'] = 'waiting',
): ContactView => ({
  id,
  profileId,
  kind: 'visit',
  state,
  queue: 'counter-b',
  station: 'FRA',
  identity: null,
  at: ago(waited),
  since: ago(waited),
});

const annaFirst = segment(
  { booking: 'QX7R2M', segment: '1', flight: 'LH400', from: FRA, to: JFK, inHours: 0.6, hours: 8.4 },
  {
    seat: ['14C', 'dcs', 3100],
    status: ['checked in', 'dcs', 23 * HOUR],
    flightStatus: ['cancelled', 'dcs', 245],
    cabin: ['economy', 'crs', 20 * DAY],
    reason: ['no crew', 'dcs', 245],
  },
);
const annaSecond = segment(
  { booking: 'QX7R2M', segment: '2', flight: 'B6618', from: JFK, to: BOS, inHours: 11, hours: 1.3 },
  {
    status: ['confirmed', 'crs', 4],
    flightStatus: ['scheduled', 'crs', 64],
    cabin: ['economy', 'crs', 20 * DAY],
  },
);
const annaBack = segment(
  { booking: 'R4NN8B', segment: '1', flight: 'LH423', from: BOS, to: FRA, inHours: 196, hours: 7.2 },
  {
    seat: ['22K', 'crs', 9 * DAY],
    status: ['confirmed', 'crs', 9 * DAY],
    flightStatus: ['scheduled', 'ops', 5 * HOUR],
  },
);

const annaTimeline: TimelineView[] = [
  event('a1', 20, 'app', 'Rebooking Viewed', { booking: 'QX7R2M', options: ['LH402', 'LH404', 'UA989'] }),
  event('a2', 39, 'app', 'Seat Map', {}, 'screen'),
  event(
    'a3',
    72,
    'console',
    'Note Added',
    { text: 'Asks where her two bags are, travels alone with a cello' },
    'note',
  ),
  event('a4', 190, 'email', 'Message Opened', { channel: 'email', action: 'cancellation-notice' }),
  event('a5', 240, 'email', 'Message Sent', { channel: 'email', action: 'cancellation-notice' }),
  event('a6', 245, 'dcs', 'Flight Status', { flight: 'LH400', status: 'cancelled', reason: 'no crew' }),
  event('a7', 1.5 * HOUR, 'baggage', 'Bag Accepted', { booking: 'QX7R2M', tag: '0220114207', weightKg: 19 }),
  event('a8', 1.5 * HOUR + 40, 'baggage', 'Bag Accepted', {
    booking: 'QX7R2M',
    tag: '0220114206',
    weightKg: 22,
  }),
  event('a9', 3 * HOUR, 'phone', 'Call Started', { queue: 'support-en', phone: '+49…12' }),
  event('a10', 23 * HOUR, 'app', 'Checked In', { booking: 'QX7R2M', segment: 1, seat: '14C' }),
  event('a11', 26 * HOUR, 'crm', '', { tier: 'Senator' }, 'identify'),
  event('a12', 6 * DAY, 'crm', 'Case Opened', {
    caseId: '8841',
    topic: 'refund',
    text: 'Refund for the cancelled return flight is still missing',
  }),
  event('a13', 20 * DAY, 'crs', 'Booking Created', { booking: 'QX7R2M' }),
];

const consents = (marketing: boolean): FactView[] => [
  fact('consent.service', true, 'crm', 40 * DAY),
  fact('consent.email', true, 'app', 12 * DAY),
  fact('consent.marketing', marketing, 'app', 12 * DAY),
  fact('consent.phone', false, 'crm', 40 * DAY),
  fact('consent.sms', false, 'crm', 40 * DAY),
];

const base: CustomerView = {
  profileId: '',
  v: 1,
  stale: false,
  name: '',
  tier: null,
  languages: [],
  zone: 'Europe/Berlin',
  identities: [],
  now: null,
  alerts: [],
  next: null,
  trips: [],
  bags: [],
  cases: [],
  consents: consents(false),
  preferences: [],
  needs: [],
  audiences: [],
  others: [],
  timeline: [],
  contacts: [],
  presence: [],
};

export const anna: CustomerView = {
  ...base,
  profileId: 'anna',
  name: 'Anna Weber',
  tier: fact('tier', 'Senator', 'crm', 26 * HOUR, 24 * HOUR),
  languages: ['de', 'en'],
  identities: [
    { type: 'booking', value: 'QX7R2M', masked: false, tag: null },
    { type: 'booking', value: 'R4NN8B', masked: false, tag: null },
    { type: 'phone', value: '•••• ••12', masked: true, tag: 'tag-of-it' },
    { type: 'email', value: 'anna.weber@example.com', masked: false, tag: null },
    { type: 'loyaltyNumber', value: '992 003 441 208', masked: false, tag: null },
    { type: 'ticket', value: '220-2408855125', masked: false, tag: null },
  ],
  now: fact('now.activity', 'Rebooking Viewed', 'app', 20, 600),
  alerts: [cancelled, connection],
  next: annaFirst,
  trips: [
    {
      booking: 'QX7R2M',
      status: fact('booking.QX7R2M.status', 'confirmed', 'crs', 20 * DAY),
      segments: [annaFirst, annaSecond],
    },
    {
      booking: 'R4NN8B',
      status: fact('booking.R4NN8B.status', 'confirmed', 'crs', 9 * DAY),
      segments: [annaBack],
    },
  ],
  bags: ['0220114206', '0220114207'].map((tag) => ({
    tag,
    fields: {
      status: fact(`bag.${tag}.status`, 'not loaded', 'dcs', 130),
      weightKg: fact(`bag.${tag}.weightKg`, 22, 'dcs', 5400),
    },
  })),
  cases: [
    {
      caseId: '8841',
      fields: {
        status: fact('case.8841.status', 'open', 'crm', 3 * HOUR),
        topic: fact('case.8841.topic', 'refund', 'crm', 6 * DAY),
        text: fact(
          'case.8841.text',
          'Refund for the cancelled return flight is still missing, promised by 24 November',
          'crm',
          6 * DAY,
        ),
      },
    },
    {
      caseId: '7310',
      fields: {
        status: fact('case.7310.status', 'resolved', 'crm', 61 * DAY),
        topic: fact('case.7310.topic', 'miles', 'crm', 70 * DAY),
      },
    },
  ],
  consents: consents(false),
  preferences: [
    fact('preference.seat', 'window', 'app', 50 * DAY),
    fact('preference.meal', 'vegetarian', 'crm', 120 * DAY),
  ],
  needs: [],
  audiences: [
    fact('segment.disrupted', true, 'kairos', 245),
    fact('segment.connection-at-risk', true, 'kairos', 64),
    fact('segment.frequent-flyer', true, 'kairos', 26 * HOUR),
  ],
  others: [
    fact('firstName', 'Anna', 'crm', 26 * HOUR),
    fact('lastName', 'Weber', 'crm', 26 * HOUR),
    fact('memberSince', '11 years, 86 flights', 'crm', 26 * HOUR),
  ],
  timeline: annaTimeline,
  contacts: [visit('c1', 'anna', 210, 'active')],
  presence: [{ by: 'Ana R.', state: 'viewing', at: ago(40) }],
};

function plainCustomer(profileId: string, name: string, leg: Leg, more: Partial<CustomerView>): CustomerView {
  const own = segment(leg, {
    seat: ['24H', 'dcs', 900],
    status: ['checked in', 'dcs', 5 * HOUR],
    flightStatus: ['scheduled', 'ops', 600],
    cabin: ['economy', 'crs', 9 * DAY],
    gate: ['B44', 'ops', 600],
  });
  return {
    ...base,
    profileId,
    name,
    identities: [{ type: 'booking', value: leg.booking, masked: false, tag: null }],
    next: own,
    trips: [
      {
        booking: leg.booking,
        status: fact(`booking.${leg.booking}.status`, 'confirmed', 'crs', 9 * DAY),
        segments: [own],
      },
    ],
    timeline: [
      event(`${profileId}-1`, 900, 'app', 'Boarding Pass', {}, 'screen'),
      event(`${profileId}-2`, 5 * HOUR, 'dcs', 'Checked In', { booking: leg.booking, seat: '24H' }),
      event(`${profileId}-3`, 9 * DAY, 'crs', 'Booking Created', { booking: leg.booking }),
    ],
    ...more,
  };
}

const leg = (booking: string, flight: string, to: PlaceView, inHours: number, hours: number): Leg => ({
  booking,
  segment: '1',
  flight,
  from: FRA,
  to,
  inHours,
  hours,
});

export const okafor = plainCustomer('okafor', 'Chidi Okafor', leg('M2KD4T', 'LH568', LOS, 1.4, 6.2), {
  languages: ['en'],
  tier: fact('tier', 'Frequent Traveller', 'crm', 5 * HOUR, 24 * HOUR),
  alerts: [{ ...connection, params: { flight: 'LH568', from: 'FRA', to: 'LOS', minutes: 35 } }],
  contacts: [visit('c2', 'okafor', 160)],
});
export const nguyen = plainCustomer('nguyen', 'Nguyễn Thị Hà', leg('PL8W3C', 'LH402', JFK, 2, 8.4), {
  languages: ['vi', 'en'],
  contacts: [visit('c3', 'nguyen', 115)],
});
export const orsted = plainCustomer('orsted', 'Łukasz Ørsted', leg('W9TT2A', 'LH1352', WAW, 3, 1.8), {
  languages: ['pl'],
  alerts: [{ kind: 'bag', severity: 'warning', params: { tag: '0220431877' }, source: 'dcs', at: ago(300) }],
  contacts: [visit('c4', 'orsted', 70)],
});
export const wang = plainCustomer('wang', '王小明 Wang Xiaoming', leg('ZH5Q7P', 'LH728', PVG, 4, 10.5), {
  languages: ['zh'],
  alerts: [{ kind: 'document', severity: 'warning', params: {}, source: 'dcs', at: ago(600) }],
  contacts: [visit('c5', 'wang', 48)],
});
export const yilmaz = plainCustomer('yilmaz', 'Şükrü Yılmaz‮', leg('TR3V8K', 'TK1592', IST, 2.2, 3), {
  languages: ['tr', 'de'],
  alerts: [{ ...cancelled, params: { ...cancelled.params, flight: 'TK1592', to: 'IST' } }],
  contacts: [visit('c6', 'yilmaz', 31)],
});
export const rossi = plainCustomer('rossi', 'Sofia Rossi', leg('B7LL0M', 'LH400', JFK, 0.6, 8.4), {
  languages: ['it'],
  stale: true,
  contacts: [{ ...visit('c7', 'rossi', 2580), kind: 'callback' }],
});

export const PEOPLE: CustomerView[] = [anna, okafor, nguyen, orsted, wang, yilmaz, rossi];
