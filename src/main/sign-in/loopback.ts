/**
 * Where the provider sends the browser back to (RFC 8252, 7.3): a port of this machine's loopback, open for one sign-in. It
 * takes one answer, which must carry the state that this sign-in was begun with, and gives away nothing.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/signed-in';
/** An answer is a code and a state. */
const MAX_URL = 8_192;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

const PAGE = `<!doctype html><meta charset="utf-8"><title>Kairos</title>
<p lang="en">Back to Kairos: you can close this window.</p>
<p lang="de">Zurück zu Kairos: dieses Fenster kann geschlossen werden.</p>
<p lang="es">De vuelta a Kairos: esta ventana se puede cerrar.</p>`;

export type Loopback = {
  redirect: string;
  /** The address that the browser came back with. */
  answer: Promise<URL>;
  /** Ends the wait; who waits for an answer goes on waiting, so he has to be told by other means. */
  close(): void;
};

/** @param state what an answer must carry; others do not end the wait, whoever sends them */
export async function listenForAnswer(state: string): Promise<Loopback> {
  let found: (answer: URL) => void = () => undefined;
  const answer = new Promise<URL>((resolve) => {
    found = resolve;
  });
  let taken = false;
  const end = (response: ServerResponse, status: number, page = ''): void => {
    response.writeHead(status, HEADERS);
    response.end(page);
  };
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    if (method !== 'GET' || url.length > MAX_URL || !url.startsWith(`${PATH}?`)) return end(response, 404);
    const came = new URL(url, redirect);
    if (taken || came.searchParams.get('state') !== state) return end(response, 400);
    taken = true;
    end(response, 200, PAGE);
    found(came);
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.maxConnections = 10;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  return {
    redirect,
    answer,
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}
