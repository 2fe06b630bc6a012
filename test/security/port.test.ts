/** [C10] [S39] The port and the entry box of a real replica, on real files and a real core, under a hostile window. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/bridge/connect.ts';
import { CALLS, STREAMS } from '../../src/bridge/contract.ts';
import { ERRORS } from '../../src/bridge/errors.ts';
import type { PortLike } from '../../src/bridge/port.ts';
import { LONGEST_ENTRY } from '../../src/bridge/views.ts';
import type { RunningReplica } from '../../src/replica/start.ts';
import { until, Whole } from '../builders/whole.ts';
import { anyJson, INPUTS, inputs, JUNK, LEAK, mutated, PATIENCE, SEED } from './material.ts';

const whole = new Whole();
const log: string[] = [];
let replica: RunningReplica;
let bridge: Bridge;
let profileId = '';
let decisionId = '';

beforeAll(async () => {
  await whole.startCore();
  await whole.passenger('u1', 'QX7R2M');
  replica = await whole.replica({}, { log: (line) => void log.push(line) });
  bridge = whole.window(replica);
  await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
  profileId = (await bridge.call('search', { text: 'QX7R2M', limit: 5 })).hits[0]?.profileId ?? '';
  const suggestion = await until(bridge, 'suggestion', { profileId }, (view) => view !== null);
  decisionId = suggestion?.decisionId ?? '';
});
afterAll(() => whole.close());

/** A handler that threw what it did not mean to says so in the log, and to the window only `internal`. */
const defects = (): string[] => log.filter((line) => line.startsWith('defect'));

async function lives(): Promise<void> {
  expect((await bridge.call('search', { text: 'Weber', limit: 5 })).hits.map((hit) => hit.profileId)).toEqual(
    [profileId],
  );
  await until(bridge, 'customer', { profileId }, (view) => view?.name === 'Anna Weber');
  expect(defects()).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}

const portLike = (port: MessagePort): PortLike => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => port.on('message', listener),
  onClose: (listener) => port.on('close', listener),
  close: () => port.close(),
});

type Told = { t: string; id: number; error?: { code: string; params: object; retry: boolean } };

/** A window that says what it likes; it keeps what it was told. */
class Hostile {
  readonly told: Told[] = [];
  closed = false;
  private readonly port: MessagePort;
  private wake: () => void = () => undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port2;
    port2.on('message', (message: Told) => {
      this.told.push(message);
      this.wake();
    });
    port2.on('close', () => {
      this.closed = true;
      this.wake();
    });
    replica.serve(portLike(port1));
  }

  /** @throws where the message cannot be cloned */
  say(message: unknown): void {
    this.port.postMessage(message);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!this.closed && !condition())
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
  }

  answered(id: number): Told | undefined {
    return this.told.find((one) => one.id === id);
  }

  close(): void {
    this.port.close();
  }
}

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

const CALLED = () => ({
  search: [{ text: 'Weber', limit: 5 }],
  find: [{ type: 'email', value: 'u1@example.org', purpose: 'call' }],
  reveal: [{ profileId, name: 'phone', tag: 't', reason: 'to call back' }],
  enqueue: [
    { name: 'add-note', profileId, args: { text: 'x' }, seen: [] },
    {
      name: 'change-seat',
      profileId,
      args: { booking: 'QX7R2M', segment: 1, seat: '14C' },
      seen: [{ fact: 'trip.QX7R2M.1.seat', hash: null }],
    },
    { name: 'rebook', profileId, args: { booking: 'QX7R2M', segment: 1, to: 'LH402/2026-11-24' }, seen: [] },
    { name: 'set-preference', profileId, args: { name: 'seat', value: 'aisle' }, seen: [] },
    { name: 'resolve-case', profileId, args: { caseId: 'c', outcome: 'done' }, seen: [] },
    { name: 'record-decision', profileId, args: { record: {} }, seen: [] },
  ],
  undo: [{ id: 'x' }],
  edit: [{ id: 'x', args: { text: 'y' }, seen: [] }],
  hold: [{ id: 'x', held: true }],
  redo: [{ id: 'x', args: { text: 'y' } }],
  discard: [{ id: 'x' }],
  restore: [{ id: 'x' }],
  draft: [
    { name: 'add-note', profileId, about: null, answers: { text: 'she asks' } },
    { name: 'add-note', profileId, about: 'x', answers: null },
  ],
  answer: [
    {
      decisionId,
      profileId,
      answer: 'accept',
      reason: 'x',
      candidate: { action: 'a', channel: 'c', approach: 'b' },
      seen: [],
    },
  ],
  connections: [{}],
  diagnostics: [{}],
  letters: [{ partner: 'crm' }],
  resendLetter: [{ partner: 'crm', id: 'msg_1' }],
  resendLetters: [{ partner: 'crm' }],
  discardLetters: [{ partner: 'crm', reason: 'of no use any more' }],
  askSource: [{ source: 'crm' }],
  painted: [{ view: 'customer', moments: ['x'], receivedAt: 1, paintedAt: 2 }],
  presence: [{ profileId, state: 'viewing' }],
  setLanguage: [{ language: 'de' }],
  steer: [
    { change: { kind: 'lever', action: 'a', percent: 20 }, ifVersion: 1 },
    { change: { kind: 'pause', actions: ['a'], reason: 'x' } },
    { change: { kind: 'caps', caps: [{ lane: 2, count: 1, windowHours: 24 }] } },
    { change: { kind: 'undo', version: 1 } },
  ],
  steeringHistory: [{}],
  decisions: [{ action: 'a', before: 'x' }],
  decision: [{ id: 'x' }],
});
const OPENED = () => ({
  status: [{}],
  work: [{}],
  outbox: [{}],
  drafts: [{}],
  away: [{}],
  customer: [{ profileId }],
  suggestion: [{ profileId }],
  board: [{}],
  learned: [{}],
  disruptions: [{}],
  disruption: [{ flight: 'x' }],
});

