import { type Bridge, connect } from '../../bridge/connect.ts';
import type {
  CallInput,
  CallName,
  CallResult,
  StreamInput,
  StreamName,
  StreamValue,
} from '../../bridge/contract.ts';
import { PortFailure } from '../../bridge/errors.ts';
import type { PortLike } from '../../bridge/port.ts';

type Subscription = { open: (bridge: Bridge) => () => void; stop: () => void };

/**
 * `onCall` is told how long each call took, in ms.
 *
 * The line to the replica over however many ports it takes. Subscriptions outlive a port: when a new one is attached,
 * all are opened again on it, and what they last delivered stays valid until then. Calls do not: one that was under way
 * fails with `port_closed`, because only the operator can say whether it should be tried again.
 */
export function createLink(
  onState: (connected: boolean) => void,
  onCall: (name: CallName, ms: number) => void = () => undefined,
) {
  let bridge: Bridge | null = null;
  const subscriptions = new Set<Subscription>();

  return {
    attach(port: PortLike): void {
      const attached = connect(port);
      const before = bridge;
      bridge = attached;
      before?.close();
      attached.onClose(() => {
        if (bridge !== attached) return;
        bridge = null;
        onState(false);
      });
      for (const subscription of subscriptions) subscription.stop = subscription.open(attached);
      onState(true);
    },
    call<N extends CallName>(
      name: N,
      input: CallInput[N],
      options?: { signal?: AbortSignal },
    ): Promise<CallResult[N]> {
      if (bridge === null) return Promise.reject(new PortFailure('port_closed'));
      const begun = performance.now();
      return bridge.call(name, input, options).finally(() => onCall(name, performance.now() - begun));
    },
    subscribe<N extends StreamName>(
      name: N,
      input: StreamInput[N],
      onValue: (value: StreamValue[N]) => void,
      onError: (error: PortFailure) => void,
    ): () => void {
      const open = (on: Bridge): (() => void) => on.stream(name, input, onValue, onError);
      const subscription: Subscription = { open, stop: bridge === null ? () => undefined : open(bridge) };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
        subscription.stop();
      };
    },
  };
}

export type Link = ReturnType<typeof createLink>;
