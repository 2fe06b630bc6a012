import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../../decision/bundle.ts';
import { decide } from '../../../decision/decide.ts';
import type { EventRow } from '../../../domain/event.ts';
import { LANGUAGES } from '../../../domain/language.ts';
import type { AnyFact, ProfileRow } from '../../../domain/profile.ts';
import { AIRLINE_ACTIONS } from './actions.ts';
import { airlineBundle } from './bundle.ts';
import { acceptCommand } from './command.ts';
import { explainSuggestion, whyNot } from './explain.ts';
import { decisionInput } from './input.ts';
import { BLOCKED, FACT_TEXTS, WHY_LOST } from './reason-texts.ts';
import { ACTION_TEXTS } from './texts.ts';
import { TRIGGERS } from './triggers.ts';
import { CHANNELS, type Text } from './vocabulary.ts';

const NOW = Date.parse('2026-11-21T20:31:00Z');
const bundle = compileBundle(airlineBundle('2030-01-01T00:00:00Z'));

const fact = (value: AnyFact extends { value: infer V } ? V : unknown, source: string, at: string): AnyFact =>
  ({ value, source, at }) as AnyFact;
const row = (facts: Record<string, AnyFact>): ProfileRow => ({ id: 'p1', identities: [], facts });

const anna = row({
  firstName: fact('Anna', 'crm', '2026-11-20T00:00:00.000Z'),
  tier: fact('Senator', 'crm', '2026-11-20T18:31:00.000Z'),
  language: fact('de', 'crm', '2026-11-20T00:00:00.000Z'),
  zone: fact('Europe/Berlin', 'crm', '2026-11-20T00:00:00.000Z'),
  'consent.marketing': fact(true, 'crm', '2026-11-20T00:00:00.000Z'),
  'now.activity': fact('Rebooking Viewed', 'app', '2026-11-21T20:30:40.000Z'),
  'trip.QX7R2M.1.flight': fact('LH400', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.date': fact('2026-11-21', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.from': fact('FRA', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.to': fact('JFK', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.departs': fact('2026-11-21T21:55:00+01:00', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.arrives': fact('2026-11-22T01:10:00-05:00', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.cabin': fact('Economy', 'crs', '2026-11-01T00:00:00.000Z'),
  'trip.QX7R2M.1.seat': fact('14C', 'app', '2026-11-21T20:30:52.000Z'),
  'trip.QX7R2M.1.status': fact('checked in', 'dcs', '2026-11-20T21:04:00.000Z'),
  'trip.QX7R2M.1.flightStatus': fact('cancelled', 'dcs', '2026-11-21T20:28:03.000Z'),
});

const viewed: EventRow = {
  id: 'e1',
  profileId: 'p1',
  type: 'track',
  name: 'Rebooking Viewed',
  at: '2026-11-21T20:30:40.000Z',
  source: 'app',
  properties: { booking: 'QX7R2M', options: ['LH402/2026-11-22', { flight: 'LH404', date: '2026-11-22' }] },
};

function suggest(profile: ProfileRow, events: readonly EventRow[] = [], language: 'en' | 'de' = 'en') {
  const input = decisionInput(profile, events, [], NOW);
  const answer = decide(bundle, {
    id: 'd1',
    at: input.now,
    profile: input.profile,
    channels: ['counter'],
    mode: 'respond',
  });
  return { input, answer, explained: explainSuggestion(answer, input, language) };
}

const words = (text: string) => text.split(/\s+/u).length;

describe('airline catalogue', () => {
  it('has at least 14 actions in all four lanes and loads as a bundle', () => {
    expect(AIRLINE_ACTIONS.length).toBeGreaterThanOrEqual(14);
    expect(new Set(AIRLINE_ACTIONS.map(({ lane }) => lane))).toEqual(new Set([0, 1, 2, 3]));
    for (const { channels } of AIRLINE_ACTIONS)
      for (const channel of channels) expect(CHANNELS).toContain(channel);
  });

  it('has every text in every language, at most 20 words each, the last of a list without placeholders', () => {
    const check = (text: Text) => {
      const placeholders = (value: string) => [...value.matchAll(/\{\w+\}/gu)].map(String).sort();
      for (const language of LANGUAGES) {
        expect(text[language].trim()).not.toBe('');
        expect(words(text[language])).toBeLessThanOrEqual(20);
        expect(placeholders(text[language])).toEqual(placeholders(text.en));
      }
    };
    expect(Object.keys(ACTION_TEXTS).sort()).toEqual(AIRLINE_ACTIONS.map(({ id }) => id).sort());
    for (const { id, approaches = ['plain'], because, but } of AIRLINE_ACTIONS) {
      const { title, sentence, note } = ACTION_TEXTS[id]!;
      expect(Object.keys(sentence).sort()).toEqual([...approaches].sort());
      for (const list of [title, ...Object.values(sentence)]) {
        list.forEach(check);
        expect(list.at(-1)!.en).not.toContain('{');
      }
      check(note);
      for (const name of [...because, ...but]) expect(FACT_TEXTS[name], name).toBeDefined();
    }
    for (const texts of Object.values(FACT_TEXTS)) {
      [...(texts.isTrue ?? []), ...(texts.isFalse ?? []), ...(texts.any ?? [])].forEach(check);
    }
    [...Object.values(WHY_LOST), ...Object.values(BLOCKED)].forEach(check);
  });

  it('[B29] has something to say on every way on which one talks with a customer, disturbed or not', () => {
    const calm = row({
      ...anna.facts,
      'trip.QX7R2M.1.flightStatus': fact('scheduled', 'dcs', '2026-11-21T20:00:00.000Z'),
    });
    for (const profile of [anna, calm, row({})]) {
      const input = decisionInput(profile, [viewed], [], NOW);
      for (const channel of ['counter', 'phone', 'kiosk', 'web']) {
        const answer = decide(bundle, {
          id: 'd',
          at: input.now,
          profile: input.profile,
          channels: [channel],
        });
        expect(answer.chosen, channel).not.toBeNull();
      }
    }
  });

  it('suggests rebooking to a passenger whose flight is cancelled, with sources and ages', () => {
    const { explained, answer, input } = suggest(anna, [viewed]);
    expect(answer.chosen?.action).toBe('rebook');
    const primary = explained.primary!;
    expect(primary.title).toBe('Rebook to LH 402');
    expect(primary.sentence).toContain('LH 402');
    expect(primary.reasonsFor[0]).toEqual({
      fact: 'flightCancelled',
      text: 'LH 400 is cancelled',
      source: 'dcs',
      at: '2026-11-21T20:28:03.000Z',
    });
    expect(primary.reasonsFor[1]).toEqual({
      fact: 'viewingRebooking',
      text: 'Is looking at rebooking options',
      source: 'app',
      at: '2026-11-21T20:30:40.000Z',
    });
    expect(primary.gate.mode).toBe('respond');
    expect(explained.alternatives).toHaveLength(2);
    for (const other of explained.alternatives) expect(other.whyLost).not.toBe('');
    expect(acceptCommand('rebook', input, 'en')).toEqual({
      name: 'rebook',
      args: { profileId: 'p1', booking: 'QX7R2M', segment: 1, to: 'LH402/2026-11-22' },
      needs: [],
    });
  });

  it('speaks German', () => {
    const { explained } = suggest(anna, [viewed], 'de');
    expect(explained.primary!.title).toBe('Umbuchen auf LH 402');
    expect(explained.primary!.reasonsFor[0]!.text).toBe('LH 400 ist annulliert');
  });

  it('tells of a cancellation first where the customer cannot know of it yet', () => {
    expect(suggest(anna).answer.chosen?.action).toBe('cancellation-notice');
  });

  it('[B15] never suggests again what was declined, until its cause is newer', () => {
    const record = suggest(anna, [viewed]).answer;
    const decision: EventRow = {
      ...viewed,
      id: 'e2',
      type: 'decision',
      name: 'Decision Recorded',
      properties: { record: JSON.parse(JSON.stringify(record)) },
    };
    const outcome: EventRow = {
      ...viewed,
      id: 'e3',
      type: 'outcome',
      name: 'Outcome Recorded',
      at: '2026-11-21T20:30:50.000Z',
      properties: { decisionId: 'd1', outcome: 'customer-declined' },
    };
    const after = suggest(anna, [viewed, decision, outcome]);
    expect(after.answer.chosen?.action).not.toBe('rebook');
    expect(after.answer.chosen).not.toBeNull();
    expect(whyNot(after.answer, 'rebook', 'en')).toBe('Already settled for now');
    const again = row({
      ...anna.facts,
      'trip.QX7R2M.1.flightStatus': fact('cancelled', 'dcs', '2026-11-21T20:30:55.000Z'),
    });
    const later = suggest(again, [{ ...viewed, at: '2026-11-21T20:30:58.000Z' }, decision, outcome]);
    expect(later.answer.chosen?.action).toBe('rebook');
  });

  it('[A31] waits longer with what disturbs more: after a left cart an SMS comes later than an e-mail', () => {
    const { email, sms } = TRIGGERS.find(({ id }) => id === 'cart')?.delayMinutes ?? {};
    expect(email).toBeGreaterThan(0);
    expect(sms).toBeGreaterThan(email as number);
  });

  it('[A9] tells of a changed gate before anything else, whatever the caps', () => {
    const status = (gate: string, at: string): EventRow => ({
      ...viewed,
      id: gate,
      name: 'Flight Status',
      at,
      source: 'dcs',
      properties: { flight: 'LH400', date: '2026-11-21', gate },
    });
    const profile = row({
      ...anna.facts,
      'trip.QX7R2M.1.flightStatus': fact('scheduled', 'dcs', '2026-11-21T20:00:00.000Z'),
      'trip.QX7R2M.1.gate': fact('B44', 'dcs', '2026-11-21T20:29:00.000Z'),
    });
    const { answer, explained } = suggest(profile, [
      status('B42', '2026-11-21T18:00:00.000Z'),
      status('B44', '2026-11-21T20:29:00.000Z'),
    ]);
    expect(answer.chosen?.action).toBe('gate-change-notice');
    expect(explained.primary!.sentence).toContain('B44');
    expect(explained.primary!.reasonsFor[0]!.text).toBe('Gate B42 became B44');
  });

  it('treats a masked fact as existing with an unknown value', () => {
    const masked = row({
      ...anna.facts,
      loyaltyNumber: { masked: '******12', tag: 't', source: 'crm', at: '2026-11-20T00:00:00.000Z' },
    });
    expect(decisionInput(masked, [], [], NOW).profile.facts['loyaltyMember']).toBe(true);
    expect(decisionInput(anna, [], [], NOW).profile.facts['loyaltyMember']).toBe(false);
  });
});

const at = fc
  .integer({ min: -48 * 60, max: 0 })
  .map((minutes) => new Date(NOW + minutes * 60_000).toISOString());
const sourced = (values: readonly unknown[]) =>
  fc.tuple(fc.constantFrom(...values), at).map(([value, time]) => fact(value, 'dcs', time));
const when = fc
  .integer({ min: -6 * 60, max: 60 * 60 })
  .map((minutes) => new Date(NOW + minutes * 60_000).toISOString());
const segment = fc.record({
  status: sourced(['confirmed', 'checked in', 'boarded', 'cancelled', 'waitlisted']),
  flightStatus: sourced(['scheduled', 'delayed', 'cancelled', 'departed', 'arrived']),
  cabin: sourced(['Economy', 'Business']),
  seat: sourced(['14C', '12A', '']),
  departs: when,
  hours: fc.integer({ min: 1, max: 12 }),
});
const profile = fc
  .record({
    segments: fc.array(segment, { maxLength: 3 }),
    bag: fc.option(sourced(['accepted', 'loaded', 'not loaded', 'delivered']), { nil: undefined }),
    caseStatus: fc.option(sourced(['open', 'resolved']), { nil: undefined }),
    caseKind: sourced(['complaint', 'case']),
    tier: fc.option(sourced(['Senator', 'Member']), { nil: undefined }),
    marketing: sourced([true, false]),
    activity: fc.option(sourced(['Rebooking Viewed', 'Seat Map']), { nil: undefined }),
  })
  .map(({ segments, bag, caseStatus, caseKind, tier, marketing, activity }) => {
    const facts: Record<string, AnyFact> = { 'consent.marketing': marketing };
    for (const [i, one] of segments.entries()) {
      const name = `trip.ABC123.${i + 1}`;
      const arrives = new Date(Date.parse(one.departs) + one.hours * 3_600_000).toISOString();
      facts[`${name}.flight`] = fact(`LH${400 + i}`, 'crs', one.departs);
      facts[`${name}.status`] = one.status;
      facts[`${name}.flightStatus`] = one.flightStatus;
      facts[`${name}.cabin`] = one.cabin;
      facts[`${name}.seat`] = one.seat;
      facts[`${name}.departs`] = fact(one.departs, 'crs', one.departs);
      facts[`${name}.arrives`] = fact(arrives, 'crs', one.departs);
    }
    if (bag) facts['bag.220.status'] = bag;
    if (caseStatus) {
      facts['case.7.status'] = caseStatus;
      facts['case.7.kind'] = caseKind;
    }
    if (tier) facts['tier'] = tier;
    if (activity) facts['now.activity'] = activity;
    return row(facts);
  });

/** Written without the pack's own computations: what an onlooker would call an open disruption. */
function isDisrupted(candidate: ProfileRow): boolean {
  const value = (name: string) => (candidate.facts[name] as { value?: unknown } | undefined)?.value;
  if (value('bag.220.status') === 'not loaded') return true;
  if (value('case.7.status') === 'open' && value('case.7.kind') === 'complaint') return true;
  return [1, 2, 3].some((i) => {
    const status = value(`trip.ABC123.${i}.flightStatus`);
    const isAhead = Date.parse(String(value(`trip.ABC123.${i}.departs`))) > NOW;
    return (
      isAhead &&
      value(`trip.ABC123.${i}.status`) !== 'cancelled' &&
      (status === 'cancelled' || status === 'delayed')
    );
  });
}

describe('[A2] need first', () => {
  it('an open disruption or complaint never has a selling action on top, in 10,000 profiles', () => {
    let disrupted = 0;
    let sold = 0;
    fc.assert(
      fc.property(profile, fc.constantFrom('counter', 'phone', 'app', 'email'), (candidate, channel) => {
        const input = decisionInput(candidate, [], [], NOW);
        const answer = decide(bundle, {
          id: 'd',
          at: input.now,
          profile: input.profile,
          channels: [channel],
        });
        const lane = answer.candidates.find(({ propensity }) => propensity > 0)?.lane ?? -1;
        if (lane >= 2) sold++;
        if (!isDisrupted(candidate)) return;
        disrupted++;
        expect(lane).toBeLessThan(2);
        const explained = explainSuggestion(answer, input, 'en');
        for (const card of [explained.primary, ...explained.alternatives]) {
          if (card === null) continue;
          expect(card.lane).toBeLessThan(2);
          expect(words(card.sentence)).toBeLessThanOrEqual(20);
          expect(card.sentence).not.toMatch(/[{}]/u);
        }
      }),
      { numRuns: 10_000 },
    );
    // Neither kind of profile may be missing, or the test would prove nothing.
    expect(disrupted).toBeGreaterThan(2_000);
    expect(sold).toBeGreaterThan(500);
  });
});
