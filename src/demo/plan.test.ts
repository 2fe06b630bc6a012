import { createHash } from 'node:crypto';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { AIRPORTS } from './airports.ts';
import { airportEvents, plan } from './plan.ts';
import { readFlightRecords } from './records.ts';
import type { Json, Properties, SegmentMessage, TimedEvent } from './timeline.ts';

const NOW = Date.parse('2026-11-21T20:34:00Z');
const MINUTES = 40;
const records = readFlightRecords();
const planned = (seed: number, passengers = 300): TimedEvent[] =>
  plan(seed, { passengers, speed: 10, station: 'FRA', records, minutes: MINUTES }, NOW);

const events = planned(7);
const messages = events.flatMap((e) => (e.door === 'segment' ? [{ ms: e.at, ...e.message }] : []));
const contacts = events.flatMap((e) => (e.door === 'contact' ? [{ ms: e.at, ...e.contact }] : []));
const hashOf = (list: TimedEvent[]): string =>
  createHash('sha256').update(JSON.stringify(list)).digest('hex');

/** airline.md, transcribed: what each event must carry and may carry, by the kind of its values. */
const TEXT = (v: unknown): boolean => typeof v === 'string' && v.length > 0;
const NUMBER = (v: unknown): boolean => typeof v === 'number' && Number.isFinite(v);
const COUNT = (v: unknown): boolean => Number.isInteger(v) && (v as number) >= 1;
const LIST = Array.isArray;
const ISO_WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const TIME = (v: unknown): boolean =>
  typeof v === 'string' && ISO_WITH_OFFSET.test(v) && Number.isFinite(Date.parse(v));
const DATE = (v: unknown): boolean => typeof v === 'string' && /^\d{4}-\d\d-\d\d$/.test(v);
const AIRPORT = (v: unknown): boolean => AIRPORTS.has(String(v));
const SEAT = (v: unknown): boolean => /^\d{1,3}[A-K]$/.test(String(v));
const oneOf =
  (...words: string[]) =>
  (v: unknown) =>
    words.includes(String(v));

type Shape = Record<string, (value: unknown) => boolean>;
const SEGMENT: Shape = {
  segment: COUNT,
  flight: TEXT,
  date: DATE,
  from: AIRPORT,
  to: AIRPORT,
  departs: TIME,
  arrives: TIME,
  cabin: TEXT,
  seat: SEAT,
  status: oneOf('confirmed', 'waitlisted', 'checked in', 'boarded', 'cancelled'),
};
const matches = (shape: Shape, value: unknown, optional: string[] = []): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).every((key) => shape[key]?.((value as Properties)[key])) &&
  Object.keys(shape).every((key) => key in value || optional.includes(key));
const SEGMENTS = (v: unknown): boolean => LIST(v) && v.length >= 1 && v.every((s) => matches(SEGMENT, s));
const SEATED: Shape = { booking: TEXT, segment: COUNT, seat: SEAT, sequence: COUNT };
const CASE: Shape = { caseId: TEXT, topic: TEXT, text: TEXT };
const MESSAGE: Shape = { channel: TEXT, action: TEXT, decisionId: TEXT };
const CALL: Shape = { phone: TEXT, queue: TEXT, contactId: TEXT };

const VOCABULARY: Record<string, { shape: Shape; optional?: string[] }> = {
  'Booking Created': { shape: { booking: TEXT, segments: SEGMENTS } },
  'Booking Changed': { shape: { booking: TEXT, segments: SEGMENTS } },
  'Seat Changed': { shape: { booking: TEXT, segment: COUNT, seat: SEAT } },
  'Checked In': { shape: SEATED },
  Boarded: { shape: SEATED },
  'Bag Accepted': { shape: { booking: TEXT, tag: TEXT, weightKg: NUMBER } },
  'Bag Status': {
    shape: {
      booking: TEXT,
      tag: TEXT,
      status: oneOf('accepted', 'loaded', 'not loaded', 'transferred', 'delivered'),
    },
  },
  'Flight Status': {
    shape: {
      flight: TEXT,
      date: DATE,
      from: AIRPORT,
      to: AIRPORT,
      status: oneOf('scheduled', 'delayed', 'cancelled', 'departed', 'arrived'),
      departs: TIME,
      arrives: TIME,
      gate: TEXT,
      reason: TEXT,
    },
    optional: ['gate', 'reason'],
  },
  'Rebooking Viewed': { shape: { booking: TEXT, options: LIST } },
  'Complaint Opened': { shape: CASE },
  'Case Opened': { shape: CASE },
  'Case Resolved': { shape: CASE, optional: ['text'] },
  'Preference Changed': { shape: { name: TEXT, value: TEXT } },
  'Message Sent': { shape: MESSAGE },
  'Message Opened': { shape: MESSAGE },
  'Call Started': { shape: CALL },
  'Call Ended': { shape: CALL },
  'Order Completed': { shape: { order_id: TEXT, total: NUMBER, currency: TEXT, products: LIST } },
};
const SOURCES = ['dcs', 'crs', 'crm', 'app', 'web', 'ops', 'phone', 'baggage', 'kiosk'];

