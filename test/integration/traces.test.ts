/** The way of an event to the screen and of a key to the commit, told to a real receiver of OpenTelemetry. */
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { originOf } from '../../src/domain/trace.ts';
import { openTraces } from '../../src/telemetry/traces.ts';
import { picture, stepsOf, type Told, tracesOf } from '../../src/telemetry/waterfall.ts';
import { until, Whole } from '../builders/whole.ts';

const EVENT_WAY = [
  ...['event.take', 'event.fold', 'log.commit', 'frame.send', 'replica.commit'],
  ...['view.make', 'suggestion.decide', 'window.paint'],
];

/** What a collector does with OTLP/HTTP: takes POST /v1/traces, answers 200. */
class Receiver {
  readonly steps: Told[] = [];
  /** Everything that came, as it came. */
  text = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        this.text += body;
        if (request.url === '/v1/traces') this.steps.push(...stepsOf(JSON.parse(body)));
        response.setHeader('content-type', 'application/json').end('{"partialSuccess":{}}');
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  of(id: string): Told[] {
    return this.steps.filter(({ traceId }) => traceId === originOf(id).traceId);
  }
}

let whole: Whole;
let receiver: Receiver;
let address: string;
beforeEach(async () => {
  receiver = new Receiver();
  address = await receiver.listen();
  whole = new Whole();
});
afterEach(async () => {
  await whole.close();
  receiver.close();
});

/** A core and a console that tell `to`; `told` ends both and what they still had to say. */
async function traced(to: string) {
  const core = await openTraces({ service: 'kairos-core', to, ratio: 1 });
  const console = await openTraces({ service: 'kairos-replica', to, ratio: 1 });
  whole.traces = core;
  await whole.startCore();
  await whole.passenger('u1', 'QX7R2M');
  const bridge = whole.window(await whole.replica({}, { traces: console }));
  await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
  const { hits } = await bridge.call('search', { text: 'QX7R2M', limit: 1 });
  const customer = { profileId: hits[0]?.profileId ?? '' };
  return { bridge, customer, told: () => Promise.all([core.close(), console.close()]) };
}

