import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadBundle } from '../../decision/bundle.ts';
import type { BundleData, DecideProfile, Failure, HistoryEntry } from '../../decision/contract.ts';
import { recheck } from '../../decision/recheck.ts';
import { refusedBy } from '../../packs/airline/catalogue/triggers.ts';
import type { Doors } from '../ingest/deps.ts';
import type { Intent } from './intent.ts';
import { type Occasion, plan } from './plan.ts';
import { cancellation, judge, type LatencyClass, settle, timesOf } from './rules.ts';
import type { Situation } from './situation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number) => new Date(at).toISOString();

const BUNDLE: BundleData = {
  version: 't1',
  facts: {
    cart: { type: 'boolean' },
    alarm: { type: 'boolean' },
    complaint: { type: 'boolean' },
    name: { type: 'text' },
    city: { type: 'text' },
  },
  catalogue: [
    {
      id: 'notice',
      lane: 0,
      channels: ['sms', 'email'],
      applicable: { fact: 'alarm', op: 'eq', value: true },
      expiresMinutes: 240,
      consent: 'service',
    },
    {
      id: 'offer',
      lane: 2,
      channels: ['email', 'sms'],
      applicable: { fact: 'cart', op: 'eq', value: true },
      minDelayMinutes: { email: 30 },
      expiresMinutes: 2_000,
      caps: [{ count: 1, windowHours: 24 }],
      consent: 'marketing',
      value: 10,
    },
    { id: 'hint', lane: 3, channels: ['email'], expiresMinutes: 600, value: 1 },
  ],
  policy: {
    exploration: { paused: true },
    quietHours: { email: ['21:00', '08:00'], sms: ['20:00', '09:30'] },
    zones: ['Europe/Berlin', 'Asia/Kolkata'],
    caps: [
      { channel: 'email', count: 2, windowHours: 72 },
      { lane: 2, count: 3, windowHours: 240 },
    ],
    suppress: { fact: 'complaint', op: 'eq', value: true },
    completeness: { facts: ['name', 'city'], share: 1 },
    holdout: 0.2,
    holdoutSalt: 'salt',
  },
};
const loaded = loadBundle(BUNDLE);
if (!loaded.ok) throw new Error(loaded.error.message);
const bundle = loaded.bundle;

const QUIET: { [channel: string]: [number, number] } = {
  email: [21 * 60, 8 * 60],
  sms: [20 * 60, 9 * 60 + 30],
};
const TRIGGER_DELAY: { [channel: string]: number } = { email: 10 * MINUTE, sms: 180 * MINUTE };
const EXPIRES_MINUTES: { [action: string]: number } = { notice: 240, offer: 2_000, hint: 600 };
const TRIGGER_EXPIRES = 3_000 * MINUTE;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Chatham'];

/** Everything that the checker knows of a customer, kept apart from what the rules are given. */
type World = {
  id: string;
  now: number;
  zone: string | null;
  facts: { [name: string]: boolean | string | null };
  consents: { [name: string]: boolean };
  phoneRefused: boolean;
  endings: number[];
  history: HistoryEntry[];
};

type Send = { at: number; intent: Intent; world: World };

const wallMinute = (zone: string, at: number): number => {
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  const [hour, minute] = text.split(':').map(Number) as [number, number];
  return hour * 60 + minute;
};

function isQuietIn(zone: string, channel: string, at: number): boolean {
  const [from, to] = QUIET[channel] as [number, number];
  const wall = wallMinute(zone, at);
  return wall >= from || wall < to;
}

