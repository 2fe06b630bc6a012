import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContactRow } from '../../domain/contact.ts';
import type { EventRow } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { ROLES } from '../../domain/role.ts';
import { scrubText } from '../../packs/airline/roles.ts';
import { maskContact, maskDetail, maskEvent, maskProfile, maskRow, maskText } from './masks.ts';
import { taggerOf } from './tags.ts';

const tag = taggerOf(new Uint8Array(32).fill(7));
const fact = (value: Json) => ({ value, source: 'crm', at: '2026-11-23T00:00:00.000Z' });
const profile: ProfileRow = {
  id: 'P1',
  identities: [
    { type: 'userId', value: 'u-1' },
    { type: 'email', value: 'anna@example.org' },
    { type: 'passport', value: 'C01X00T47' },
  ],
  facts: {
    email: fact('anna@example.org'),
    phone: fact('+491712345612'),
    loyaltyNumber: fact('992233445566'),
    'consent.phone': fact(true),
    tier: fact('Senator'),
    'case.C1.status': fact('open'),
    'segment.frequent': fact(true),
    'now.activity': fact('call from +49 171 2345612'),
  },
};
const event = (parts: Partial<EventRow>): EventRow => ({
  id: 'e1',
  profileId: 'P1',
  type: 'track',
  name: 'Seat Changed',
  at: '2026-11-23T00:00:00.000Z',
  source: 'app',
  properties: {},
  ...parts,
});

describe('[C2] what each role sees', () => {
  it('operator and supervisor see all', () => {
    expect(maskRow('operator', 'profile', profile, tag)).toEqual(profile);
    expect(maskRow('supervisor', 'profile', profile, tag)).toEqual(profile);
  });

  it('restricted sees contact data and documents by their last two characters', () => {
    const seen = maskProfile('restricted', profile, tag);
    expect(seen.facts.phone).toEqual({
      masked: '******12',
      tag: tag('P1', 'phone', '+491712345612'),
      source: 'crm',
      at: '2026-11-23T00:00:00.000Z',
    });
    expect(seen.facts.tier).toEqual(profile.facts.tier);
    expect(seen.facts['consent.phone']).toEqual(profile.facts['consent.phone']);
    expect(seen.facts['case.C1.status']).toBeDefined();
    expect(seen.identities[0]).toEqual({ type: 'userId', value: 'u-1' });
    expect(seen.identities[1]).toMatchObject({ type: 'email', masked: '******rg' });
    expect(JSON.stringify(seen)).not.toMatch(/anna@|2345612|C01X00T47|99223344/u);
  });

  it('kiosk sees no case and no audience at all', () => {
    const seen = maskProfile('kiosk', profile, tag);
    expect(Object.keys(seen.facts)).not.toContain('case.C1.status');
    expect(Object.keys(seen.facts)).not.toContain('segment.frequent');
    expect(seen.facts.email).toHaveProperty('masked');
  });

  it('kiosk sees no notes, complaints, cases or decisions that tell of them', () => {
    const hidden = [
      event({ type: 'note', name: 'Note Added' }),
      event({ name: 'Complaint Opened' }),
      event({ name: 'Case Resolved' }),
      event({ type: 'decision', properties: { record: { inputs: { 'case.C1.status': 'open' } } } }),
      event({ type: 'decision', properties: { record: { inputs: { complaintOpen: true } } } }),
    ];
    for (const row of hidden) {
      expect(maskRow('kiosk', 'event', row, tag)).toBeNull();
      expect(maskRow('restricted', 'event', row, tag)).not.toBeNull();
    }
    expect(maskEvent('kiosk', event({}), tag)).not.toBeNull();
    const harmless = { record: { inputs: { complaintOpen: false, tier: 'Gold' } } };
    expect(maskEvent('kiosk', event({ type: 'decision', properties: harmless }), tag)).not.toBeNull();
  });

  it('masks the fields of the timeline, at any depth and inside of texts', () => {
    const row = event({
      type: 'identify',
      properties: {
        traits: { email: 'anna@example.org', firstName: 'Anna', consents: { phone: true, email: false } },
        list: [{ loyaltyNumber: '992233445566' }, { fact: 'phone', value: '01712345612' }],
        url: 'https://x.test/?mail=anna@example.org&a=1',
        passportNumber: 'C01X00T47',
      },
    });
    const seen = JSON.stringify(maskEvent('restricted', row, tag));
    expect(seen).not.toMatch(/anna@|2345612|C01X00T47|99223344/u);
    expect(seen).toContain('"consents":{"phone":true,"email":false}');
    expect(seen).toContain('"firstName":"Anna"');
    expect(seen).toContain('******rg&a=1');
  });

  it('masks contact data beside a consent as well', () => {
    const properties = {
      name: 'email',
      value: true,
      consents: { phone: true },
      form: [{ name: 'phone', value: '0171' }],
    };
    const seen = maskEvent('restricted', event({ name: 'Consent Changed', properties }), tag);
    expect(seen?.properties).toMatchObject({ name: 'email', value: true, consents: { phone: true } });
    expect(JSON.stringify(seen)).not.toContain('0171');
  });

  it('masks how a contact names the customer', () => {
    const contact: ContactRow = {
      id: 'k1',
      profileId: 'P1',
      kind: 'call',
      state: 'ringing',
      queue: 'support-de',
      station: null,
      identity: { type: 'phone', value: '+491712345612' },
      at: '',
      since: '',
    };
    expect(maskContact('restricted', contact, tag).identity).toMatchObject({ masked: '******12' });
    expect(maskContact('operator', contact, tag)).toEqual(contact);
  });
});

it('the detail of a conflict is masked for whoever gets it, also when it was not for the one who pushed', () => {
  const of = (fact: string, theirs: string | null) => ({
    facts: [{ fact, theirs, source: 'crm', at: '' }],
    by: 'bo',
  });
  const phone = of('preference.phone', '+491712345612');
  expect(maskDetail('operator', phone)).toBe(phone);
  expect(JSON.stringify(maskDetail('restricted', phone))).not.toContain('2345612');
  expect(maskDetail('kiosk', of('case.C1.status', 'open'))).toEqual(of('case.C1.status', null));
  expect(maskDetail('kiosk', of('trip.A.1.seat', '12A'))).toEqual(of('trip.A.1.seat', '12A'));
  expect(maskDetail('kiosk', null)).toBeNull();
});

it('a mask never shows more than two characters, and of short values none', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30 }), (text) => {
      const letters = Array.from(text);
      expect(maskText(text)).toBe(letters.length < 5 ? '******' : `******${letters.slice(-2).join('')}`);
    }),
  );
});

it('[C6] long texts without contact data cost time in proportion to their length', () => {
  // With unbounded counts in the pattern this text alone took a minute.
  for (const part of ['x', '+', '@', '+4', 'a@', 'a.'])
    expect(scrubText(part.repeat(200_000), () => '*').length).toBeGreaterThan(0);
});

it('a tag depends on profile, name, value and key', () => {
  const all = [
    tag('P1', 'phone', 'x'),
    tag('P2', 'phone', 'x'),
    tag('P1', 'email', 'x'),
    tag('P1', 'phone', 'y'),
  ];
  all.push(taggerOf(new Uint8Array(32))('P1', 'phone', 'x'));
  expect(new Set(all).size).toBe(5);
  expect(tag('P1', 'phone', 'x')).toBe(all[0]);
  for (const one of all) expect(one.length).toBeLessThanOrEqual(64);
});

it('every role has a mask for every table', () => {
  for (const role of ROLES) expect(maskRow(role, 'profile', profile, tag)).not.toBeNull();
});
