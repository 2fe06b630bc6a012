import type { CallInput, CallName, CallResult, StreamInput, StreamName, StreamValue } from './contract.ts';
import { fromPortError, PortFailure } from './errors.ts';
import type { FromWindow, ToWindow } from './messages.ts';
import type { PortLike } from './port.ts';

/** The window's end of one port. When the port dies, all calls fail with `port_closed` and `onClose` is told. */
export type Bridge = {
  call<N extends CallName>(
    name: N,
    input: CallInput[N],
    options?: { signal?: AbortSignal },
  ): Promise<CallResult[N]>;
  /** `onValue` gets the latest value whenever there is news. Returns the stop. */
  stream<N extends StreamName>(
    name: N,
    input: StreamInput[N],
    onValue: (value: StreamValue[N]) => void,
    onError?: (error: PortFailure) => void,
  ): () => void;
  onClose(listener: () => void): void;
  close(): void;
};

type Waiting = { resolve: (value: unknown) => void; reject: (error: PortFailure) => void };
type Listening = { onValue: (value: unknown) => void; onError: (error: PortFailure) => void };

export function connect(port: PortLike): Bridge {
  const waiting = new Map<number, Waiting>();
  const listening = new Map<number, Listening>();
  const closeListeners: (() => void)[] = [];
  let lastId = 0;
  let closed = false;

  const send = (message: FromWindow): void => {
    if (!closed) port.post(message);
  };

  function receive(message: ToWindow): void {
    if (message.t === 'result') {
      waiting.get(message.id)?.resolve(message.value);
      waiting.delete(message.id);
    } else if (message.t === 'error') {
      const error = fromPortError(message.error);
      waiting.get(message.id)?.reject(error);
      waiting.delete(message.id);
      listening.get(message.id)?.onError(error);
      listening.delete(message.id);
    } else {
      for (const { id, value } of message.values) listening.get(id)?.onValue(value);
      send({ t: 'ack' });
    }
  }

  function end(): void {
    if (closed) return;
    closed = true;
    for (const { reject } of waiting.values()) reject(new PortFailure('port_closed'));
    waiting.clear();
    listening.clear();
    for (const listener of closeListeners) listener();
  }

  port.onMessage((message) => receive(message as ToWindow));
  port.onClose(end);

  return {
    call(name, input, options = {}) {
      if (closed) return Promise.reject(new PortFailure('port_closed'));
      if (options.signal?.aborted) return Promise.reject(new PortFailure('cancelled'));
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        options.signal?.addEventListener('abort', () => waiting.has(id) && send({ t: 'cancel', id }), {
          once: true,
        });
        send({ t: 'call', id, name, input });
      });
    },
    stream(name, input, onValue, onError = () => undefined) {
      const id = ++lastId;
      listening.set(id, { onValue: onValue as (value: unknown) => void, onError });
      send({ t: 'open', id, name, input });
      return () => {
        if (listening.delete(id)) send({ t: 'close', id });
      };
    },
    onClose(listener) {
      closeListeners.push(listener);
    },
    close() {
      port.close();
      end();
    },
  };
}
