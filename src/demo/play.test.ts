import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDoor, type Tally } from './door.ts';
import { type Run, startRun } from './plan.ts';
import { play } from './play.ts';
import { type Recorder, startRecorder } from './recorder.testing.ts';
import { readFlightRecords } from './records.ts';
import type { TimedEvent } from './timeline.ts';

const NOW = Date.parse('2026-11-21T20:34:00Z');
const records = readFlightRecords();

let core: Recorder;
let stop: AbortController;
let said: string[];

beforeEach(async () => {
  core = await startRecorder();
  stop = new AbortController();
  said = [];
});
afterEach(async () => {
  stop.abort();
  await core.stop();
});

const door = (url = core.url) => openDoor(url, 'key', stop.signal, (sentence) => said.push(sentence));

/** The run of a small airport whose live part is only its first `count` events, all due at once. */
function run(count: number): Run & { liveList: TimedEvent[] } {
  const { initial, live } = startRun(7, { passengers: 60, speed: 10, station: 'FRA', records }, NOW);
  const liveList: TimedEvent[] = [];
  for (const event of live) {
    if (liveList.length === count) break;
    liveList.push({ ...event, at: 0 });
  }
  return {
    initial,
    liveList,
    live: (function* () {
      yield* liveList;
    })(),
  };
}

const idOf = (event: TimedEvent): string =>
  event.door === 'segment' ? event.message.messageId : `${event.contact.id} ${event.contact.state}`;
const taken = (): string[] => [
  ...core.messages.map((m) => m.messageId),
  ...core.contacts.map((c) => `${c.id} ${c.state}`),
];

async function playAll(played: ReturnType<typeof run>, through = door()): Promise<Tally> {
  let tally: Tally = { loaded: -1, rejected: -1 };
  await play(
    played,
    through,
    () => NOW + 5000,
    stop.signal,
    (loaded) => {
      tally = loaded;
      return true;
    },
  );
  await through.settled();
  return tally;
}

describe('playing a run', () => {
  it('delivers everything once, in batches, with the SDK, under the write key, with its source', async () => {
    const played = run(30);
    const tally = await playAll(played);
    expect(tally).toEqual({ loaded: played.initial.length, rejected: 0 });
    expect(taken().sort()).toEqual([...played.initial, ...played.liveList].map(idOf).sort());
    expect(core.keys).toEqual(new Set(['key:']));
    expect(Math.max(...core.batches)).toBe(100);
    expect(core.messages.every((m) => m.context.library?.name === '@segment/analytics-node')).toBe(true);
    const sent = new Map([...played.initial, ...played.liveList].map((e) => [idOf(e), e]));
    for (const message of core.messages) {
      const planned = sent.get(message.messageId);
      if (planned?.door !== 'segment') throw new Error(`${message.messageId} was not planned`);
      expect(message).toMatchObject({ ...planned.message, timestamp: message.timestamp });
    }
    expect(said).toEqual([]);
  });

  it('stamps history as planned and live events with the time at which they happen', async () => {
    const played = run(20);
    await playAll(played);
    const live = new Set(played.liveList.map(idOf));
    for (const message of core.messages) {
      if (live.has(message.messageId)) expect(Date.parse(message.timestamp)).toBe(NOW + 5000);
      else expect(Date.parse(message.timestamp)).toBeLessThan(NOW);
    }
  });

  it('loses nothing when the core is away, busy or out of disk', async () => {
    const busy = { status: 503, body: { error: { code: 'storage', message: 'full', retry: true } } };
    core.replies.push(busy, { ...busy, status: 429, headers: { 'retry-after': '0' } }, busy, {
      ...busy,
      status: 500,
    });
    const played = run(0);
    expect(await playAll(played)).toEqual({ loaded: played.initial.length, rejected: 0 });
    expect(new Set(taken())).toEqual(new Set(played.initial.map(idOf)));
  });

  it('waits for a core that is not there yet and goes on after its restart', async () => {
    const { url } = core;
    const port = Number(new URL(url).port);
    await core.stop();
    const played = run(10);
    const through = door(url);
    const playing = playAll(played, through);
    core = await startRecorder(port);
    await core.until(() => core.messages.length >= 100);
    const before = core;
    await core.stop();
    core = await startRecorder(port);
    const tally = await playing;
    expect(tally).toEqual({ loaded: played.initial.length, rejected: 0 });
    const all = new Set([...taken(), ...before.messages.map((m) => m.messageId)]);
    for (const event of [...played.initial, ...played.liveList]) expect(all).toContain(idOf(event));
  });

  it('counts what the core rejects and says why', async () => {
    core.replies.push({
      status: 200,
      body: {
        success: true,
        rejected: [{ index: 3, messageId: 'x', code: 'bad_time', message: 'No such day.' }],
      },
    });
    const played = run(0);
    expect(await playAll(played)).toEqual({ loaded: played.initial.length - 1, rejected: 1 });
    expect(said).toEqual(['The core refuses event 3 of a batch (bad_time): No such day.']);
  });

  it('does not repeat what can never be taken', async () => {
    const played = run(0);
    for (let i = 0; i < 1000; i++) {
      core.replies.push({
        status: 401,
        body: { error: { code: 'unauthorized', message: 'no', retry: false } },
      });
    }
    expect(await playAll(played)).toEqual({ loaded: 0, rejected: played.initial.length });
    expect(said[0]).toContain('[401]');
  });

  it('stops in the middle without waiting for a core that is gone', async () => {
    const { url } = core;
    await core.stop();
    const through = door(url);
    const playing = play(
      run(0),
      through,
      () => NOW,
      stop.signal,
      () => true,
    );
    stop.abort();
    await playing;
    await through.close(1000);
    expect(through.tally.loaded).toBe(0);
    core = await startRecorder();
  });
});
