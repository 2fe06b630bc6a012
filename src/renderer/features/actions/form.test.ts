import { describe, expect, it } from 'vitest';
import type { CustomerView } from '../../../bridge/views.ts';
import { createWords } from '../../i18n/words.tsx';
import { formOf, problemsOf } from './form.ts';

const words = createWords('en', 'Europe/Berlin');
const NOW = Date.parse('2026-11-23T20:32:00.000Z');

const segment = (number: string, fields: { [field: string]: string }) => ({
  booking: 'QX7R2M',
  segment: number,
  flight: 'LH400',
  from: { code: 'FRA' },
  to: { code: 'JFK' },
  departs: null,
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }])),
});
const view = {
  profileId: 'p1',
  next: segment('2', {}),
  trips: [{ segments: [segment('1', { status: 'boarded' }), segment('2', {}), segment('3', {})] }],
  cases: [
    { caseId: '1', fields: { status: { value: 'resolved' } } },
    { caseId: '2', fields: { status: { value: 'open' } } },
  ],
  preferences: [],
} as unknown as CustomerView;

const form = (name: Parameters<typeof formOf>[0], initial = {}) => formOf(name, words, view, initial, NOW);

describe('dialogs of commands', () => {
  it('offer what can still be changed and begin with the next flight', () => {
    const seat = form('change-seat');
    expect(seat.fields[0]?.options.map(({ value }) => value)).toEqual(['QX7R2M/2', 'QX7R2M/3']);
    expect(seat.initial).toEqual({ segment: 'QX7R2M/2', seat: '' });
    expect(form('resolve-case').fields[0]?.options.map(({ value }) => value)).toEqual(['2']);
  });

  it('begin with what is given, as when an old entry is mended', () => {
    expect(form('change-seat', { booking: 'QX7R2M', segment: 3, seat: '12A' }).initial).toEqual({
      segment: 'QX7R2M/3',
      seat: '12A',
    });
  });

  it.each([
    ['12A', true],
    ['1K', true],
    ['99L', true],
    ['', false],
    ['0A', false],
    ['12', false],
    ['12I', false],
    ['123A', false],
  ])('take %j as a seat: %s', (seat, good) => {
    expect(problemsOf(form('change-seat'), { segment: 'QX7R2M/2', seat }).has('seat')).toBe(!good);
  });

  it.each([
    ['LH402', true],
    ['LH 402', true],
    ['B6618', true],
    ['LH', false],
    ['402', false],
    ['LH40222', false],
  ])('take %j as a flight: %s', (to, good) => {
    expect(problemsOf(form('rebook'), { segment: 'QX7R2M/2', to, date: '2026-11-23' }).has('to')).toBe(!good);
  });

  it('make the args of the command', () => {
    expect(form('change-seat').toArgs({ segment: 'QX7R2M/2', seat: '12A ' })).toEqual({
      booking: 'QX7R2M',
      segment: '2',
      seat: '12A',
    });
    expect(form('rebook').toArgs({ segment: 'QX7R2M/2', to: 'LH 402', date: '2026-11-24' })).toMatchObject({
      to: 'LH402/2026-11-24',
    });
    expect(form('set-preference').toArgs({ name: 'phone', value: 'no' })).toEqual({
      name: 'phone',
      value: false,
    });
    expect(form('add-note').toArgs({ text: ' hi ' })).toEqual({ text: 'hi' });
  });

  it('say what is missing', () => {
    expect([...problemsOf(form('set-preference'), { name: 'seat', value: '' })]).toEqual([
      ['value', 'form.needed'],
    ]);
    expect([...problemsOf(form('add-note'), { text: '  ' })]).toEqual([['text', 'form.noteNeeded']]);
  });
});
