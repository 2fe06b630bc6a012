import { describe, expect, it } from 'vitest';
import type { AlertView, TimelineView } from '../../bridge/views.ts';
import { alertShort, alertWords } from './alerts.ts';
import { entryTitle, receiptText } from './entries.ts';
import { upgradeText } from './errors.ts';
import { eventText } from './events.ts';
import { activityText, factLabel, flightName, valueText } from './facts.ts';
import { keyName } from './keys.ts';
import { queueName } from './queues.ts';
import { createWords } from './words.tsx';

const en = createWords('en', 'Europe/Berlin');
const de = createWords('de', 'Europe/Berlin');
const es = createWords('es', 'Europe/Berlin');
const NOW = Date.parse('2026-11-23T20:32:00.000Z');

describe('[versions] a console and a core that do not fit', () => {
  it('say which of the two has to be brought up to date', () => {
    expect([
      upgradeText(en, { min: 2, max: 3, own: 1 }),
      upgradeText(en, { min: 1, max: 2, own: 3 }),
      upgradeText(de, { min: 1, max: 1, own: 2 }),
    ]).toEqual([
      'Update this console: it speaks version 1, the core needs 2',
      'Update the core: it speaks version 2, this console 3',
      'Core aktualisieren: Version 1, diese Konsole 2',
    ]);
  });
});

describe('times', () => {
  it("are in the station's zone, or in that of the airport they are about", () => {
    expect([en.time('2026-11-23T20:55:00Z'), en.time('2026-11-23T20:55:00Z', 'America/New_York')]).toEqual([
      '21:55',
      '15:55',
    ]);
  });

  it('name the day unless it is today there', () => {
    expect(en.dayTime('2026-11-23T20:55:00Z', NOW)).toBe('21:55');
    expect(en.dayTime('2026-11-24T07:10:00Z', NOW)).toBe('Tue 08:10');
    expect(de.dayTime('2026-11-24T07:10:00Z', NOW)).toBe('Di 08:10');
    expect(es.dayTime('2026-11-24T07:10:00Z', NOW)).toBe('mar 08:10');
    expect(en.dayTime('2026-12-01T13:16:00Z', NOW)).toBe('1 Dec 14:16');
  });

  it('of the timeline get shorter with age', () => {
    expect(en.moment('2026-11-23T20:31:52Z', NOW)).toBe('21:31:52');
    expect(en.moment('2026-11-20T21:04:00Z', NOW)).toBe('Fri 22:04');
    expect(en.moment('2026-10-14T10:00:00Z', NOW)).toBe('14 Oct');
  });

  it('that are none, or zones that are none, are shown as they came', () => {
    expect([en.moment('soon', NOW), en.time('2026-11-23T20:55:00Z', 'Mars/Base')]).toEqual([
      'soon',
      '2026-11-23T20:55:00Z',
    ]);
  });
});

describe('numbers and plurals', () => {
  it('follow the customs of each language', () => {
    expect([en, de, es].map((words) => words.number(12_040))).toEqual(['12,040', '12.040', '12.040']);
    expect([1, 2, 2_000_000].map((count) => es.t('tile.bagCount', { count }))).toEqual([
      '1 bulto',
      '2 bultos',
      '2.000.000 bultos',
    ]);
    expect([es.languageName('tr'), es.t('next.quote', { sentence: 'Hola' })]).toEqual(['turco', '«Hola»']);
  });
});

describe('facts', () => {
  const flightOf = (): string => 'LH400';

  it('are named by what they are about', () => {
    expect(factLabel(en, 'trip.QX7R2M.1.seat', flightOf)).toBe('Seat LH 400');
    expect(factLabel(en, 'trip.QX7R2M.1.seat')).toBe('Seat QX7R2M 1');
    expect(factLabel(de, 'case.8841.status')).toBe('Fall 8841: Status');
    expect(factLabel(en, 'consent.marketing')).toBe('Marketing');
    expect(factLabel(en, 'shoeSize')).toBe('shoeSize');
  });

  it.each([
    [null, 'none'],
    [true, 'yes'],
    [1204, '1,204'],
    ['checked in', 'checked in'],
    ['2026-11-23T20:55:00Z', '21:55'],
    ['2026-11-23', 'Mon 23 Nov'],
    ['something else', 'something else'],
    [['window', 'aisle'], 'window, aisle'],
    [{ a: 1 }, '{"a":1}'],
  ])('have the value %j as %s', (value, text) => {
    expect(valueText(en, value, NOW)).toBe(text);
  });

  it('tell flights and activities as people do', () => {
    expect([flightName('LH400'), flightName('B6618'), flightName('odd')]).toEqual([
      'LH 400',
      'B6 618',
      'odd',
    ]);
    expect([activityText(de, 'Seat Map'), activityText(de, 'Own Page')]).toEqual([
      'Sieht den Sitzplan an',
      'Own Page',
    ]);
  });
});