function isHeldOut(id: string, at: number): boolean {
  const date = new Date(at);
  const quarter = `${date.getUTCFullYear()}Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
  const digest = createHash('sha256').update(`salt\n${id}\n${quarter}`).digest();
  return Number(digest.readBigUInt64BE() >> 11n) / 2 ** 53 < 0.2;
}

/** What is wrong with a send, by this file's own reading of docs/spec/righttime.md; empty if nothing is. */
function faults({ at, intent, world }: Send, before: Send[]): string[] {
  const { action, channel, lane, triggerAt } = intent;
  const bad: string[] = [];
  const need = (ok: boolean, what: string) => ok || bad.push(what);
  need(at <= triggerAt + (EXPIRES_MINUTES[action] as number) * MINUTE, 'after the expiry of the action');
  need(at <= triggerAt + TRIGGER_EXPIRES, 'after the expiry of the trigger');
  need(!world.endings.some((end) => end >= triggerAt), 'after an event that ends it');
  need(world.facts[{ notice: 'alarm', offer: 'cart' }[action] ?? 'always'] !== false, 'in another state');
  need(!(channel === 'sms' && world.phoneRefused), 'against a stated preference');
  need(!before.some((send) => send.intent.id === intent.id), 'twice');
  if (lane === 0) {
    need(world.consents['service'] === true, 'operational without the consent that it names');
    return bad;
  }
  need(world.consents['marketing'] === true, 'without consent');
  need(world.consents[channel] !== false, 'without consent for the channel');
  need(world.facts['complaint'] !== true, 'selling to who complains');
  need(typeof world.facts['name'] === 'string' && typeof world.facts['city'] === 'string', 'incomplete');
  need(!isHeldOut(world.id, at), 'to the holdout');
  const delay = Math.max(
    TRIGGER_DELAY[channel] as number,
    action === 'offer' && channel === 'email' ? 30 * MINUTE : 0,
  );
  need(at >= triggerAt + delay, 'too early');
  for (const zone of world.zone === null ? ['Europe/Berlin', 'Asia/Kolkata'] : [world.zone])
    need(!isQuietIn(zone, channel, at), `in quiet hours of ${zone}`);
  const within = (hours: number, fits: (send: Send) => boolean) =>
    before.filter((send) => fits(send) && send.at > at - hours * HOUR).length;
  if (action === 'offer') need(within(24, (send) => send.intent.action === 'offer') < 1, 'above its cap');
  if (channel === 'email')
    need(within(72, (send) => send.intent.channel === 'email') < 2, 'above the cap of e-mail');
  if (lane === 2) need(within(240, (send) => send.intent.lane === 2) < 3, 'above the cap of the lane');
  return bad;
}

/** Somebody whom neither of the two quarters holds out. */
const WHO = Array.from({ length: 100 }, (_, n) => `p${n}`).find(
  (id) =>
    !isHeldOut(id, Date.parse('2026-11-24T00:00:00Z')) && !isHeldOut(id, Date.parse('2027-03-24T00:00:00Z')),
) as string;

type Op =
  | { op: 'trigger'; channels: readonly string[]; lanes: readonly number[] }
  | { op: 'set'; fact: string; value: boolean | string | null; noticed: boolean }
  | { op: 'consent'; name: string; value: boolean; noticed: boolean }
  | { op: 'end'; noticed: boolean }
  | { op: 'refuse'; value: boolean }
  | { op: 'wait'; ms: number; down: boolean }
  | { op: 'next'; off: number };

const noticed = fc.boolean();
const OP: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('trigger' as const),
      channels: fc.constantFrom(['email'], ['sms'], ['email', 'sms']),
      lanes: fc.constantFrom([0], [2, 3], [0, 2, 3]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      fact: fc.constantFrom('cart', 'alarm', 'complaint'),
      value: fc.boolean(),
      noticed,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      fact: fc.constantFrom('name', 'city'),
      value: fc.constantFrom('x', null),
      noticed,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('consent' as const),
      name: fc.constantFrom('marketing', 'service', 'email', 'sms'),
      value: fc.boolean(),
      noticed,
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('end' as const), noticed }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('refuse' as const), value: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: HOUR }), fc.integer({ min: HOUR, max: 2 * DAY })),
      down: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('next' as const), off: fc.constantFrom(-1, 0, 0, 0, 1) }),
  },
);

const WORLD: fc.Arbitrary<World> = fc.record({
  id: fc.integer({ min: 0, max: 40 }).map((n) => `p${n}`),
  now: fc
    .tuple(
      fc.constantFrom(
        '2026-10-24T12:00:00Z',
        '2027-03-27T12:00:00Z',
        '2026-12-31T06:00:00Z',
        '2027-04-03T10:00:00Z',
      ),
      fc.integer({ min: 0, max: 2 * DAY }),
    )
    .map(([start, more]) => Date.parse(start) + more),
  zone: fc.option(fc.constantFrom(...ZONES), { freq: 5 }),
  facts: fc.constantFrom<World['facts']>(
    { cart: true, alarm: false, complaint: false, name: 'n', city: 'c' },
    { cart: true, alarm: true, name: 'n' },
    { cart: false, alarm: true, name: 'n', city: 'c' },
  ),
  consents: fc.constantFrom<World['consents']>(
    { marketing: true, service: true },
    { marketing: true },
    { service: true },
  ),
  phoneRefused: fc.constant(false),
  endings: fc.constant([]),
  history: fc.constant([]),
});

/** The rules at work on one customer: as planner and sender do it, with everything in memory. */
class Play {
  readonly world: World;
  readonly sends: Send[] = [];
  readonly intents: Intent[] = [];
  private ids = 0;
  private readonly classes: Map<string, LatencyClass> = new Map([
    ['email', 'minutes'],
    ['sms', 'seconds'],
  ]);

  constructor(world: World) {
    this.world = structuredClone(world);
  }

  private get doors(): Doors {
    return { bundle, seed: 1, now: () => this.world.now, newId: () => `i${this.ids++}` } as unknown as Doors;
  }

  private get situation(): Situation {
    const { id, zone, facts, consents, phoneRefused, history } = this.world;
    const profile: DecideProfile = {
      id,
      ...(zone !== null && { zone }),
      facts,
      consents,
      preferences: { sms: !phoneRefused },
      history,
    };
    return { id, profile, input: {} } as unknown as Situation;
  }

  private occasion(triggerAt: number, channels: readonly string[], lanes: readonly number[]): Occasion {
    return {
      ...{
        trigger: 't',
        triggerAt,
        cause: null,
        dedupe: `d${this.ids++}`,
        channels: [...channels],
        endedBy: ['End'],
        lanes,
      },
      delayOf: (channel) => TRIGGER_DELAY[channel] as number,
      parkedIn: [],
      expiresAt: triggerAt + TRIGGER_EXPIRES,
      wish: null,
    };
  }

  private look(intent: Intent) {
    const { now, consents, endings } = this.world;
    const { profile } = this.situation;
    return {
      now,
      verdict: recheck(bundle, { id: intent.decision, at: iso(now), profile }, intent),
      endedBy: endings.some((end) => end >= intent.triggerAt) ? 'End' : null,
      refusedBy: refusedBy(consents, intent.lane, intent.channel),
    };
  }

  trigger(channels: readonly string[], lanes: readonly number[]): void {
    const { intent } = plan(
      this.doors,
      this.classes,
      this.situation,
      this.occasion(this.world.now, channels, lanes),
    );
    if (intent !== null) this.intents.push(intent);
  }

  /** The first look; some are left out on purpose, because only the second one is the guarantee. */
  notice(): void {
    this.intents.forEach((intent, i) => {
      if (intent.state !== 'waiting' && intent.state !== 'held') return;
      const ruling = cancellation(intent, this.look(intent));
      if (ruling?.do === 'end') this.intents[i] = { ...intent, state: ruling.state, why: ruling.why };
      else if (intent.state === 'held') this.intents[i] = this.again(intent);
    });
  }

  private again(intent: Intent): Intent {
    const occasion = {
      ...this.occasion(intent.triggerAt, intent.channels, [0, 2, 3]),
      dedupe: intent.dedupe,
    };
    const { intent: found } = plan(this.doors, this.classes, this.situation, occasion);
    return found === null
      ? { ...intent, state: 'cancelled', why: 'decided again' }
      : { ...found, id: intent.id, created: intent.created };
  }

  fire(): void {
    const due = this.intents
      .map((intent, i) => ({ intent, i }))
      .filter(({ intent }) => intent.state === 'waiting' && intent.fireAt <= this.world.now)
      .sort((a, b) => a.intent.lane - b.intent.lane || a.intent.fireAt - b.intent.fireAt);
    for (const { i } of due) this.intents[i] = this.claimed(this.intents[i] as Intent);
  }

  private claimed(waiting: Intent): Intent {
    const { now } = this.world;
    let intent = waiting;
    let ruling = judge(intent, this.look(intent));
    if (ruling.do === 'decide') {
      intent = this.again(intent);
      if (intent.state !== 'waiting' || intent.fireAt > now) return intent;
      ruling = judge(intent, this.look(intent));
    }
    if (ruling.do === 'end') return { ...intent, state: ruling.state, why: ruling.why };
    if (ruling.do === 'wait') return { ...intent, fireAt: ruling.until, why: ruling.why };
    if (ruling.do !== 'send') return { ...intent, state: 'held' };
    this.sends.push({ at: now, intent, world: structuredClone(this.world) });
    this.world.history.push({ action: intent.action, channel: intent.channel, at: iso(now) });
    return { ...intent, state: 'sent', sentAt: now };
  }

  run(op: Op): void {
    const { world } = this;
    if (op.op === 'trigger') this.trigger(op.channels, op.lanes);
    else if (op.op === 'set') world.facts = { ...world.facts, [op.fact]: op.value };
    else if (op.op === 'consent') world.consents = { ...world.consents, [op.name]: op.value };
    else if (op.op === 'end') world.endings.push(world.now);
    else if (op.op === 'refuse') world.phoneRefused = op.value;
    else if (op.op === 'wait') this.wait(op.ms, op.down);
    else this.wait(Math.max(0, this.nextFire() + op.off - world.now), true);
    if ('noticed' in op && op.noticed) this.notice();
    this.fire();
  }

  private nextFire(): number {
    const times = this.intents.filter(({ state }) => state === 'waiting').map(({ fireAt }) => fireAt);
    return times.length === 0 ? this.world.now : Math.min(...times);
  }

  /** Time goes by: moment by moment as a runner sees it, or at once where it was down. */
  private wait(ms: number, down: boolean): void {
    const end = this.world.now + ms;
    for (let steps = 0; !down && steps < 50; steps++) {
      const next = this.nextFire();
      if (next <= this.world.now || next > end) break;
      this.world.now = next;
      this.fire();
    }
    this.world.now = end;
  }
}

function play(world: World, ops: Op[]): Play {
  const game = new Play(world);
  for (const op of ops) game.run(op);
  return game;
}

const tally = { sends: 0, lanes: new Set<number>(), whys: new Set<string>() };

describe('rules', () => {
  it('[T4] sends nothing that a checker of its own would not allow, whatever happens and whenever', () => {
    fc.assert(
      fc.property(WORLD, fc.array(OP, { minLength: 3, maxLength: 40 }), (world, ops) => {
        const { sends, intents } = play(world, ops);
        for (const [i, send] of sends.entries()) {
          expect(faults(send, sends.slice(0, i))).toEqual([]);
          tally.lanes.add(send.intent.lane);
        }
        tally.sends += sends.length;
        for (const { why, state } of intents) tally.whys.add(`${state} ${why}`);
      }),
      { numRuns: 4_000 },
    );
    // Silence would keep every rule.
    expect(tally.sends).toBeGreaterThan(2_000);
    expect([...tally.lanes].sort()).toEqual([0, 2, 3]);
    for (const seen of ['cancelled consent', 'cancelled event End', 'cancelled holdout', 'held completeness'])
      expect(tally.whys).toContain(seen);
  }, 240_000);

  it('[A14] sends nothing once the state has changed, 50,000 races around the moment of firing', () => {
    const changes: ((world: World) => void)[] = [
      (world) => {
        world.facts = { ...world.facts, cart: false };
      },
      (world) => world.endings.push(world.now),
      (world) => {
        world.consents = { service: true };
      },
      (world) => {
        world.facts = { ...world.facts, complaint: true };
      },
    ];
    const start = Date.parse('2026-11-24T10:00:00Z');
    let sent = 0;
    let leaks = 0;
    for (let race = 0; race < 50_000; race++) {
      const game = new Play({
        ...{
          id: WHO,
          now: start + race,
          zone: 'Europe/Berlin',
          phoneRefused: false,
          endings: [],
          history: [],
        },
        facts: { cart: true, name: 'n', city: 'c' },
        consents: { marketing: true },
      });
      game.trigger(['email'], [2, 3]);
      const { fireAt } = game.intents[0] as Intent;
      const off = (race % 5) - 2;
      game.world.now = fireAt + Math.min(0, off);
      if (off > 0) game.fire();
      const before = game.sends.length;
      (changes[race % changes.length] as (world: World) => void)(game.world);
      game.world.now = fireAt + Math.abs(off);
      game.fire();
      if (game.sends.length !== before) leaks += 1;
      sent += before;
    }
    expect(leaks).toBe(0);
    expect(sent).toBeGreaterThan(10_000);
  }, 120_000);

  it('[T1] sends what is due in the same window together, and the operational lane at once', () => {
    const now = Date.parse('2026-11-24T10:00:07.123Z');
    const waits = {
      ...{
        now,
        lane: 2,
        triggerAt: now,
        delay: 0,
        notBefore: 0,
        expiresAt: now + HOUR,
        allowed: (at: number) => at,
      },
      class: 'minutes' as const,
    };
    expect(timesOf(waits)).toEqual({ fireAt: Date.parse('2026-11-24T10:01:00Z'), why: 'batch' });
    expect(timesOf({ ...waits, class: 'seconds' })?.fireAt).toBe(Date.parse('2026-11-24T10:00:08Z'));
    expect(timesOf({ ...waits, class: 'instant' })).toEqual({ fireAt: now, why: 'due' });
    expect(timesOf({ ...waits, lane: 0, delay: HOUR, allowed: () => Number.NaN })).toEqual({
      fireAt: now,
      why: 'due',
    });
    expect(timesOf({ ...waits, expiresAt: now + 10 })?.fireAt).toBe(now);
    expect(timesOf({ ...waits, delay: 2 * HOUR })).toBeNull();
  });

  it('[T7] [T8] sends at the last moment and not a millisecond after it, and decides again what was missed', () => {
    const verdict = { failed: [], earliest: 0, isHeldOut: false };
    const intent = { lane: 2, attempts: 0, fireAt: 99_000, expiresAt: 100_000 } as Intent;
    const look = { verdict, endedBy: null, refusedBy: null };
    for (const lane of [0, 2]) {
      expect(judge({ ...intent, lane }, { ...look, now: 100_000 })).toEqual({ do: 'send' });
      const late = { do: 'end', state: 'expired', why: 'expired' };
      expect(judge({ ...intent, lane }, { ...look, now: 100_001 })).toEqual(late);
      expect(cancellation({ ...intent, lane }, { ...look, now: 100_001 })).toEqual(late);
    }
    const missed = { ...look, now: 99_000 + 6 * MINUTE };
    const later = { ...intent, expiresAt: HOUR };
    expect(judge(later, missed)).toEqual({ do: 'decide' });
    expect(judge({ ...later, unclear: true }, missed)).toEqual({ do: 'send' });
    const frees = { rule: 'cap', frees: iso(100_001) } as Failure;
    const capped = { ...look, verdict: { ...verdict, failed: [frees] }, now: 99_000 };
    expect(judge(intent, capped)).toEqual({ do: 'end', state: 'cancelled', why: 'cap' });
    expect(judge({ ...intent, expiresAt: 100_001 }, capped)).toEqual({
      do: 'wait',
      until: 100_001,
      why: 'cap',
    });
  });

  it("[T3] ends quiet hours by the customer's clock on the days when it changes", () => {
    const cases = [
      // The night of 25 October has 25 hours, that of 28 March 23.
      ['2026-10-24T20:00:00Z', '2026-10-25T07:00:00Z'],
      ['2027-03-27T21:00:00Z', '2027-03-28T06:00:00Z'],
      ['2026-11-24T21:00:00Z', '2026-11-25T07:00:00Z'],
    ] as const;
    for (const [now, end] of cases) {
      const game = new Play({
        ...{
          id: WHO,
          now: Date.parse(now),
          zone: 'Europe/Berlin',
          phoneRefused: false,
          endings: [],
          history: [],
        },
        facts: { cart: true, name: 'n', city: 'c' },
        consents: { marketing: true },
      });
      game.trigger(['email'], [2]);
      expect(game.intents[0]).toMatchObject({ state: 'waiting', why: 'quiet', fireAt: Date.parse(end) });
    }
  });

  it('[T7] decides again what was due while nobody was there to send it', () => {
    const now = Date.parse('2026-11-24T10:00:00Z');
    const game = new Play({
      ...{ id: WHO, now, zone: 'Europe/Berlin', phoneRefused: false, endings: [], history: [] },
      facts: { cart: true, name: 'n', city: 'c' },
      consents: { marketing: true },
    });
    game.trigger(['email'], [2, 3]);
    game.world.now += 5 * HOUR;
    game.world.facts = { ...game.world.facts, cart: false };
    game.fire();
    // The cart is gone, so the offer is not sent; what fits now is.
    expect(game.sends.map(({ intent }) => intent.action)).toEqual(['hint']);
    expect(game.intents).toMatchObject([{ action: 'hint', state: 'sent' }]);
  });

  it('[T9] tries again with growing pauses, gives up in the end, and counts what may have arrived', () => {
    const base = {
      attempts: 0,
      unclear: false,
      sentAt: 1_000,
      expiresAt: 10 * DAY,
      fireAt: 0,
      state: 'claimed',
    } as Intent;
    let intent = base;
    let now = 1_000;
    const pauses: number[] = [];
    while (intent.state === 'claimed') {
      const tried = { ...intent, attempts: intent.attempts + 1 };
      intent = settle(tried, { kind: 'again', error: 'HTTP 503', unclear: true }, now, 0.5);
      if (intent.state === 'claimed') pauses.push(intent.fireAt - now);
      now = intent.fireAt;
    }
    expect(intent).toMatchObject({ state: 'failed', error: 'HTTP 503', sentAt: 1_000, attempts: 8 });
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(settle({ ...base, attempts: 1 }, { kind: 'refused', error: 'HTTP 404' }, 5, 0)).toMatchObject({
      state: 'failed',
      sentAt: null,
    });
    const soon = settle(
      { ...base, attempts: 1 },
      { kind: 'again', error: 'HTTP 429', unclear: false, afterMs: HOUR },
      5,
      0,
    );
    expect(soon).toMatchObject({ state: 'claimed', fireAt: 5 + HOUR });
    const late = settle(
      { ...base, attempts: 1, expiresAt: 6 },
      { kind: 'again', error: 'x', unclear: false },
      5,
      0,
    );
    expect(late.state).toBe('failed');
  });
});
