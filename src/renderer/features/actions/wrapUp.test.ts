import { describe, expect, it } from 'vitest';
import type { ContactView, CustomerView, OutboxEntry } from '../../../bridge/views.ts';
import { createWords } from '../../i18n/words.tsx';
import { formOf, problemsOf } from './form.ts';
import { draftedWrapUp } from './wrapUp.ts';

const words = createWords('en', 'Europe/Berlin');
const NOW = Date.parse('2026-11-23T20:32:00.000Z');
const minutesAgo = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

const call = (given: Partial<ContactView> = {}): ContactView => ({
  id: 'k1',
  profileId: 'p1',
  kind: 'call',
  state: 'active',
  queue: 'support-de',
  station: 'FRA',
  identity: null,
  at: minutesAgo(5),
  since: minutesAgo(6),
  ...given,
});
const view = (...contacts: ContactView[]): CustomerView =>
  ({ profileId: 'p1', contacts, trips: [], cases: [], preferences: [] }) as unknown as CustomerView;
const did = (name: string, minutes: number, args = {}, status: OutboxEntry['status'] = null): OutboxEntry =>
  ({ name, args, status, at: minutesAgo(minutes) }) as OutboxEntry;
const draft = (customer: CustomerView, ...entries: OutboxEntry[]) =>
  draftedWrapUp(words, customer, { did: entries, station: 'FRA', now: NOW });

const seat = did('change-seat', 2, { booking: 'QX7R2M', segment: '1', seat: '12A' });
const note = did('add-note', 3, { text: 'cello' });

describe('the wrap-up drafted from the journal', () => {
  it('[W2] tells in order what was done since the contact began, with the code that it came to', () => {
    const earlier = did('rebook', 9, { booking: 'QX7R2M', segment: '1', to: 'LH402' });
    const drafted = draft(view(call()), seat, note, earlier);
    expect(drafted).toMatchObject({ code: 'seat', contactId: 'k1' });
    expect(drafted.text.split('\n')).toEqual(['Note: cello', expect.stringContaining('12A')]);
  });

  it('[W2] does not tell what was refused, nor what an earlier wrap-up has told', () => {
    expect(draft(view(call()), did('rebook', 2, {}, 'conflict'), note)).toMatchObject({
      code: '',
      text: 'Note: cello',
    });
    expect(draft(view(call()), did('wrap-up', 1, { code: 'seat' }), seat)).toMatchObject({
      code: '',
      text: '',
    });
  });

  it('[W2] without a row of the contact takes the last half hour', () => {
    const drafted = draft(view(), note, did('rebook', 31, {}));
    expect(drafted).toMatchObject({ code: '', text: 'Note: cello', contactId: '' });
    expect(drafted.codes).toContain('gate');
  });

  it.each([
    ['it is served at another station', { station: 'MUC' }],
    ['it only waits', { state: 'waiting' as const }],
  ])('[W3] leaves a contact alone where %s', (_, given) => {
    expect(draft(view(call(given))).contactId).toBe('');
  });

  it('[W4] asks for a code of the queue, and takes no wrap-up without one', () => {
    const form = formOf('wrap-up', words, view(call()), {}, NOW, { did: [], station: 'FRA', now: NOW });
    expect(form.fields[0]?.options.map(({ value }) => value)).toContain('no-caller');
    expect(form.fields[0]?.options.map(({ value }) => value)).not.toContain('gate');
    expect([...problemsOf(form, form.initial)]).toEqual([['code', 'form.needed']]);
    const answers = { ...form.initial, code: 'answered' };
    expect(problemsOf(form, answers).size).toBe(0);
    expect(form.toArgs(answers)).toEqual({ code: 'answered', text: null, contactId: 'k1' });
  });

  it('[W4] an entry that is mended keeps its own words', () => {
    const old = { code: 'refund', text: 'twice', contactId: 'k0' };
    const form = formOf('wrap-up', words, view(call()), old, NOW, { did: [seat], station: 'FRA', now: NOW });
    expect(form.initial).toEqual(old);
  });
});
