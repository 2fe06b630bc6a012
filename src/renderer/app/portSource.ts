import type { Trouble } from '../../bridge/reports.ts';
import type { PortAnswer } from '../../bridge/shell.ts';

/** What is listened to: the window's own messages, of which those of the preload script carry a port. */
type Messages = Pick<Window, 'addEventListener' | 'removeEventListener'>;

/**
 * Asks for a port until there is one, and again when it has closed. The port comes as a message of the own window
 * that names the nonce of the answer; which of the two is there first does not matter, and what names no nonce that
 * was asked for is not ours. Where there can be no port now, it is said why.
 */
export function createPortSource(
  request: () => Promise<PortAnswer>,
  messages: Messages,
  onPort: (port: MessagePort) => void,
  onTrouble: (code: Trouble) => void,
  later: (run: () => void, ms: number) => void,
) {
  const ports = new Map<string, MessagePort>();
  const asked = new Set<string>();

  function match(nonce: string): void {
    const port = ports.get(nonce);
    if (!port || !asked.has(nonce)) return;
    ports.delete(nonce);
    asked.delete(nonce);
    onPort(port);
  }

  messages.addEventListener('message', (event) => {
    const { data, ports: sent, source } = event as MessageEvent<unknown>;
    if (source !== null && source !== messages) return;
    if (typeof data !== 'object' || data === null || !('port' in data) || typeof data.port !== 'string')
      return;
    const port = sent[0];
    if (!port) return;
    ports.set(data.port, port);
    match(data.port);
  });

  return function ask(): void {
    request().then(
      (answer) => {
        if ('trouble' in answer) {
          onTrouble(answer.trouble);
          later(ask, 1000);
          return;
        }
        asked.add(answer.nonce);
        match(answer.nonce);
      },
      () => later(ask, 1000),
    );
  };
}
