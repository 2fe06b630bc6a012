/** A second port from the page to the replica, asked for as the page asks for its own; speaks the contract of the bridge. */
import type { Page } from '@playwright/test';
import type { CallInput, CallName, CallResult } from '../../src/bridge/contract.ts';
import type { PortAnswer } from '../../src/bridge/shell.ts';

type Said = { name: string; input: unknown };

/** Calls under way at once; the replica takes 64. */
const AT_ONCE = 32;

/** Makes the calls in order and answers with their results. @throws where one is refused */
export async function calls<N extends CallName>(
  page: Page,
  said: readonly { name: N; input: CallInput[N] }[],
): Promise<CallResult[N][]> {
  return page.evaluate(
    async ({ all, atOnce }: { all: readonly Said[]; atOnce: number }) => {
      const arrived = new Map<string, MessagePort>();
      let wake: () => void = () => undefined;
      const listen = (event: MessageEvent): void => {
        const [port] = event.ports;
        if (port && typeof event.data?.port === 'string') arrived.set(event.data.port, port);
        wake();
      };
      window.addEventListener('message', listen);
      const shell = (window as unknown as { shell: { requestPort(): Promise<PortAnswer> } }).shell;
      const answer = await shell.requestPort();
      if ('trouble' in answer) throw new Error(answer.trouble);
      const { nonce } = answer;
      while (!arrived.has(nonce))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      window.removeEventListener('message', listen);
      const port = arrived.get(nonce) as MessagePort;
      const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
      port.onmessage = ({ data }) => {
        const one = waiting.get(data.id);
        if (data.t === 'result') one?.resolve(data.value);
        else if (data.t === 'error') one?.reject(new Error(JSON.stringify(data.error)));
      };
      port.start();
      const results: unknown[] = [];
      for (let i = 0; i < all.length; i += atOnce) {
        const group = all.slice(i, i + atOnce).map(
          ({ name, input }, at) =>
            new Promise((resolve, reject) => {
              waiting.set(i + at + 1, { resolve, reject });
              port.postMessage({ t: 'call', id: i + at + 1, name, input });
            }),
        );
        results.push(...(await Promise.all(group)));
      }
      port.close();
      return results;
    },
    { all: said, atOnce: AT_ONCE },
  ) as Promise<CallResult[N][]>;
}