describe('alerts', () => {
  const alert = (kind: AlertView['kind'], params: AlertView['params']): AlertView => ({
    kind,
    severity: 'critical',
    params,
    source: 'dcs',
    at: '2026-11-23T20:28:00Z',
  });
  const route = { flight: 'LH400', from: 'FRA', to: 'JFK', departs: '2026-11-23T20:55:00Z' };

  it('are sentences', () => {
    const { title, detail } = alertWords(
      en,
      alert('cancelled', { ...route, reason: 'weather', booking: 'X' }),
      NOW,
      'Europe/Berlin',
    );
    expect([title, detail]).toEqual(['LH 400 FRA → JFK 21:55 is cancelled', 'weather']);
    expect(alertWords(de, alert('gate', { ...route, gate: 'B44', was: 'B12' }), NOW, null).title).toBe(
      'LH 400 FRA → JFK geht ab Gate B44 statt B12',
    );
  });

  it('make do without what is not known', () => {
    expect(alertWords(en, alert('delayed', { flight: 'LH400', departs: null }), NOW, null).title).toBe(
      'LH 400 is late',
    );
    expect(alertShort(en, alert('bag', {}), NOW, null)).toBe('Bag not loaded');
    expect(alertShort(en, alert('connection', {}), NOW, null)).toBe('Connection at risk');
  });
});

describe('the timeline', () => {
  const event = (
    name: string,
    properties: TimelineView['properties'] = {},
    type = 'track',
  ): TimelineView => ({
    id: 'e',
    at: '2026-11-23T20:00:00Z',
    source: 'app',
    type,
    name,
    properties,
    pending: false,
  });

  it.each([
    [event('Seat Changed', { booking: 'QX7R2M', seat: '12A' }), 'Changed seat to 12A, QX7R2M'],
    [event('Seat Changed'), 'Gave up the seat'],
    [event('Rebooking Viewed', { options: ['LH402'] }), 'Looked at rebooking, 1 flight'],
    [event('Seat Map', {}, 'screen'), 'App: Seat Map'],
    [event('Note Added', { text: 'cello' }, 'note'), 'Note: cello'],
    [event('Ate Cake', { flight: 'LH1', deep: { a: 1 } }), 'Ate Cake · LH1'],
    [event('__proto__', { constructor: 'x' }), '__proto__'],
  ])('words %j', (given, text) => {
    expect(eventText(en, given, NOW)).toBe(text);
  });
});

describe('the outbox', () => {
  it('says what was done and what came of it', () => {
    const seat = { name: 'change-seat', args: { booking: 'QX7R2M', segment: '1', seat: '12A' } };
    expect(entryTitle(en, seat)).toBe('Seat 12A, QX7R2M');
    expect(entryTitle(de, seat, () => 'LH400')).toBe('Sitzplatz 12A, LH 400');
    expect(entryTitle(en, { name: 'rebook', args: { booking: 'QX7R2M', to: 'LH402/2026-11-24' } })).toBe(
      'Rebook QX7R2M to LH 402',
    );
    expect(entryTitle(en, { name: 'new-thing', args: {} })).toBe('new-thing');
    expect([receiptText(de, 'seat_taken'), receiptText(en, 'odd'), receiptText(en, '')]).toEqual([
      'der Platz ist vergeben',
      'odd',
      '',
    ]);
  });
});

describe('queues', () => {
  it('are named as people call them', () => {
    expect([queueName(de, 'counter-fra'), queueName(en, 'support-de'), queueName(en, 'vip')]).toEqual([
      'Schalter FRA',
      'Phone, German',
      'vip',
    ]);
  });
});

describe('keys', () => {
  it('are named as on the keyboard', () => {
    expect([keyName(de, '$mod+k'), keyName(en, 'y'), keyName(en, '?'), keyName(de, 'Escape')]).toEqual([
      'Strg K',
      'Y',
      '?',
      'Esc',
    ]);
  });
});
