import type { FastifyInstance } from 'fastify';
import { isoTime } from '../../domain/time.ts';
import { Attempts } from '../auth/attempts.ts';
import { isPassword, MAX_PASSWORD } from '../auth/passwords.ts';
import { Turns } from '../auth/turns.ts';
import { DoorError, SlowDown } from '../errors.ts';
import { type Account, subjectOf } from '../store/accounts.ts';
import { written } from '../store/outcome.ts';
import type { Doors } from './deps.ts';
import { objectBody, textField } from './fields.ts';
import { OPEN_SCHEMA, SIGN_IN_SCHEMA } from './schemas.ts';

/** A shift; disabling the account or a new password ends the token at once. */
const TOKEN_SECONDS = 10 * 3_600;
/** Each takes 32 MB and a thread for some tenths of a second. */
const MOST_AT_ONCE = 2;
/** So many wait their turn: a few who try without end keep nobody out. What the last of them waits is less than a console does. */
const MOST_WAITING = 32;

/** How people sign in; name and password of a local account for a token. Who the name does not belong to learns nothing about it. */
export function addSignInDoor(server: FastifyInstance, doors: Doors): void {
  const attempts = new Attempts();
  const turns = new Turns(MOST_AT_ONCE, MOST_WAITING);
  server.get('/v1/sign-in', { schema: OPEN_SCHEMA('How people sign in here') }, async () => waysOf(doors));
  server.post('/v1/sign-in', { schema: SIGN_IN_SCHEMA }, async (request) => {
    const body = objectBody(request.body);
    const name = textField(body, 'name', 100);
    const password = textField(body, 'password', MAX_PASSWORD);
    const waitMs = attempts.waitMs(name, doors.now());
    if (turns.isFull || waitMs > 0) throw new SlowDown(waitMs);
    attempts.count(name, doors.now());
    const { secret, isRight } = await turns.run(async () => {
      const stored = doors.accounts.secret(name);
      return { secret: stored, isRight: await isPassword(password, stored) };
    });
    const subject = subjectOf(name);
    const account = doors.accounts.find(name);
    const token = isRight && account ? await issue(doors, account) : null;
    // Looked at last: whoever was disabled or got another password since has a token of an ended generation, or none.
    const isStill = token !== null && doors.accounts.secret(name) === secret;
    const what = isStill ? 'sign-in' : 'sign-in refused';
    // What somebody typed who has no account may be a password.
    if (account) await written(doors.log, () => doors.clients.audit(subject, what, {}, doors.now()));
    if (!account || !isStill) throw new DoorError('sign_in_refused');
    attempts.succeeded(name);
    const { role, grants } = account;
    return { token, subject, role, grants, until: isoTime(doors.now() + TOKEN_SECONDS * 1_000) };
  });
}

/** What a console must know before anybody has signed in; nothing of it is secret. */
function waysOf({ accounts, provider }: Doors) {
  if (provider === undefined) return { accounts: accounts.isAny(), oidc: null };
  const { issuer, audience, mapping } = provider;
  const { client, scope, resource } = mapping.console;
  const oidc = { issuer, client, scope, resource: resource ? audience : null };
  return { accounts: accounts.isAny(), oidc };
}

const issue = (doors: Doors, { name, role, grants }: Account): Promise<string> =>
  doors.tokens.issue({ subject: subjectOf(name), role, scopes: grants, ttlSeconds: TOKEN_SECONDS });
