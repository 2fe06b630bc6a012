import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../domain/canonical.ts';
import { sha256Hex } from '../domain/sha256.ts';
import { type DecisionDesk, openDesk, readOptions } from './cli.ts';

const BUNDLE = {
  version: 'b1',
  validUntil: '2030-01-01T00:00:00Z',
  facts: { f1: { type: 'number' }, f2: { type: 'text' }, f3: { type: 'boolean' }, f4: { type: 'time' } },
  catalogue: [
    {
      id: 'a1',
      group: 'g1',
      lane: 2,
      channels: ['web', 'phone'],
      approaches: ['plain'],
      value: 1,
      cost: 0,
      startRate: 0.05,
      eligible: { all: [{ fact: 'f1', op: 'gte', value: 3 }] },
      applicable: { fact: 'f3', op: 'eq', value: true },
      suitable: {},
      minDelayMinutes: { web: 0 },
      expiresMinutes: 1440,
      caps: [{ count: 2, windowHours: 24 }],
      consent: 'marketing',
    },
  ],
  policy: {
    learn: ['f1', 'f2', 'f3'],
    exploration: { c: 30, floor: 0.02 },
    feedbackWindowMinutes: 60,
    quietHours: { email: ['21:00', '08:00'] },
    holdout: 0,
  },
  model: null,
};
function open(learn = false, seed = 0, bundle: unknown = BUNDLE): DecisionDesk {
  const opened = openDesk(JSON.stringify(bundle), { seed, learn });
  if (!opened.ok) throw new Error(opened.errorLine);
  return opened.desk;
}
const request = (id = 'd1', channels = ['web']) => ({
  decide: {
    id,
    at: '2026-11-21T10:00:00Z',
    channels,
    mode: 'respond',
    profile: {
      id: 'p1',
      zone: 'Europe/Berlin',
      facts: { f1: 4, f2: 'x', f3: true },
      consents: { marketing: true },
      preferences: {},
      history: [{ action: 'a1', channel: 'web', at: '2026-11-21T09:00:00Z' }],
    },
  },
});
const feedback = (id: string, outcome: string, more: object = {}) => ({
  feedback: { id, outcome, at: '2026-11-21T10:05:00Z', ...more },
});
const ask = (desk: DecisionDesk, line: unknown) =>
  JSON.parse(desk.answer(typeof line === 'string' ? line : JSON.stringify(line)));

