/** The fold from outside: a rich history in many orders of arrival, with repetitions, ends in one profile. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Loose } from './core-process.ts';
import { type Event, flightStatus, fresh, HOUR, identify, segmentOf, track, trip, useCore } from './world.ts';

const run = promisify(execFile);
const world = useCore();
const { core } = world;

const START = Date.now() - 6 * HOUR;
const plan = trip({ inMs: 5 * HOUR });
const onward = trip({ inMs: 15 * HOUR, from: 'JFK', to: 'BOS' });

/** Everything that happens to one customer and the two flights; `name` keeps the runs apart. */
function history(name: string): Event[] {
  let minute = 0;
  const next = () => new Date(START + minute++ * 60_000).toISOString();
  const same = () => new Date(START + minute * 60_000).toISOString();
  const [booking, userId, anonymousId] = [`B${name}`, `user-${name}`, `anon-${name}`];
  const first = { ...plan, flight: `LH1${name}` };
  const second = { ...onward, flight: `LH2${name}` };
  const by = () => ({ userId, timestamp: next() });
  const both = [segmentOf(first), segmentOf(second, 2)];
  const events = [
    track('Preference Changed', { name: 'meal', value: 'vegan' }, { anonymousId, timestamp: next() }),
    flightStatus(first, 'scheduled', { gate: 'A1' }, { timestamp: next() }),
    identify(userId, { tier: 'Gold', loyaltyNumber: `LN${name}` }, { anonymousId, timestamp: next() }),
    track('Booking Created', { booking, segments: both }, by()),
    track('Seat Changed', { booking, segment: 1, seat: '14C' }, by()),
    track('Seat Changed', { booking, segment: 2, seat: '2A' }, by()),
    track('Seat Changed', { booking, segment: 1, seat: '15D' }, { userId, timestamp: same() }),
    track('Seat Changed', { booking, segment: 1, seat: '16E' }, by()),
    track('Booking Changed', { booking, segments: [both[0]] }, by()),
    track('Seat Changed', { booking, segment: 2, seat: '3A' }, by()),
    track('Booking Changed', { booking, segments: both }, by()),
    track('Checked In', { booking, segment: 1, seat: '17F', sequence: 4 }, by()),
    track('Bag Accepted', { booking, tag: `T${name}`, weightKg: 20 }, by()),
    track('Bag Status', { tag: `T${name}`, status: 'loaded' }, by()),
    track('Case Opened', { caseId: `C${name}`, topic: 'bag', text: 'x' }, by()),
    track('Case Resolved', { caseId: `C${name}`, topic: 'bag', text: 'x' }, by()),
    flightStatus(first, 'delayed', { gate: 'B2', departs: plan.arrives }, { timestamp: next() }),
    flightStatus(second, 'cancelled', { reason: 'storm' }, { timestamp: next() }),
    identify(userId, { tier: null }, by()),
    track('Consent Changed', { name: 'marketing', value: true }, by()),
    identify(userId, { consents: { marketing: false } }, by()),
    {
      ...track('Preference Changed', { name: 'seat', value: 'aisle' }, { timestamp: next() }),
      context: external(name),
    },
    identify(
      '',
      { loyaltyNumber: `LN${name}` },
      { userId: undefined, context: external(name), anonymousId: `b-${name}`, timestamp: next() },
    ),
  ];
  return events.map((event, index) => ({
    ...(event.userId || event.anonymousId ? event : { ...event, anonymousId: `b-${name}` }),
    messageId: `m-${name}-${String(index).padStart(2, '0')}`,
  })) as Event[];
}
const external = (name: string) => ({
  externalIds: [{ id: `X${name}`, type: 'crmId', collection: 'users', encoding: 'none' }],
});

/** A seeded shuffle, so that a failing order can be tried again. */
function shuffled<T>(list: T[], seed: number): T[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return list
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** Facts (name, value, source, time) and identities, without what differs between runs. */
async function picture(name: string): Promise<string[]> {
  const { facts, identities } = await core.profile('userId', `user-${name}`);
  const lines = [
    ...Object.entries<Loose>(facts).map(([fact, entry]) =>
      JSON.stringify([fact, entry.value, entry.source, entry.at]),
    ),
    ...identities.map((entry: Loose) => JSON.stringify([entry.type, entry.value])),
  ];
  return lines.map((line) => line.replaceAll(name, 'NAME')).sort();
}

describe('[A8] late, repeated and out of order', () => {
  it('[doors events] 24 orders of one history, events one by one, in batches and twice, end in one profile', async () => {
    const clean = fresh('R');
    for (const event of history(clean)) await core.send(event);
    const expected = await picture(clean);
    expect(expected.join('\n')).toContain('trip.BNAME.1.gate');
    expect(expected.length).toBeGreaterThan(25);
    for (let seed = 1; seed <= 24; seed += 1) {
      const name = fresh('R');
      const events = shuffled(history(name), seed);
      if (seed % 3 === 0) await core.batch(events);
      else for (const event of events) await core.send(event);
      if (seed % 2) await core.batch(shuffled(events, seed + 100).slice(0, 9));
      expect(
        await picture(name),
        `order of seed ${seed}: ${events.map((event) => event.messageId.slice(-2))}`,
      ).toEqual(expected);
    }
  }, 60_000);

  it('[B20] an import of the past that goes on while the stream does ends in the profile of the stream alone', async () => {
    const clean = fresh('R');
    for (const event of history(clean)) await core.send(event);
    const name = fresh('R');
    const events = history(name);
    const folder = mkdtempSync(join(tmpdir(), 'kairos-backfill-'));
    const file = join(folder, 'past.jsonl');
    const past = events.slice(0, 14);
    writeFileSync(file, past.map((event) => JSON.stringify(event)).join('\n'));
    const env = { ...process.env, KAIROS_WRITE_KEY: core.started.writeKey };
    const imported = run('npm', ['run', '-s', 'import', '--', file, '--url', core.url], { env });
    for (const event of events.slice(12)) await core.send(event);
    expect(JSON.parse((await imported).stdout)).toEqual({ rows: 14, accepted: 14, refused: 0 });
    rmSync(folder, { recursive: true, force: true });
    expect(await picture(name)).toEqual(await picture(clean));
  }, 60_000);
});
