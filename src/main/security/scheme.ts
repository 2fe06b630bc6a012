import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { protocol, type Session } from 'electron';
import { fileOf } from './files.ts';
import { mimeType, responseHeaders, SCHEME } from './headers.ts';

/** Before `ready`. Neither `bypassCSP` nor `corsEnabled` nor service workers (S18). */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built renderer from `root`, and nothing else, to one session. */
export function serveScheme(session: Session, root: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const file = request.method === 'GET' ? await fileOf(root, new URL(request.url)) : null;
    const type = file === null ? null : mimeType(file);
    const nonce = randomBytes(16).toString('base64url');
    if (file === null || type === null) {
      return new Response('Not found', {
        status: 404,
        headers: responseHeaders('text/plain; charset=utf-8', nonce),
      });
    }
    const bytes = await readFile(file);
    const body = file.endsWith('.html')
      ? bytes.toString('utf8').replaceAll('__NONCE__', nonce)
      : new Uint8Array(bytes);
    return new Response(body, { headers: responseHeaders(type, nonce) });
  });
}
