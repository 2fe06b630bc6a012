import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle, loadBundle } from './bundle.ts';
import { consider } from './decide.ts';
import { FeedbackBook } from './feedback.ts';
import { valueOfInformation } from './information.ts';
import { readRequest } from './request.ts';

const AT = '2026-11-21T10:00:00Z';
const MINUTE = 60_000;
const ANSWERS = [{ value: 'red' }, { value: 'blue' }];
const data = (asks: object | undefined, policy: object = {}) => ({
  version: 'v',
  validUntil: '2030-01-01T00:00:00Z',
  facts: { colour: { type: 'text' }, age: { type: 'number' } },
  catalogue: [
    { id: 'ask', lane: 2, channels: ['web'], value: 1, startRate: 0.5, ...(asks && { asks }) },
    { id: 'roses', lane: 2, channels: ['web'], value: 10, startRate: 0.3 },
    { id: 'violets', lane: 2, channels: ['web'], value: 10, startRate: 0.3 },
    { id: 'card', lane: 2, channels: ['web'], suitable: { fact: 'colour', op: 'eq', value: 'gold' } },
  ],
  policy: { learn: ['colour', 'age'], exploration: { paused: true }, ...policy },
});

/** A shop that has served its customers; `takes` says who takes what. */
function shop(
  takes: (colour: string, action: string) => boolean,
  policy: object = {},
  uses = 1,
  customers = 400,
) {
  const bundle = compileBundle(data({ fact: 'colour', answers: ANSWERS, uses }, policy));
  const model = bundle.model.copy();
  const book = new FeedbackBook(bundle, model);
  for (let n = 0; n < customers; n++) {
    const colour = n % 2 === 0 ? 'red' : 'blue';
    const action = n % 4 < 2 ? 'roses' : 'violets';
    const id = `d${n}`;
    const request = readRequest({ id, at: AT, profile: { facts: { colour } }, channels: ['web'] });
    book.remember(request, consider(bundle, request, { model }));
    const candidate = { action, channel: 'web', approach: 'plain' };
    book.take({ id, outcome: 'presented', at: Date.parse(AT), candidate });
    const outcome = takes(colour, action) ? 'positive' : 'customer-declined';
    book.take({ id, outcome, at: Date.parse(AT) + MINUTE });
  }
  const ask = (facts: object, at = AT) =>
    consider(
      bundle,
      readRequest({ id: 'x', at, profile: { id: 'p', facts: { ...facts } }, channels: ['web'] }),
      { model },
    );
  return { bundle, model, ask };
}
const scoreOf = (decision: ReturnType<ReturnType<typeof shop>['ask']>) => decision.candidates[0]!.score;
const byTaste = (colour: string, action: string) => (colour === 'red') === (action === 'roses');

describe('[D35] the value of information', () => {
  it('is what choosing after the answer earns more than choosing before it', () => {
    // Certain: whoever knows earns 10 or 8, whoever does not takes the first and earns 5.
    const certain = (net: number[]) => ({ share: 0.5, net, deviation: [0, 0] });
    expect(valueOfInformation([certain([10, 0]), certain([0, 8])])).toBe(4);
    // The answer changes nothing.
    expect(valueOfInformation([certain([10, 0]), certain([7, 1])])).toBe(0);
    // Nothing is better than a loss: the answer says whom to leave alone.
    expect(valueOfInformation([certain([6, -1]), certain([-6, -1])])).toBe(3);
    expect(valueOfInformation([])).toBe(0);
  });

  it('grows with what is not known yet of an answer, by the formula', () => {
    const one = (deviation: number) =>
      valueOfInformation([{ share: 1, net: [5, 4], deviation: [0, deviation] }]);
    const s = (Math.sqrt(3) / Math.PI) * 2;
    expect(one(2)).toBeCloseTo(s * Math.log(1 + Math.exp(-1 / s)), 12);
    expect(one(0)).toBe(0);
    expect(one(4)).toBeGreaterThan(one(2));
    // What is not known of the best counts as well, and so does that it may be worse than doing nothing.
    const both = valueOfInformation([{ share: 1, net: [5, 4], deviation: [1.2, 1.6] }]);
    expect(both).toBeCloseTo(one(2), 12);
    expect(valueOfInformation([{ share: 1, net: [2], deviation: [2] }])).toBeCloseTo(
      s * Math.log(1 + Math.exp(-2 / s)),
      12,
    );
    expect(valueOfInformation([{ share: 1, net: [-2], deviation: [2] }])).toBeCloseTo(
      s * Math.log(1 + Math.exp(-2 / s)),
      12,
    );
  });

  it('is never negative and never more than the best answer', () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    const outlook = fc.record({ share: fc.constant(0.25), net: fc.tuple(value, value, value) });
    fc.assert(
      fc.property(fc.array(outlook, { minLength: 4, maxLength: 4 }), (outlooks) => {
        const certain = outlooks.map((one) => ({ ...one, deviation: [0, 0, 0] }));
        const worth = valueOfInformation(certain);
        expect(worth).toBeGreaterThanOrEqual(0);
        expect(worth).toBeLessThanOrEqual(Math.max(0, ...outlooks.flatMap(({ net }) => net)) + 1e-9);
      }),
    );
  });
});

