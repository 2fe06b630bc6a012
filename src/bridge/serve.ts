import { z } from 'zod';
import { readBy } from '../domain/read.ts';
import {
  CALLS,
  type CallName,
  type CallRead,
  type CallResult,
  STREAMS,
  type StreamInput,
  type StreamName,
  type StreamValue,
} from './contract.ts';
import { PortFailure, toPortError } from './errors.ts';
import {
  BATCH_CREDIT,
  BATCH_INTERVAL,
  FromWindow,
  MAX_CALLS,
  MAX_DEPTH,
  MAX_MESSAGE,
  MAX_STREAMS,
  MAX_VALUES,
  type ToWindow,
} from './messages.ts';
import type { PortLike } from './port.ts';

z.config({ jitless: true });

export type Handlers = {
  calls: {
    [N in CallName]: (
      input: CallRead[N],
      context: { signal: AbortSignal },
    ) => CallResult[N] | Promise<CallResult[N]>;
  };
  /** Starts a stream; `emit` may be called as often as there is news (the latest value wins). Returns the stop. */
  streams: {
    [N in StreamName]: (input: StreamInput[N], emit: (value: StreamValue[N]) => void) => () => void;
  };
};

/** Reports a defect in a handler; the window only learns the code `internal`. */
export type OnDefect = (name: string, error: unknown) => void;

type OpenStream = { stop: () => void; pending: boolean; latest: unknown };

/** Answers one window over its port until either side closes it. */
export function serve(
  port: PortLike,
  handlers: Handlers,
  onDefect: OnDefect = () => undefined,
): { close(): void } {
  const calls = new Map<number, AbortController>();
  const streams = new Map<number, OpenStream>();
  let credit = BATCH_CREDIT;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let closed = false;

  const send = (message: ToWindow): void => {
    if (!closed) port.post(message);
  };

  function fail(id: number, name: string, error: unknown): void {
    if (!(error instanceof PortFailure)) onDefect(name, error);
    send({ t: 'error', id, error: toPortError(error) });
  }

  function flush(): void {
    timer = null;
    if (closed || credit === 0) return;
    const values: { id: number; value: unknown }[] = [];
    for (const [id, stream] of streams) {
      if (!stream.pending) continue;
      stream.pending = false;
      values.push({ id, value: stream.latest });
      stream.latest = undefined;
    }
    if (values.length === 0) return;
    credit -= 1;
    send({ t: 'batch', values });
    timer = setTimeout(flush, BATCH_INTERVAL);
  }

  /** The first news after a pause goes at once; news within the interval waits for its end. */
  function changed(): void {
    if (timer === null && credit > 0) timer = setTimeout(flush, 0);
  }

  async function call(id: number, name: string, input: unknown): Promise<void> {
    const full = calls.size >= MAX_CALLS;
    const parsed = full ? new PortFailure('too_many_calls') : parseInput(CALLS, name, input);
    if (parsed instanceof PortFailure) {
      fail(id, name, parsed);
      return;
    }
    const controller = new AbortController();
    calls.set(id, controller);
    try {
      const handler = handlers.calls[name as CallName] as (
        input: unknown,
        context: { signal: AbortSignal },
      ) => unknown;
      const value = await handler(parsed.data, { signal: controller.signal });
      if (!controller.signal.aborted) send({ t: 'result', id, value });
    } catch (error) {
      if (!controller.signal.aborted) fail(id, name, error);
    } finally {
      calls.delete(id);
    }
  }

  function open(id: number, name: string, input: unknown): void {
    const full = streams.size >= MAX_STREAMS || streams.has(id);
    const parsed = full ? new PortFailure('too_many_calls') : parseInput(STREAMS, name, input);
    if (parsed instanceof PortFailure) {
      fail(id, name, parsed);
      return;
    }
    const stream: OpenStream = { stop: () => undefined, pending: false, latest: undefined };
    streams.set(id, stream);
    const emit = (value: unknown): void => {
      if (streams.get(id) !== stream) return;
      stream.latest = value;
      stream.pending = true;
      changed();
    };
    try {
      const handler = handlers.streams[name as StreamName] as (
        input: unknown,
        emit: (value: unknown) => void,
      ) => () => void;
      stream.stop = handler(parsed.data, emit);
    } catch (error) {
      streams.delete(id);
      fail(id, name, error);
    }
  }

  function closeStream(id: number): void {
    const stream = streams.get(id);
    streams.delete(id);
    stream?.stop();
  }

  function receive(message: FromWindow): void {
    switch (message.t) {
      case 'call':
        // What a stream said before the call is heard before its answer: after an answer nothing older is shown.
        if (timer !== null) clearTimeout(timer);
        flush();
        void call(message.id, message.name, message.input);
        break;
      case 'cancel':
        calls.get(message.id)?.abort();
        send({ t: 'error', id: message.id, error: toPortError(new PortFailure('cancelled')) });
        break;
      case 'open':
        open(message.id, message.name, message.input);
        break;
      case 'close':
        closeStream(message.id);
        break;
      case 'ack':
        credit = Math.min(BATCH_CREDIT, credit + 1);
        changed();
        break;
    }
  }

  function end(): void {
    if (closed) return;
    closed = true;
    if (timer !== null) clearTimeout(timer);
    for (const controller of calls.values()) controller.abort();
    for (const id of [...streams.keys()]) closeStream(id);
    port.close();
  }

  port.onMessage((raw) => {
    if (closed) return;
    const message = parse(raw);
    if (message === null) end();
    else receive(message);
  });
  port.onClose(end);
  return { close: end };
}

type Schemas = { readonly [name: string]: z.ZodType };

/** The input as its schema reads it, or what is wrong with the name or the input. */
function parseInput(schemas: Schemas, name: string, input: unknown): { data: unknown } | PortFailure {
  const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (schema === undefined) return new PortFailure('unknown_call');
  const parsed = readBy(schema, input);
  if (parsed.success) return { data: parsed.data };
  const issue = 'error' in parsed ? parsed.error.issues[0] : undefined;
  return new PortFailure('bad_input', { path: issue?.path.join('.') ?? '', problem: issue?.code ?? '' });
}

/**
 * Whether a message is nested at most MAX_DEPTH deep and has no more values than fit. Without recursion: what arrives
 * by structured clone may be so deep that schemas run out of stack, and may share its parts, so that it explodes when
 * it is written out.
 */
function isWithinBounds(message: unknown): boolean {
  let level: unknown[] = [message];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      const inner = Object.values(one);
      values += inner.length;
      if (values > MAX_VALUES) return false;
      for (const value of inner) next.push(value);
    }
    level = next;
  }
  return true;
}

/** The message, or null where it is not one of ours, too deep or too large: then the port is closed. */
function parse(raw: unknown): FromWindow | null {
  try {
    if (!isWithinBounds(raw) || JSON.stringify(raw).length > MAX_MESSAGE) return null;
  } catch {
    return null;
  }
  const parsed = readBy(FromWindow, raw);
  return parsed.success ? parsed.data : null;
}