describe('[D22] the command line', () => {
  it('answers the example of the contract', () => {
    const { hash, ...answer } = ask(open(), request());
    expect(answer).toEqual({
      id: 'd1',
      chosen: { action: 'a1', channel: 'web', approach: 'plain' },
      sendAt: '2026-11-21T10:00:00.000Z',
      propensity: 1,
      explored: false,
      candidates: [
        {
          action: 'a1',
          channel: 'web',
          approach: 'plain',
          lane: 2,
          p: 0.05,
          score: 0.05,
          propensity: 1,
          stage: 'open',
          failed: [],
        },
      ],
      reasons: { for: [], against: [], runnerUp: null },
      bundle: 'b1',
    });
    expect(hash).toBe(sha256Hex(canonicalJson(answer)));
  });

  it('checks and answers feedback; only with --learn it changes the model', () => {
    for (const learn of [false, true]) {
      const desk = open(learn);
      const before = ask(desk, { state: {} });
      ask(desk, request());
      expect(ask(desk, feedback('d1', 'presented'))).toEqual({ ok: true });
      expect(ask(desk, feedback('d1', 'positive', { value: 12.5 }))).toEqual({ ok: true });
      expect(canonicalJson(ask(desk, { state: {} })) !== canonicalJson(before)).toBe(learn);
      const { model } = ask(desk, { model: {} });
      expect(ask(desk, { state: {} })).toEqual({ state: sha256Hex(canonicalJson(model)) });
      const again = open(false, 0, { ...BUNDLE, model });
      expect(again.answer(JSON.stringify(request('q', ['web', 'phone'])))).toBe(
        desk.answer(JSON.stringify(request('q', ['web', 'phone']))),
      );
    }
  });

  it('with a frozen bundle the order of lines changes nothing', () => {
    const lines = Array.from({ length: 20 }, (_, i) => JSON.stringify(request(`d${i}`, ['web', 'phone'])));
    const forward = open(false, 9);
    const answers = new Map(lines.map((line) => [line, forward.answer(line)]));
    const backward = open(false, 9);
    for (const line of [...lines].reverse()) expect(backward.answer(line)).toBe(answers.get(line));
    const other = open(false, 10);
    expect(lines.some((line) => other.answer(line) !== answers.get(line))).toBe(true);
  });

  it('[D23] names what is wrong with a line', () => {
    const desk = open();
    ask(desk, request());
    const code = (line: unknown) => ask(desk, line).error?.code;
    for (const line of [
      '',
      ' ',
      '{',
      'null',
      '5',
      '[]',
      '"decide"',
      '{}',
      '{"decide":{},"state":{}}',
      '{"other":{}}',
      '{"a":1e}',
    ]) {
      expect(code(line), line).toBe('line');
    }
    const bad = [
      { decide: null },
      { feedback: 5 },
      { model: 1 },
      { state: null },
      { decide: {} },
      feedback('', 'positive'),
      feedback('d1', 'liked'),
      { feedback: { id: 'd1', outcome: 'positive' } },
      feedback('d1', 'positive', { value: '1' }),
      feedback('d1', 'positive', { value: null }),
      feedback('d1', 'presented', { candidate: { action: 'a1' } }),
      feedback('d1', 'presented', { candidate: { action: 'a1', channel: 'phone', approach: 'plain' } }),
    ];
    for (const line of bad) expect(code(line), JSON.stringify(line)).toBe('request');
    expect(
      code('{"decide":{"id":"\\ud800","at":"2026-11-21T10:00:00Z","profile":{"facts":{}},"channels":[]}}'),
    ).toBe('request');
    expect(
      code(
        '{"decide":{"id":"\\ud83d\\ude00","at":"2026-11-21T10:00:00Z","profile":{"facts":{}},"channels":[]}}',
      ),
    ).toBeUndefined();
    expect(code(feedback('d2', 'positive'))).toBe('unknown-id');
  });

  it('answers anything with one line of JSON and never repeats the input in an error', () => {
    const desk = open(true);
    const junk = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ decide: value })),
      fc.jsonValue().map((value) =>
        JSON.stringify({
          ...request(),
          decide: { ...request().decide, profile: { facts: value, history: value } },
        }),
      ),
      fc
        .record({ id: fc.constantFrom('d1', 5), outcome: fc.jsonValue(), at: fc.jsonValue() })
        .map((value) => JSON.stringify({ feedback: value })),
    );
    fc.assert(
      fc.property(junk, (line) => {
        const answer = desk.answer(line.replaceAll('\n', ' '));
        expect(answer).not.toContain('\n');
        const { error } = JSON.parse(answer);
        if (error === undefined) return;
        expect(['line', 'request', 'unknown-id']).toContain(error.code);
        expect(error.message.length).toBeLessThanOrEqual(200);
        if (line.length > 20) expect(error.message).not.toContain(line.slice(0, 20));
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers numbers that JSON reads as infinite, and nesting of any depth', () => {
    const desk = open();
    const text = JSON.stringify(request());
    const consent = text.replace('"marketing":true', '"marketing":1e999');
    expect(ask(desk, consent).candidates[0].failed).toMatchObject([{ rule: 'consent', actual: null }]);
    const deep = (depth: number) => `${'['.repeat(depth)}"\\ud83d\\ude00"${']'.repeat(depth)}`;
    const stranger = text.replace('"f1":4', `"f1":4,"stranger":${deep(100_000)}`);
    expect(ask(desk, stranger).chosen).toMatchObject({ action: 'a1' });
    const bundle = JSON.stringify(BUNDLE).replace('"suitable":{}', `"suitable":${deep(100_000)}`);
    expect(openDesk(bundle, { seed: 0, learn: false })).toMatchObject({ ok: false });
    const nots = `${'{"not":'.repeat(100_000)}{}${'}'.repeat(100_000)}`;
    const nested = JSON.stringify(BUNDLE).replace('"suitable":{}', `"suitable":${nots}`);
    expect(openDesk(nested, { seed: 0, learn: false })).toMatchObject({ ok: false });
  });

  it('reads its flags', () => {
    expect(readOptions(['--bundle', 'f', '--seed', '9007199254740991', '--learn'])).toEqual({
      ok: true,
      options: { bundleFile: 'f', seed: 2 ** 53 - 1, learn: true },
    });
    expect(readOptions(['--bundle', 'f'])).toEqual({
      ok: true,
      options: { bundleFile: 'f', seed: 0, learn: false },
    });
    for (const bad of [
      [],
      ['--bundle'],
      ['--learn'],
      ['--bundle', 'f', '--seed', '-1'],
      ['--bundle', 'f', '--seed', '9007199254740992'],
      ['--bundle', 'f', '--seed', '1.5'],
      ['--bundle', 'f', '--fast'],
      ['f'],
    ]) {
      expect(readOptions(bad)).toMatchObject({ ok: false });
    }
    for (const text of ['', '{', '{}', '[]']) {
      const opened = openDesk(text, { seed: 0, learn: false });
      expect(opened.ok).toBe(false);
      if (!opened.ok) expect(JSON.parse(opened.errorLine)).toMatchObject({ error: { code: 'bundle' } });
    }
  });
});