describe('[D35] a question', () => {
  it('[B12] is worth more where its answer decides what the customer takes', () => {
    const telling = shop(byTaste);
    const idle = shop((_colour, action) => action === 'roses');
    expect(scoreOf(telling.ask({}))).toBeGreaterThan(0.15);
    expect(scoreOf(telling.ask({}))).toBeGreaterThan(2 * scoreOf(idle.ask({})));
    expect(scoreOf(shop(byTaste, {}, 3).ask({}))).toBeGreaterThan(1.5 * scoreOf(telling.ask({})));
    // Its own value of 1, taken by half, is what is left where nothing else can be said.
    expect(scoreOf(idle.ask({}))).toBeGreaterThanOrEqual(0.05);
  });

  it('[B12] is worth less once many answers have shown that they change little', () => {
    const never = () => false;
    expect(scoreOf(shop(never, {}, 1, 40).ask({}))).toBeGreaterThan(scoreOf(shop(never).ask({})) + 0.001);
  });

  it('counts what the model does not know of the fact, as far as the fact is known and learned', () => {
    const uncertainty = (customers: number, facts: object) => {
      const { ask, model } = shop(byTaste, {}, 1, customers);
      ask(facts);
      return [0, 1].map((fact) => model.variance(1, fact));
    };
    const [few = 0, no] = uncertainty(8, { colour: 'red' });
    const [many = 0] = uncertainty(400, { colour: 'red' });
    expect(many).toBeGreaterThan(0);
    expect(few).toBeGreaterThan(1.5 * many);
    expect([no, ...uncertainty(8, {})]).toEqual([0, 0, 0]);
    expect(uncertainty(0, { colour: 'red' })).toEqual([0, 0]);
  });

  it('[B12] is never asked again once the answer is known', () => {
    const { ask } = shop(byTaste);
    expect(ask({}).candidates[0]!.stage).toBe('open');
    const known = ask({ colour: 'green' });
    expect(known.candidates[0]).toMatchObject({ stage: 'eligible', propensity: 0 });
    expect(known.candidates[0]!.failed).toEqual([
      { actual: 'green', fact: 'colour', needed: false, op: 'exists', rule: 'eligible' },
    ]);
  });

  it('changes nothing about the other candidates, and the facts of the request are as they were', () => {
    const { ask, model } = shop(byTaste);
    const plain = compileBundle(data(undefined));
    const request = { id: 'x', at: AT, profile: { id: 'p', facts: { age: 40 } }, channels: ['web'] };
    const without = consider(plain, readRequest(request), { model });
    const asked = ask({ age: 40 });
    expect(asked.candidates.slice(1).map(({ p, score }) => [p, score])).toEqual(
      without.candidates.slice(1).map(({ p, score }) => [p, score]),
    );
    expect(ask({ age: 40 })).toEqual(asked);
    expect(scoreOf(ask({ age: 40 }))).not.toBe(without.candidates[0]!.score);
    // What was sent as no text is no answer, and is told as it was sent.
    const mistyped = ask({ colour: 7 }).candidates;
    expect(mistyped.map(({ stage }) => stage)).toEqual(['open', 'open', 'open', 'suitable']);
    expect(mistyped[3]!.failed).toMatchObject([{ actual: 7, fact: 'colour', reason: 'type' }]);
  });

  it('is worth its own value alone where no model speaks: nothing learned, held out, expired', () => {
    const fresh = compileBundle(data({ fact: 'colour', answers: ANSWERS }));
    const request = readRequest({ id: 'x', at: AT, profile: { facts: {} }, channels: ['web'] });
    const own = (0.5 * 1) / 10;
    expect(consider(fresh, request).candidates[0]!.score).toBe(own);
    expect(scoreOf(shop(byTaste, { holdout: 0.999999 }).ask({}))).toBe(own);
    expect(scoreOf(shop(byTaste).ask({}, '2031-01-01T00:00:00Z'))).toBe(own);
  });

  it('is worth at most what the best action is', () => {
    expect(scoreOf(shop(byTaste, {}, 1_000).ask({}))).toBeLessThanOrEqual(1);
    expect(shop(byTaste, {}, 1_000).ask({}).candidates[1]!.score).toBe(
      shop(byTaste).ask({}).candidates[1]!.score,
    );
  });

  it('is refused in a bundle where it could not be asked', () => {
    const refused = (asks: object) => {
      const loaded = loadBundle(data(asks));
      return loaded.ok ? 'taken' : loaded.error.message;
    };
    expect(refused({ fact: 'colour', answers: ANSWERS })).toBe('taken');
    for (const asks of [
      { fact: 'unknown', answers: ANSWERS },
      { fact: 'colour', answers: [{ value: 'red' }] },
      { fact: 'colour', answers: [{ value: 'red' }, { value: 'red' }] },
      { fact: 'colour', answers: [{ value: 'red' }, { value: 1 }] },
      { fact: 'colour', answers: [{ value: 'red', share: -1 }, { value: 'blue' }] },
      {
        fact: 'colour',
        answers: [
          { value: 'red', share: 0 },
          { value: 'blue', share: 0 },
        ],
      },
      { fact: 'colour', answers: ANSWERS, uses: -1 },
    ])
      expect(refused(asks), JSON.stringify(asks)).toMatch(/^action ask, asks/u);
  });
});