describe('[S39] the port of the real replica', () => {
  it(
    '[C10] every call and stream by its name with odd input is answered, or refused by a code of the table',
    async () => {
      const samples = { ...CALLED(), ...OPENED() } as Record<string, unknown[]>;
      expect(Object.keys(samples).sort()).toEqual([...Object.keys(CALLS), ...Object.keys(STREAMS)].sort());
      // Most of what can be wrong with a command is inside of one; what is not there is asked for often enough.
      const asked = fc.constantFrom(...Object.keys(samples), 'enqueue', 'enqueue', 'redo').chain((name) =>
        fc
          .oneof(
            { weight: 3, arbitrary: mutated(samples[name] as unknown[]) },
            { weight: 1, arbitrary: anyJson },
          )
          .filter((input) => depthOf(input) < 30)
          .map((input) => ({ t: Object.hasOwn(CALLS, name) ? 'call' : 'open', name, input })),
      );
      const each = 20;
      const answered = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(fc.array(asked, { minLength: each, maxLength: each }), async (all) => {
          const window = new Hostile();
          for (const [n, one] of all.entries()) window.say({ ...one, id: n + 1 });
          const calls = all.flatMap(({ t }, n) => (t === 'call' ? [n + 1] : []));
          await window.until(() => calls.every((id) => window.answered(id)));
          expect(window.closed).toBe(false);
          for (const { t, id, error } of window.told) {
            const outcome = t === 'error' ? (error?.code ?? '') : t;
            answered.set(outcome, (answered.get(outcome) ?? 0) + 1);
            if (t !== 'error' || !error) continue;
            const story = JSON.stringify([error, all[id - 1]]).slice(0, 1_500);
            expect(Object.hasOwn(ERRORS, error.code) && error.code !== 'internal', story).toBe(true);
            expect(JSON.stringify(error), story).not.toMatch(LEAK);
          }
          window.close();
        }),
        inputs(0.5, each),
      );
      for (const outcome of ['result', 'bad_input', 'bad_command', 'not_found'])
        expect(answered.get(outcome) ?? 0, `${outcome} ${JSON.stringify([...answered])}`).toBeGreaterThan(5);
      await lives();
    },
    PATIENCE,
  );

  it(
    '[C10] any message at all closes the port at most, and other windows do not notice',
    async () => {
      const id = fc.oneof(fc.nat(9), fc.constantFrom(-1, 1.5, Number.NaN, 2 ** 60, '1', null));
      const message = fc.oneof(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
        }),
        fc.record(
          {
            t: fc.constantFrom('call', 'cancel', 'open', 'close', 'ack', 'eval', '__proto__'),
            id,
            name: fc.oneof(
              fc.constantFrom(...Object.keys(CALLS), ...Object.keys(STREAMS), '__proto__', 'toString'),
              fc.string(),
            ),
            input: fc.anything({ withDate: true, withMap: true }),
          },
          { requiredKeys: ['t'] },
        ),
      );
      const rounds = Math.max(20, Math.ceil((INPUTS * 0.2) / 4));
      for (let round = 0; round < rounds; round += 1) {
        const window = new Hostile();
        for (const one of fc.sample(message, { seed: SEED + round, numRuns: 4 })) window.say(one);
        window.say({ t: 'eval' });
        await window.until(() => false);
        expect(window.told.filter(({ error }) => error?.code === 'internal')).toEqual([]);
      }
      await lives();
    },
    PATIENCE,
  );

  it('[C6] deep, wide and large input is refused, and too many calls and streams are', async () => {
    const deep = (n: number) => JSON.parse(`${'['.repeat(n)}${']'.repeat(n)}`) as unknown;
    const wide = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, n]));
    const draft = { name: 'add-note', profileId, seen: [] };
    const shared = Array.from({ length: 28 }).reduce<unknown>((inner) => [inner, inner], 1);
    const itself: unknown[] = [];
    itself.push(itself);
    const closing = [deep(40), deep(1_000), deep(2_100), deep(3_000), shared, itself, 'x'.repeat(1_100_000)];
    const refused = [wide, { text: 'x'.repeat(500_000) }, { text: deep(20) }];
    for (const [n, part] of [...closing, ...refused].entries()) {
      for (const message of [
        {
          t: 'call',
          id: 1,
          name: 'enqueue',
          input: { ...draft, args: n < closing.length ? { text: 'x', part } : part },
        },
        { t: 'open', id: 1, name: 'customer', input: { profileId: part } },
      ]) {
        const sender = new Hostile();
        sender.say(message);
        await sender.until(() => sender.told.length > 0);
        if (n < closing.length) expect(sender.closed, `${message.t} ${n}`).toBe(true);
        else
          expect(['bad_input', 'bad_command', 'too_large'], `${message.t} ${n}`).toContain(
            sender.told[0]?.error?.code,
          );
        sender.close();
      }
    }
    const window = new Hostile();
    for (let n = 0; n < 200; n += 1) window.say({ t: 'open', id: 1_000 + n, name: 'status', input: {} });
    await window.until(
      () => window.told.filter(({ error }) => error?.code === 'too_many_calls').length === 200 - 64,
    );
    window.say({ t: 'call', id: 5_000, name: 'search', input: 'x'.repeat(1_100_000) });
    await window.until(() => false);
    await lives();
  });
});

