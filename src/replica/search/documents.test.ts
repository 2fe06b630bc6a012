import { encode } from 'bcbp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputs, PATIENCE } from '../../../test/security/material.ts';
import type { BoardingPass } from '../../bridge/views.ts';
import { readDocument } from './documents.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');

const leg = (
  booking: string,
  from: string,
  to: string,
  flightNumber: string,
  date: string,
  seat: string,
) => ({
  operatingCarrierPNR: booking,
  departureAirport: from,
  arrivalAirport: to,
  operatingCarrierDesignator: 'LH',
  flightNumber,
  flightDate: new Date(`${date}T00:00:00Z`),
  compartmentCode: 'Y',
  seatNumber: seat,
  checkInSequenceNumber: '0025',
  passengerStatus: '1',
});
const pass = (passengerName: string, ...legs: ReturnType<typeof leg>[]): string =>
  encode({ data: { passengerName, legs } });

const ONE = pass('WEBER/ANNA MRS', leg('QX7R2M', 'FRA', 'JFK', '0400', '2026-11-28', '014C'));

describe('[P22] a boarding pass', () => {
  it('says who, and for each leg which flight, from where to where, when, and which seat', () => {
    expect(readDocument(ONE, NOW)).toEqual({
      kind: 'boardingPass',
      lastName: 'WEBER',
      firstName: 'ANNA',
      legs: [{ booking: 'QX7R2M', flight: 'LH400', from: 'FRA', to: 'JFK', date: '2026-11-28', seat: '14C' }],
    });
  });

  it('has any number of legs, of several bookings', () => {
    const three = pass(
      'OKAFOR/CHIDI',
      leg('QX7R2M', 'FRA', 'MUC', '0100', '2026-11-27', '001A'),
      leg('QX7R2M', 'MUC', 'VIE', '0200', '2026-11-27', '002A'),
      leg('ZZZ999', 'VIE', 'SOF', '0300', '2026-11-28', '003A'),
    );
    const read = readDocument(three, NOW) as BoardingPass;
    expect(read.legs.map((one) => `${one.booking} ${one.from}-${one.to} ${one.seat}`)).toEqual([
      'QX7R2M FRA-MUC 1A',
      'QX7R2M MUC-VIE 2A',
      'ZZZ999 VIE-SOF 3A',
    ]);
  });

  it.each([
    ['2026-12-31T23:00:00Z', '2027-01-01'],
    ['2027-01-01T01:00:00Z', '2026-12-31'],
    ['2026-06-30T12:00:00Z', '2026-12-20'],
    ['2028-02-28T12:00:00Z', '2028-02-29'],
  ])('read at %s, of the day of %s: its year is the nearest', (now, date) => {
    const text = pass('WEBER/ANNA', leg('QX7R2M', 'FRA', 'JFK', '0400', date, '014C'));
    expect(readDocument(text, Date.parse(now))).toMatchObject({ legs: [{ date }] });
  });

  it.each([
    ['with what kind of code it was in front', `]L0${ONE}`],
    ['in small letters', ONE.toLowerCase()],
    ['from a scanner that types as an American keyboard at a German one', german(ONE)],
  ])('is read %s', (_, text) => {
    expect(readDocument(text, NOW)).toEqual(readDocument(ONE, NOW));
  });

  it.each(['M1WEBER/ANNA', 'M1', ONE.slice(0, 40), `M1${'x'.repeat(58)}`, 'Maria Weber'])(
    'is not what %j is',
    (text) => {
      expect(readDocument(text, NOW)).toBeNull();
    },
  );
});

/** What arrives where a scanner presses the keys of an American keyboard and the machine has a German one. */
function german(text: string): string {
  const typed: { [letter: string]: string } = { '/': '-', '-': 'ß', Y: 'Z', Z: 'Y', '<': ';', '>': ':' };
  return text.replace(/./gu, (letter) => typed[letter] ?? letter);
}

/** Specimens of ICAO 9303, parts 4 to 6; the state Utopia is no state. */
const TD3 = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
] as const;
const TD2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'] as const;
const TD1 = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
] as const;

describe('[P22] a travel document', () => {
  it.each([
    ['passport', TD3],
    ['idCard', TD2],
    ['idCard', TD1],
  ] as const)('is a %s: who, of which state, how long', (type, lines) => {
    expect(readDocument(lines.join(' '), Date.parse('2012-04-15T20:00:00Z'))).toEqual({
      kind: 'travelDocument',
      type,
      lastName: 'ERIKSSON',
      firstName: 'ANNA MARIA',
      issuer: 'UTO',
      expires: '2012-04-15',
      expired: false,
      damaged: [],
    });
    expect(readDocument(lines.join(''), NOW)).toMatchObject({ expired: true });
    expect(readDocument(german(lines.join(' ')), NOW)).toMatchObject({ lastName: 'ERIKSSON', damaged: [] });
  });

  it.each([
    ['number', TD3[1].replace('L898902C36', 'L898902C46')],
    ['birthDate', TD3[1].replace('7408122', '7408132')],
    ['expires', TD3[1].replace('1204159', '1304159')],
  ])('says where the reading is damaged: %s', (part, line) => {
    expect(readDocument(`${TD3[0]} ${line}`, NOW)).toMatchObject({ damaged: [part, 'whole'] });
  });

  it('is no document where lines are missing', () => {
    for (const lines of [TD3, TD2, TD1]) expect(readDocument(lines[0], NOW)).toBeNull();
    expect(readDocument(TD1.slice(0, 2).join(' '), NOW)).toBeNull();
  });
});

describe('[P22] a bag tag', () => {
  it('is ten digits', () => {
    expect(readDocument('0220123456', NOW)).toEqual({ kind: 'bagTag', tag: '0220123456' });
    expect(readDocument('022012345', NOW)).toBeNull();
  });
});

describe('[C10] whatever a scanner brings', () => {
  const letter = fc.constantFrom(...'M1P<IDV/0123456789ABCXYZ>^ ]L;:ß-\n\u0000é');
  const near = fc
    .constantFrom(ONE, TD3.join(' '), TD1.join(''))
    .chain((text) =>
      fc
        .tuple(fc.nat({ max: text.length - 1 }), letter)
        .map(([at, other]) => text.slice(0, at) + other + text.slice(at + 1)),
    );

  it('[C10] is read or is no document, and never fails', { timeout: PATIENCE }, () => {
    const any = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.array(letter, { maxLength: 200 }).map((all) => all.join('')),
      near,
    );
    fc.assert(
      fc.property(any, (text) => {
        const read = readDocument(text, NOW);
        expect(read === null || typeof read.kind === 'string').toBe(true);
      }),
      inputs(1),
    );
  });
});