describe('traces', () => {
  it('[TR1] [TR7] an event is one trace from the door to the screen, over both processes, without a word on the wire', async () => {
    const { bridge, customer, told } = await traced(address);
    const painted = until(bridge, 'customer', customer, (view) => view?.next?.fields.seat?.value === '14C');
    await until(bridge, 'suggestion', customer, (view) => view !== null);
    bridge.stream('suggestion', customer, () => undefined);
    await whole.event('track', {
      ...{ userId: 'u1', messageId: 'seat-1', event: 'Seat Changed' },
      properties: { booking: 'QX7R2M', segment: 1, seat: '14C' },
    });
    const view = await painted;
    expect(view?.moments).toEqual(['seat-1']);
    const now = performance.timeOrigin + performance.now();
    await bridge.call('painted', {
      view: 'customer',
      moments: ['seat-1'],
      receivedAt: now,
      paintedAt: now + 1,
    });
    // A source that repeats an event begins nothing.
    await whole.event('track', { userId: 'u1', messageId: 'seat-1', event: 'Seat Changed', properties: {} });
    const call = { id: 'c9', kind: 'call', state: 'ringing', queue: 'q', at: new Date().toISOString() };
    await whole.event('contacts', { ...call, identity: { type: 'userId', value: 'u1' } });
    const answer = await fetch(`${whole.core.url}/v1/decide`, {
      ...{ method: 'POST', body: JSON.stringify({ ...customer, channel: 'counter' }) },
      headers: { authorization: `Bearer ${whole.core.consoleToken}`, 'content-type': 'application/json' },
    });
    const decision = (await answer.json()) as { id: string };
    await told();
    expect(receiver.of('contact/c9/ringing').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['event.take', 'event.fold', 'log.commit']),
    );
    expect(receiver.of(decision.id).map(({ name }) => name)).toEqual(['decision.make']);
    const steps = receiver.of('seat-1');
    expect(steps.map(({ name }) => name).sort()).toEqual([...EVENT_WAY].sort());
    expect(new Set(steps.map(({ service }) => service))).toEqual(new Set(['kairos-core', 'kairos-replica']));
    const first = steps.find(({ name }) => name === 'event.take');
    expect(first?.spanId).toBe(originOf('seat-1').spanId);
    const began = (name: string) => steps.find((step) => step.name === name)?.from ?? Number.NaN;
    for (const [i, name] of [
      'event.fold',
      'log.commit',
      'frame.send',
      'replica.commit',
      'view.make',
    ].entries())
      if (i > 0) expect(began(name), name).toBeGreaterThanOrEqual(began(EVENT_WAY[i] as string));
  });

  it("[TR6] a caller's own trace goes on to the screen, and one that he does not record is not continued", async () => {
    const { bridge, customer, told } = await traced(address);
    const [trace, step] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const seat = (messageId: string, seat: string, traceparent: string) =>
      whole.event(
        'track',
        {
          ...{ userId: 'u1', messageId, event: 'Seat Changed' },
          properties: { booking: 'QX7R2M', segment: 1, seat },
        },
        { traceparent },
      );
    const shown = (seat: string) =>
      until(bridge, 'customer', customer, (view) => view?.next?.fields.seat?.value === seat);
    await Promise.all([shown('15A'), seat('brought-1', '15A', `00-${trace}-${step}-01`)]);
    await Promise.all([shown('16A'), seat('brought-2', '16A', `00-${trace}-${step}-00`)]);
    await told();
    const joined = receiver.steps.filter(({ traceId }) => traceId === trace);
    expect(joined.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...EVENT_WAY.slice(0, 5), 'view.make']),
    );
    expect(new Set(joined.map(({ service }) => service)).size).toBe(2);
    const first = originOf('brought-1').spanId;
    for (const { name, parentId } of joined)
      expect([name, parentId]).toEqual([name, name === 'event.take' ? step : first]);
    expect(joined.find(({ name }) => name === 'event.take')?.spanId).toBe(first);
    expect(receiver.of('brought-2').map(({ name }) => name)).toContain('replica.commit');
    expect(receiver.of('brought-1')).toEqual([]);
  });

  it('[TR2] a command is one trace from the key through the outbox to the commit and back', async () => {
    const { bridge, customer, told } = await traced(address);
    const pressedAt = performance.timeOrigin + performance.now() - 5;
    const { id } = await bridge.call('enqueue', {
      ...{
        name: 'add-note',
        profileId: customer.profileId,
        args: { profileId: customer.profileId, text: 'Vegan' },
      },
      ...{ seen: [], pressedAt },
    });
    await until(bridge, 'outbox', {}, (view) => view.settled.some((entry) => entry.id === id));
    await told();
    const names = receiver.of(id).map(({ name }) => name);
    for (const name of ['command.enqueue', 'command.push', 'command.execute', 'frame.send', 'replica.commit'])
      expect(names, name).toContain(name);
    const [key] = receiver.of(id).filter(({ name }) => name === 'command.enqueue');
    expect(key?.from).toBeCloseTo(pressedAt, 0);
    expect(key?.spanId).toBe(originOf(id).spanId);
  });

  it('[TR3] nothing of a customer is in it: no name, no id, no content', async () => {
    const { bridge, customer, told } = await traced(address);
    await bridge.call('enqueue', {
      ...{
        name: 'add-note',
        profileId: customer.profileId,
        args: { profileId: customer.profileId, text: 'Vegan' },
      },
      seen: [],
    });
    await until(bridge, 'outbox', {}, (view) => view.settled.length > 0);
    await told();
    expect(receiver.steps.length).toBeGreaterThan(5);
    for (const secret of ['Weber', 'u1@example.org', '4917612345678', customer.profileId, 'Vegan', 'QX7R2M'])
      expect(receiver.text).not.toContain(secret);
  });

  it('[TR4] a part of all traces is the same part in every process', async () => {
    const half = await openTraces({ service: 'a', to: address, ratio: 0.5 });
    const other = await openTraces({ service: 'b', to: address, ratio: 0.5 });
    const ids = Array.from({ length: 200 }, (_, i) => `event-${i}`);
    for (const id of ids) {
      half.begin(id, { name: 'one', from: 1, to: 2 });
      other.step(id, { name: 'two', from: 2, to: 3 });
    }
    await Promise.all([half.close(), other.close()]);
    const traces = tracesOf(receiver.steps);
    expect(traces.length).toBeGreaterThan(60);
    expect(traces.length).toBeLessThan(140);
    for (const trace of traces) expect(trace.map(({ name }) => name).sort()).toEqual(['one', 'two']);
  });

  it('[TR5] into a folder, and from there a picture; a receiver that is not there holds nobody up', async () => {
    const folder = whole.path('traces');
    const { bridge, customer, told } = await traced(folder);
    const seen = until(bridge, 'customer', customer, (view) => view?.next?.fields.seat?.value === '14C');
    await whole.event('track', {
      ...{ userId: 'u1', messageId: 'seat-2', event: 'Seat Changed' },
      properties: { booking: 'QX7R2M', segment: 1, seat: '14C' },
    });
    await seen;
    await told();
    const run = spawnSync('npm', ['run', '-s', 'trace', '--', folder, '--event', 'seat-2'], {
      encoding: 'utf8',
    });
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/^\S+ {2}[0-9.]+ ms {2}trace [0-9a-f]{32}\n/u);
    for (const name of ['event.take (track)', 'frame.send', 'view.make']) expect(run.stdout).toContain(name);
    const lost = await openTraces({ service: 'lost', to: 'http://127.0.0.1:1', ratio: 1 });
    lost.begin('x', { name: 'x', from: 1, to: 2 });
    await lost.close();
  });

  it('[TR5] draws to scale', () => {
    const step = (name: string, from: number, to: number) => ({
      ...{ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), service: 'kairos-core', name, from, to },
      ...{ attributes: {}, parentId: '' },
    });
    const text = picture([step('event.take', 1_000, 1_040), step('log.commit', 1_020, 1_040)]);
    expect(text.split('\n').slice(1)).toEqual([
      `  core     event.take      0.0 |${'#'.repeat(40)}| 40.0`,
      `  core     log.commit     20.0 |${' '.repeat(20)}${'#'.repeat(20)}| 20.0`,
    ]);
  });
});