describe('[C10] the entry box', () => {
  it(
    '[C10] takes any text: it finds customers or nobody, and never fails',
    async () => {
      const operators = [
        '"',
        "'",
        '*',
        '^',
        ':',
        '(',
        ')',
        '{',
        '}',
        '-',
        '+',
        'AND',
        'OR',
        'NOT',
        'NEAR(a, 5)',
        'names:',
        '%',
        '_',
        ';',
        '--',
        '\\',
        '\u0000',
        '\u202e',
        '\u2067',
        '\u200d',
        '\ufeff',
        '\ud83d',
        '\ude00',
        '@',
        '0049',
        '+49',
        'M1',
      ];
      const word = fc.oneof(
        fc.constantFrom(
          ...operators,
          'Weber',
          'weber',
          'WÉBER',
          'QX7R2M',
          'שלום',
          'مرحبا',
          'İIıi',
          'ß',
          'ﬁ',
          '𝔚',
          'e\u0301',
        ),
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 12 }),
      );
      const text = fc.oneof(
        fc.array(word, { maxLength: 12 }).map((words) => words.join(' ').slice(0, 200)),
        fc.array(word, { maxLength: 30 }).map((words) => words.join('').slice(0, 200)),
        fc.constantFrom(...JUNK.flatMap((one) => (typeof one === 'string' ? [one.slice(0, 200)] : []))),
        fc.constantFrom(
          '"'.repeat(200),
          'a '.repeat(100),
          '9'.repeat(200),
          '('.repeat(200),
          'Weber '.repeat(33),
          '\u0301'.repeat(200),
        ),
      );
      const each = 10;
      await fc.assert(
        fc.asyncProperty(fc.array(text, { minLength: each, maxLength: each }), async (texts) => {
          const views = await Promise.all(texts.map((one) => bridge.call('search', { text: one, limit: 5 })));
          for (const { hits, more } of views) {
            expect(hits.filter((hit) => hit.profileId !== profileId)).toEqual([]);
            expect(more).toBe(false);
          }
        }),
        inputs(0.3, each),
      );
      for (const odd of ['Weber*', '"Weber"', 'Weber OR x', 'Weber\u0000', 'names:Weber', 'Web']) {
        const { hits } = await bridge.call('search', { text: odd, limit: 5 });
        expect(hits.length, odd).toBeLessThanOrEqual(1);
      }
      await expect(
        bridge.call('search', { text: 'x'.repeat(LONGEST_ENTRY + 1), limit: 5 }),
      ).rejects.toMatchObject({
        code: 'bad_input',
      });
      await lives();
    },
    PATIENCE,
  );
});
