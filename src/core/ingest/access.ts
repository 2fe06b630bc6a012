import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import type { Doors } from './deps.ts';

/** The write key of a source as the user name of basic auth, null where there is none. @throws DoorError where it is not known here */
export function checkWriteKeyHeader(doors: Doors, request: FastifyRequest): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const encoded = /^basic\s+(\S+)$/iu.exec(header)?.[1];
  const user =
    encoded === undefined ? '' : (Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0] ?? '');
  if (!doors.secrets.isWriteKey(user)) throw new DoorError('write_key_invalid');
  return user;
}

/** The same, or `writeKey` in the body as browsers send it. @throws DoorError where there is none, or it is not known here */
export function checkWriteKey(doors: Doors, request: FastifyRequest): string {
  const inHeader = checkWriteKeyHeader(doors, request);
  if (inHeader !== null) return inHeader;
  const body = request.body;
  const key = typeof body === 'object' && body !== null && 'writeKey' in body ? body.writeKey : undefined;
  if (typeof key !== 'string' || key === '') throw new DoorError('write_key_missing');
  if (!doors.secrets.isWriteKey(key)) throw new DoorError('write_key_invalid');
  return key;
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
