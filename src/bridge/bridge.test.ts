import { MessageChannel, type MessagePort } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bridge, connect } from './connect.ts';
import { PortFailure } from './errors.ts';
import { BATCH_CREDIT, MAX_MESSAGE } from './messages.ts';
import type { PortLike } from './port.ts';
import { type Handlers, serve } from './serve.ts';
import type { StatusView } from './views.ts';

const open: MessagePort[] = [];
afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

function portLike(port: MessagePort): PortLike {
  open.push(port);
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}

const never = (): never => {
  throw new PortFailure('not_found');
};

function handlers(
  over: { calls?: Partial<Handlers['calls']>; streams?: Partial<Handlers['streams']> } = {},
): Handlers {
  const calls = {
    search: never,
    find: never,
    reveal: never,
    enqueue: never,
    undo: never,
    redo: never,
    discard: never,
    edit: never,
    hold: never,
    restore: never,
    draft: never,
    answer: never,
    steer: never,
    steeringHistory: never,
    decisions: never,
    decision: never,
    diagnostics: never,
    painted: never,
    connections: never,
    letters: never,
    resendLetter: never,
    resendLetters: never,
    discardLetters: never,
    askSource: never,
  };
  const rest = { presence: () => ({ ok: true }) as const, setLanguage: () => ({ ok: true }) as const };
  const silent = () => () => undefined;
  return {
    calls: { ...calls, ...rest, ...over.calls },
    streams: {
      status: silent,
      work: silent,
      outbox: silent,
      drafts: silent,
      away: silent,
      customer: silent,
      suggestion: silent,
      board: silent,
      learned: silent,
      disruptions: silent,
      disruption: silent,
      ...over.streams,
    },
  };
}

function pair(served: Handlers, defects: string[] = []): { bridge: Bridge; raw: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  serve(portLike(port1), served, (name) => defects.push(name));
  return { bridge: connect(portLike(port2)), raw: port2 };
}

const closedPort = (port: MessagePort): Promise<void> =>
  new Promise((resolve) => port.on('close', () => resolve()));
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('the port contract', () => {
  it('answers a call, and refuses bad input with the place of the fault', async () => {
    const { bridge } = pair(handlers({ calls: { undo: ({ id }) => ({ undone: id === 'a' }) } }));
    expect(await bridge.call('undo', { id: 'a' })).toEqual({ undone: true });
    await expect(bridge.call('undo', { id: 7 as unknown as string })).rejects.toMatchObject({
      code: 'bad_input',
      params: { path: 'id' },
      retry: false,
    });
  });

  it('hides the text of a defect from the window and reports it on the side that has it', async () => {
    const defects: string[] = [];
    const { bridge } = pair(
      handlers({
        calls: {
          undo: () => {
            throw new Error('SELECT secret');
          },
        },
      }),
      defects,
    );
    const failure = await bridge.call('undo', { id: 'a' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'internal', params: {}, retry: true });
    expect(String((failure as Error).message)).not.toContain('secret');
    expect(defects).toEqual(['undo']);
  });

  it('cancels a call: the handler sees it, the caller gets `cancelled`', async () => {
    let seen: AbortSignal | null = null;
    const { bridge } = pair(
      handlers({
        calls: {
          search: (_input, { signal }) => {
            seen = signal;
            return new Promise(() => undefined);
          },
        },
      }),
    );
    const controller = new AbortController();
    const answer = bridge.call('search', { text: 'a', limit: 5 }, { signal: controller.signal });
    await until(() => seen !== null);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    expect((seen as unknown as AbortSignal).aborted).toBe(true);
  });

  it('sends only the latest value of a stream, and nothing beyond the credit of a window that does not answer', async () => {
    let emit: (value: StatusView) => void = () => undefined;
    let started = false;
    const served = handlers({
      streams: {
        status: (_input, emitter) => {
          emit = emitter;
          started = true;
          return () => undefined;
        },
      },
    });
    const { port1, port2 } = new MessageChannel();
    serve(portLike(port1), served);
    const batches: { values: { value: { waiting: number } }[] }[] = [];
    portLike(port2).onMessage((message) => batches.push(message as (typeof batches)[number]));
    port2.postMessage({ t: 'open', id: 1, name: 'status', input: {} });
    await until(() => started);
    for (let n = 0; n < 100; n += 1) {
      emit({ waiting: n } as StatusView);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(batches.length).toBe(BATCH_CREDIT);
    port2.postMessage({ t: 'ack' });
    await until(() => batches.length === BATCH_CREDIT + 1);
    expect(batches.at(-1)?.values[0]?.value.waiting).toBe(99);
  });

  it('stops a stream when the window closes it or dies', async () => {
    let stopped = 0;
    const { bridge, raw } = pair(
      handlers({
        streams: {
          work: () => () => {
            stopped += 1;
          },
        },
      }),
    );
    bridge.stream('work', {}, () => undefined)();
    await until(() => stopped === 1);
    bridge.stream('work', {}, () => undefined);
    await bridge.call('presence', { profileId: null, state: 'none' });
    raw.close();
    await until(() => stopped === 2);
  });

  it('fails what is under way with `port_closed` when the replica dies', async () => {
    const { port1, port2 } = new MessageChannel();
    serve(portLike(port1), handlers({ calls: { search: () => new Promise(() => undefined) } }));
    const bridge = connect(portLike(port2));
    const answer = bridge.call('search', { text: 'a', limit: 5 });
    port1.close();
    await expect(answer).rejects.toMatchObject({ code: 'port_closed', retry: true });
    await expect(bridge.call('undo', { id: 'a' })).rejects.toMatchObject({ code: 'port_closed' });
  });

  it('[S39] closes the port at a message that is unknown or too large', async () => {
    for (const message of [
      { t: 'eval' },
      7,
      null,
      { t: 'call', id: 1, name: 'x', input: 'y'.repeat(MAX_MESSAGE) },
    ]) {
      const { raw } = pair(handlers());
      raw.postMessage(message);
      await closedPort(raw);
    }
  });

  it('[S20] [S39] no input reaches a handler unparsed, whatever is sent', async () => {
    const reached: unknown[] = [];
    const served = handlers({
      calls: {
        enqueue: (input) => {
          reached.push(input);
          return { id: 'x', replaced: null };
        },
      },
    });
    await fc.assert(
      fc.asyncProperty(fc.anything({ withNullPrototype: false }), async (input) => {
        const { bridge } = pair(served);
        await bridge.call('enqueue', input as never).catch(() => undefined);
      }),
      { numRuns: 300 },
    );
    for (const input of reached)
      expect(input).toMatchObject({ name: expect.any(String), args: expect.any(Object) });
  });

  it('does not take names of Object.prototype for calls', async () => {
    const { bridge } = pair(handlers());
    await expect(bridge.call('constructor' as never, {} as never)).rejects.toMatchObject({
      code: 'unknown_call',
    });
    await expect(bridge.call('__proto__' as never, {} as never)).rejects.toMatchObject({
      code: 'unknown_call',
    });
  });
});
