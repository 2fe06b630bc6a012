import type { PortLike } from '../../bridge/port.ts';

/** The browser's MessagePort in the form that the bridge knows. */
export function fromDomPort(port: MessagePort): PortLike {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.onmessage = (event) => listener(event.data);
      port.start();
    },
    onClose(listener) {
      port.addEventListener('close', listener);
    },
    close: () => port.close(),
  };
}
