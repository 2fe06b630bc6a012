import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import type { CommandWorld } from '../command-pack.ts';
import { AIRLINE_COMMANDS, flightFromRow } from './commands.ts';

const command = (name: string) => {
  const found = AIRLINE_COMMANDS.get(name)?.get(1);
  if (!found) throw new Error(name);
  return found;
};
const call = (args: JsonObject) => ({
  id: 'c1',
  at: '2026-11-23T10:00:00.000Z',
  writtenAt: '2026-11-23T10:00:00.000Z',
  by: 'anna',
  args,
});
const rowOf = (values: { [name: string]: Json }, id = 'P1'): ProfileRow => ({
  id,
  identities: [],
  facts: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { value, source: 'dcs', at: '2026-11-20T00:00:00.000Z' },
    ]),
  ),
});
const nowhere: CommandWorld = { flight: () => null };
const trip = { profileId: 'P1', booking: 'QX7R2M', segment: 1 };

describe('commands of the airline pack', () => {
  it('are those of the specification, version 1 each', () => {
    expect([...AIRLINE_COMMANDS.keys()].sort()).toEqual([
      'add-note',
      'call-back',
      'cancel-scheduled',
      'change-seat',
      'claim',
      'hand-over',
      'park',
      'rebook',
      'record-decision',
      'record-outcome',
      'release',
      'resolve-case',
      'schedule-action',
      'set-preference',
      'wrap-up',
    ]);
    for (const versions of AIRLINE_COMMANDS.values()) expect([...versions.keys()]).toEqual([1]);
  });

  it.each([
    ['add-note', { profileId: 'P1', text: '' }, 'text'],
    ['add-note', { text: 'x' }, 'profileId'],
    ['wrap-up', { profileId: 'P1', contactId: 'c' }, 'code'],
    ['wrap-up', { profileId: 'P1', code: 'seat', text: ' ' }, 'text'],
    ['change-seat', { ...trip, seat: 12 }, 'seat'],
    ['change-seat', { ...trip, segment: 0, seat: '1A' }, 'segment'],
    ['change-seat', { ...trip, booking: 'A.B', seat: '1A' }, 'booking'],
    ['rebook', { ...trip, to: 'LH402/2026-13-40' }, 'to'],
    ['set-preference', { profileId: 'P1', name: 'meal' }, 'value'],
    ['resolve-case', { profileId: 'P1', caseId: 'C1' }, 'outcome'],
    ['record-decision', { profileId: 'P1', record: [] }, 'record'],
    ['record-outcome', { profileId: 'P1', decisionId: 'd', outcome: 'x', reason: 7 }, 'reason'],
  ])('%s names its bad arg', (name, args, arg) => {
    expect(command(name).check(args as JsonObject)).toEqual({ ok: false, arg });
  });

  it('reads own properties of args only', () => {
    const args = JSON.parse('{"__proto__": {"text": "x"}, "profileId": "P1"}');
    expect(command('add-note').check(args).ok).toBe(false);
  });

  it.each([
    ['change-seat', { ...trip, seat: '14C' }, ['trip.QX7R2M.1.seat']],
    ['rebook', { ...trip, to: 'LH402' }, ['trip.QX7R2M.1.flight', 'trip.QX7R2M.1.flightStatus']],
    ['resolve-case', { profileId: 'P1', caseId: 'C1', outcome: 'refund' }, ['case.C1.status']],
  ])('[R8] %s is strict about what it replaces', (name, args, facts) => {
    expect(command(name).mode).toBe('strict');
    expect(command(name).strictFacts(args as JsonObject)).toEqual(facts);
  });

  it('a note becomes a row with the id of its command, and says when it was written offline', () => {
    const note = call({ profileId: 'P1', text: 'aisle' });
    const { facts, event } = command('add-note').effects(note, null, nowhere);
    expect(facts).toEqual({});
    expect(event).toMatchObject({ id: 'c1', profileId: 'P1', type: 'note', source: 'console' });
    expect(event?.properties).toEqual({ text: 'aisle', by: 'anna' });
    const late = command('add-note').effects({ ...note, writtenAt: '2026-11-23T08:00:00Z' }, null, nowhere);
    expect(late.event?.properties.writtenAt).toBe('2026-11-23T08:00:00.000Z');
  });

  it('[W1] a wrap-up becomes a line and ends its contact, where there is one', () => {
    const wrapped = command('wrap-up').effects(
      call({ profileId: 'P1', code: 'seat', text: null, contactId: 'k1' }),
      null,
      nowhere,
    );
    expect(wrapped).toMatchObject({ facts: {} });
    expect(wrapped.event).toMatchObject({ type: 'note', name: 'Contact Wrapped Up' });
    expect(wrapped.event?.properties).toEqual({ code: 'seat', contactId: 'k1', by: 'anna' });
    const visit = command('wrap-up').effects(call({ profileId: 'P1', code: 'gate' }), null, nowhere);
    expect(visit.event?.properties).toEqual({ code: 'gate', by: 'anna' });
    expect(command('wrap-up').forbidden).toEqual(['kiosk']);
  });

  it('rebook forgets what belonged to the old flight', () => {
    const row = rowOf({
      'trip.QX7R2M.1.flight': 'LH400',
      'trip.QX7R2M.1.date': '2026-11-23',
      'trip.QX7R2M.1.seat': '12A',
      'trip.QX7R2M.1.status': 'checked in',
    });
    const { facts } = command('rebook').effects(call({ ...trip, to: 'lh 402/2026-11-24' }), row, nowhere);
    expect(facts).toEqual({
      'trip.QX7R2M.1.flight': 'LH402',
      'trip.QX7R2M.1.flightStatus': 'scheduled',
      'trip.QX7R2M.1.date': '2026-11-24',
      'trip.QX7R2M.1.departs': null,
      'trip.QX7R2M.1.arrives': null,
      'trip.QX7R2M.1.gate': null,
      'trip.QX7R2M.1.reason': null,
      'trip.QX7R2M.1.seat': null,
      'trip.QX7R2M.1.sequence': null,
      'trip.QX7R2M.1.status': 'confirmed',
    });
  });

  it('rebook takes over what is known of the new flight, on the old date where none is named', () => {
    const row = rowOf({ 'trip.QX7R2M.1.flight': 'LH400', 'trip.QX7R2M.1.date': '2026-11-23' });
    const other = rowOf({
      'trip.ZZ.2.flight': 'LH402',
      'trip.ZZ.2.date': '2026-11-23',
      'trip.ZZ.2.departs': '2026-11-23T20:00:00+01:00',
      'trip.ZZ.2.flightStatus': 'delayed',
    });
    const world: CommandWorld = { flight: (flight, date) => flightFromRow(other, flight, date) };
    const { facts } = command('rebook').effects(call({ ...trip, to: 'LH402' }), row, world);
    expect(facts['trip.QX7R2M.1.departs']).toBe('2026-11-23T20:00:00+01:00');
    expect(facts['trip.QX7R2M.1.flightStatus']).toBe('delayed');
    expect(facts).not.toHaveProperty('trip.QX7R2M.1.date');
  });

  it('a seat is held by one profile of the flight, and by nobody whose booking is cancelled', () => {
    const seat = { 'trip.A.1.flight': 'LH400', 'trip.A.1.date': '2026-11-23', 'trip.A.1.seat': '14C' };
    const row = rowOf({ 'trip.QX7R2M.1.flight': 'LH400', 'trip.QX7R2M.1.date': '2026-11-23' });
    const rule = command('change-seat').exclusive?.({ ...trip, seat: '14C' }, row);
    expect(rule).toMatchObject({ code: 'seat_taken', scope: 'flight:LH400/2026-11-23' });
    expect(rule?.heldBy(rowOf(seat, 'P2'))).toBe(true);
    expect(rule?.heldBy(rowOf(seat, 'P1'))).toBe(false);
    expect(rule?.heldBy(rowOf({ ...seat, 'trip.A.1.status': 'cancelled' }, 'P2'))).toBe(false);
    expect(rule?.heldBy(rowOf({ ...seat, 'trip.A.1.date': '2026-11-24' }, 'P2'))).toBe(false);
    expect(command('change-seat').exclusive?.({ ...trip, seat: '14C' }, rowOf({}))).toBeNull();
  });

  it('[R11] effects over their own effects change nothing', () => {
    const calls: [string, JsonObject][] = [
      ['change-seat', { ...trip, seat: '14C' }],
      ['set-preference', { profileId: 'P1', name: 'meal', value: 'vegan' }],
      ['resolve-case', { profileId: 'P1', caseId: 'C1', outcome: 'refund' }],
      ['rebook', { ...trip, to: 'LH402/2026-11-24' }],
    ];
    for (const [name, args] of calls) {
      const before = rowOf({ 'trip.QX7R2M.1.flight': 'LH400', 'trip.QX7R2M.1.date': '2026-11-23' });
      const first = command(name).effects(call(args), before, nowhere).facts;
      const written = Object.fromEntries(Object.entries(first).filter(([, value]) => value !== null));
      const second = command(name).effects(
        call(args),
        rowOf(written as { [name: string]: Json }),
        nowhere,
      ).facts;
      for (const [fact, value] of Object.entries(second)) expect(value).toEqual(first[fact] ?? null);
    }
  });
});