const tracked = (event: string) => messages.filter((m) => m.event === event);
const segmentsOf = (m: SegmentMessage | undefined): Properties[] =>
  (m?.properties?.segments ?? []) as Properties[];
const text = (m: SegmentMessage, key: string): Json | undefined => m.properties?.[key];

describe('the plan', () => {
  it('is the same for the same seed, options and time, whatever the zone of the machine', () => {
    const zone = process.env.TZ;
    try {
      process.env.TZ = 'Pacific/Auckland';
      expect(hashOf(planned(7))).toBe(hashOf(events));
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('is another one for another seed, and its ids are new at another time', () => {
    expect(hashOf(planned(8))).not.toBe(hashOf(events));
    const later = airportEvents({ now: NOW + 60_000, records, minutes: 0 });
    const ids = new Set(messages.map((m) => m.messageId));
    expect(later.filter((e) => e.door === 'segment' && ids.has(e.message.messageId))).toEqual([]);
  });

  it('keeps the people of a seed, so that a second start finds the same customers', () => {
    const later = airportEvents({ now: NOW + 86_400_000, records, minutes: 0 });
    const people = (list: TimedEvent[]) =>
      list
        .flatMap((e) => (e.door === 'segment' && e.message.type === 'identify' ? [e.message] : []))
        .map((m) => `${m.userId} ${m.traits?.name} ${m.traits?.loyaltyNumber}`)
        .sort();
    expect(people(later)).toEqual(people(events));
  });

  it('is in the order of time, every message id once, and each time fits its place', () => {
    expect(events.every((e, i) => i === 0 || (events[i - 1] as TimedEvent).at <= e.at)).toBe(true);
    expect(new Set(messages.map((m) => m.messageId)).size).toBe(messages.length);
    for (const m of messages) expect(Date.parse(m.timestamp)).toBe(NOW + m.ms);
    for (const c of contacts) expect(Date.parse(c.at)).toBe(NOW + c.ms);
  });

  it('serves any size and any airport of the table', () => {
    expect(planned(1, 1).some((e) => e.door === 'contact' && e.contact.kind === 'visit')).toBe(true);
    for (const station of ['JFK', 'MUC', 'SIN']) {
      const list = airportEvents({ now: NOW, station, passengers: 40, minutes: 1, records });
      const visits = list.flatMap((e) => (e.door === 'contact' && e.contact.kind === 'visit' ? [e] : []));
      expect(visits.every((e) => e.contact.station === station) && visits.length > 0).toBe(true);
    }
  });
});

describe('the vocabulary', () => {
  it('of airline.md is kept by every event', () => {
    const wrong = messages.filter((m) => {
      const known = m.event === undefined ? undefined : VOCABULARY[m.event];
      return m.type === 'track' && !(known && matches(known.shape, m.properties, known.optional));
    });
    expect(wrong).toEqual([]);
    expect(messages.filter((m) => (m.type === 'page' || m.type === 'screen') && !m.name)).toEqual([]);
  });

  it('knows the source and the customer of every event, a flight by its own name', () => {
    for (const m of messages) {
      expect(SOURCES).toContain(m.context.app.name);
      if (m.event !== 'Flight Status') {
        expect(m.userId).toMatch(/^K\d{7}$/);
        continue;
      }
      expect(m.userId).toBeUndefined();
      expect(m.anonymousId).toBe(`flight/${text(m, 'flight')}/${text(m, 'date')}/${text(m, 'from')}`);
    }
    expect(new Set(messages.map((m) => m.context.app.name))).toEqual(new Set(SOURCES));
  });

  it('has no time without a zone: a segment leaves at the local date that it names', () => {
    const segments = messages.flatMap(segmentsOf);
    expect(segments.length).toBeGreaterThan(300);
    for (const segment of segments) {
      expect(String(segment.departs).slice(0, 10)).toBe(segment.date);
      const zone = AIRPORTS.get(String(segment.from))?.zone;
      const shown = new Intl.DateTimeFormat('sv', { timeZone: zone, timeStyle: 'short' }).format(
        Date.parse(String(segment.departs)),
      );
      expect(String(segment.departs).slice(11, 16)).toBe(shown);
      expect(Date.parse(String(segment.arrives))).toBeGreaterThan(Date.parse(String(segment.departs)));
    }
  });

  it('gives people of many languages valid numbers and ids of their own', () => {
    const identified = messages.filter((m) => m.type === 'identify').map((m) => m.traits as Properties);
    expect(identified).toHaveLength(300);
    expect(identified.filter((t) => !isValidPhoneNumber(String(t.phone))).map((t) => t.phone)).toEqual([]);
    const languages = new Set(identified.map((t) => t.language));
    for (const language of ['de', 'en', 'tr', 'pl', 'vi', 'zh', 'ar', 'es', 'fr']) {
      expect(languages).toContain(language);
    }
    for (const key of ['ticket', 'loyaltyNumber']) {
      const values = identified.flatMap((t) => t[key] ?? []);
      expect(values.length).toBeGreaterThan(80);
      expect(new Set(values).size).toBe(values.length);
    }
    for (const { zone, name, email, consents } of identified) {
      expect(() => new Intl.DateTimeFormat('en', { timeZone: String(zone) })).not.toThrow();
      expect([name, email].every(TEXT)).toBe(true);
      expect(Object.keys(consents as Properties).sort()).toEqual([
        'email',
        'marketing',
        'phone',
        'service',
        'sms',
      ]);
    }
  });
});

describe('the stories', () => {
  const within = <T extends { ms: number }>(list: T[], low: number, high: number): T[] =>
    list.filter(({ ms }) => ms >= low && ms <= high);
  const cancelled = within(tracked('Flight Status'), 0, 2000).find(
    (m) => text(m, 'status') === 'cancelled',
  ) as SegmentMessage;
  const aboard = tracked('Booking Created').filter((m) =>
    segmentsOf(m).some((s) => s.flight === text(cancelled, 'flight') && s.date === text(cancelled, 'date')),
  );

  it('begin within two seconds: a long-haul flight with passengers is cancelled, one of them waits here', () => {
    expect(text(cancelled, 'to')).toBe('JFK');
    expect(aboard.length).toBeGreaterThan(10);
    const visits = within(contacts, 0, 2000);
    const waiting = visits.find((c) => c.kind === 'visit');
    expect(waiting).toMatchObject({ state: 'waiting', station: 'FRA', queue: 'counter-fra' });
    expect(aboard.map((m) => m.userId)).toContain(waiting?.identity?.value);
    expect(visits.some((c) => c.kind === 'call' && c.state === 'ringing')).toBe(true);
    expect(within(tracked('Seat Changed'), 0, 5000).length).toBeGreaterThan(1);
  });

  it('have a connection at risk: the feeder is late, its passenger keeps less than 45 minutes', () => {
    const okafor = messages.find((m) => m.traits?.lastName === 'Okafor')?.userId;
    const booking = tracked('Booking Created').find((m) => m.userId === okafor);
    const [feeder, onward] = segmentsOf(booking);
    const late = tracked('Flight Status').filter(
      (m) => text(m, 'flight') === feeder?.flight && text(m, 'reason') === 'late inbound aircraft',
    );
    const arrives = Date.parse(String(text(late.at(-1) as SegmentMessage, 'arrives')));
    const gap = (Date.parse(String(onward?.departs)) - arrives) / 60_000;
    expect(gap).toBeGreaterThan(0);
    expect(gap).toBeLessThan(45);
  });

  it('have two customers on one number, and a call from it', () => {
    const byrnes = messages.filter((m) => m.traits?.lastName === 'Byrne');
    const [one, two] = byrnes.map((m) => m.traits?.phone);
    expect(one).toBe(two);
    expect(contacts.some((c) => c.identity?.type === 'phone' && c.identity.value === one)).toBe(true);
  });

  it('have delays, gate changes, missing bags, complaints, self-made rebookings, calls from start to end', () => {
    const statuses = tracked('Flight Status').map((m) => text(m, 'status'));
    for (const status of ['scheduled', 'delayed', 'cancelled', 'departed'])
      expect(statuses).toContain(status);
    expect(tracked('Bag Status').some((m) => text(m, 'status') === 'not loaded')).toBe(true);
    for (const event of [
      'Complaint Opened',
      'Booking Changed',
      'Rebooking Viewed',
      'Checked In',
      'Boarded',
    ]) {
      expect(within(tracked(event), 1, Infinity).length, event).toBeGreaterThan(0);
    }
    const calls = new Map<string, string[]>();
    for (const c of contacts.filter((x) => x.kind === 'call')) {
      calls.set(c.id, [...(calls.get(c.id) ?? []), c.state]);
    }
    expect([...calls.values()]).toContainEqual(['waiting', 'ringing', 'active', 'wrapup', 'ended']);
    const queues = new Set(contacts.map((c) => c.queue));
    for (const queue of ['support-de', 'support-en', 'counter-fra']) expect(queues).toContain(queue);
  });

  it('keep every passenger on one seat of his own', () => {
    const seats = tracked('Booking Created').flatMap((m) =>
      segmentsOf(m)
        .filter((s) => s.from === 'FRA')
        .map((s) => `${s.flight}/${s.date}/${s.seat}`),
    );
    expect(new Set(seats).size).toBe(seats.length);
  });
});
