import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ROLES } from '../../domain/role.ts';
import type { PlannedFailures } from '../commands/failures.ts';
import { DoorError } from '../errors.ts';
import { settled, written } from '../store/outcome.ts';
import type { SyncHub } from '../sync/hub.ts';
import type { Doors } from './deps.ts';
import { numberField, objectBody, oneOf, textField } from './fields.ts';

export type DevelopmentDeps = Doors & {
  failures: PlannedFailures;
  hub: Pick<SyncHub, 'revoke' | 'wipe'>;
  /** Moves the core's clock and brings memberships up to date. */
  moveClock(offsetSeconds: number): Promise<void>;
};

const YEAR_SECONDS = 366 * 86_400;
/** A token that outlives any clock that a test sets. */
const MAX_TTL_SECONDS = 100 * YEAR_SECONDS;

const refusePages = async (request: FastifyRequest): Promise<void> => {
  if (request.headers.origin !== undefined) throw new DoorError('forbidden');
};

/** Doors for tests, there only with `--dev`; the core then listens on loopback only. */
export function addDevelopmentDoors(server: FastifyInstance, deps: DevelopmentDeps): void {
  const schema = { hide: true };
  // A page in a browser on this machine could post here without being able to read the answer.
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith('/dev/')) route.onRequest = refusePages;
  });
  server.post('/dev/token', { schema }, async (request) => {
    const body = objectBody(request.body);
    const scopes = body.scopes ?? [];
    if (!Array.isArray(scopes) || !scopes.every((scope) => typeof scope === 'string')) {
      throw new DoorError('malformed', 'scopes must be a list of texts.');
    }
    const subject = textField(body, 'subject', 200);
    const role = body.role === undefined ? 'operator' : oneOf(body, 'role', ROLES);
    const ttlSeconds =
      body.ttlSeconds === undefined
        ? 3_600
        : numberField(body, 'ttlSeconds', -MAX_TTL_SECONDS, MAX_TTL_SECONDS);
    return { token: await deps.tokens.issue({ subject, role, scopes, ttlSeconds }) };
  });
  server.post('/dev/revoke', { schema }, async (request) => {
    const subject = textField(objectBody(request.body), 'subject', 200);
    await settled((done) => deps.hub.revoke(subject, done));
    return { success: true };
  });
  server.post('/dev/cut', { schema }, async (request) => {
    const keep = Math.floor(numberField(objectBody(request.body), 'keep', 0, 1e15));
    return { floor: await written(deps.log, () => deps.log.cutLog(keep)) };
  });
  server.post('/dev/wipe', { schema }, async (request) => {
    const body = objectBody(request.body);
    const subject = textField(body, 'subject', 200);
    const mode = body.mode === undefined ? 'replica' : oneOf(body, 'mode', ['replica', 'all']);
    let id = '';
    await settled((done) => {
      id = deps.hub.wipe(subject, mode, done);
    });
    return { id };
  });
  server.post('/dev/clock', { schema }, async (request) => {
    const offsetSeconds = numberField(
      objectBody(request.body),
      'offsetSeconds',
      -50 * YEAR_SECONDS,
      50 * YEAR_SECONDS,
    );
    await deps.moveClock(offsetSeconds);
    return { offsetSeconds, now: new Date(deps.now()).toISOString() };
  });
  server.post('/dev/fail', { schema }, async (request) => {
    const body = objectBody(request.body);
    deps.failures.plan(textField(body, 'command', 100), Math.floor(numberField(body, 'times', 0, 1e6)));
    return { success: true };
  });
  server.get('/dev/alarms', { schema }, async () => ({ alarms: deps.clients.alarms() }));
}
