import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import type { Doors } from './deps.ts';

/** Whose events come; `isPage`: its key stands in a web page, and may be anybody's. */
export type Sender = { key: string; isPage: boolean };

function senderOf(doors: Doors, key: string): Sender {
  const known = doors.secrets.writeKey(key);
  if (known === null) throw new DoorError('write_key_invalid');
  return { key, ...known };
}

/** By the write key as the user name of basic auth, null where there is none. @throws DoorError where it is not known here */
export function checkWriteKeyHeader(doors: Doors, request: FastifyRequest): Sender | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const encoded = /^basic\s+(\S+)$/iu.exec(header)?.[1];
  const user =
    encoded === undefined ? '' : (Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0] ?? '');
  return senderOf(doors, user);
}

/** The same, or `writeKey` in the body as browsers send it. @throws DoorError where there is none, or it is not known here */
export function checkWriteKey(doors: Doors, request: FastifyRequest): Sender {
  const inHeader = checkWriteKeyHeader(doors, request);
  if (inHeader !== null) return inHeader;
  const body = request.body;
  const key = typeof body === 'object' && body !== null && 'writeKey' in body ? body.writeKey : undefined;
  if (typeof key !== 'string' || key === '') throw new DoorError('write_key_missing');
  return senderOf(doors, key);
}

/** Of a system: what stands in a web page is for events only. @throws DoorError */
export function refusePage(sender: Sender | null): void {
  if (sender?.isPage) throw new DoorError('forbidden', 'The write key of a web page is for events only.');
}

/** Who asks, by the bearer token. */
export async function readViewer(doors: Doors, request: FastifyRequest): Promise<Viewer> {
  const header = request.headers.authorization;
  const token = header === undefined ? undefined : /^bearer\s+(\S+)$/iu.exec(header)?.[1];
  if (header !== undefined && token === undefined) throw new DoorError('token_invalid');
  const verified = await doors.tokens.verify(token);
  if (!verified.ok) throw new DoorError(verified.code);
  return verified.viewer;
}

/** Who asks, where only a supervisor may. */
export async function readSupervisor(doors: Doors, request: FastifyRequest): Promise<Viewer> {
  const viewer = await readViewer(doors, request);
  if (viewer.role !== 'supervisor') throw new DoorError('forbidden', 'Only a supervisor may do that.');
  return viewer;
}
