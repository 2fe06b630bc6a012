/** What a console asks a core over HTTP before there is a connection: how people sign in, and who somebody is. */
import { z } from 'zod';
import type { SignInCode } from '../../bridge/shell.ts';
import { readBy } from '../../domain/read.ts';

z.config({ jitless: true });

/** How people sign in at a core (docs/spec/doors.md "Sign-in"). */
export const Ways = z.object({
  accounts: z.boolean(),
  oidc: z
    .object({ issuer: z.string(), client: z.string(), scope: z.string(), resource: z.string().nullable() })
    .nullable(),
});
export type Ways = z.infer<typeof Ways>;

/** An access token, and what it is renewed with; `refresh` null: nothing. */
export type Given = { token: string; refresh: string | null };

/** Whom the core takes the bearer of a token for; `until` in ms. */
export type Me = {
  subject: string;
  name: string | null;
  role: 'operator' | 'restricted' | 'kiosk' | 'supervisor';
  grants: string[];
  until: number;
};
const me = z.object({
  subject: z.string().min(1),
  name: z.string().nullable(),
  role: z.enum(['operator', 'restricted', 'kiosk', 'supervisor']),
  grants: z.array(z.string()),
  until: z.iso.datetime().transform((text) => Date.parse(text)),
});

/** `renewal_refused` is said to nobody: he signs in again. */
export type RefusedCode = SignInCode | 'renewal_refused';

/** A sign-in or a renewal that did not succeed. */
export class Refused extends Error {
  readonly code: RefusedCode;
  constructor(code: RefusedCode) {
    super(code);
    this.code = code;
  }
}

const TIMEOUT = 10_000;
const failure = z.object({ error: z.object({ code: z.string() }) });

/** What the core's codes are to somebody who signs in; any other is no answer of a core. */
const CODES: { [code: string]: SignInCode } = {
  sign_in_refused: 'wrong_password',
  slow_down: 'slow_down',
  sign_in_unavailable: 'core_unreachable',
  token_invalid: 'not_allowed',
  token_expired: 'not_allowed',
  station_revoked: 'not_allowed',
};

export type CoreDoors = {
  ways(): Promise<Ways>;
  me(token: string): Promise<Me>;
  /** A token for a local account. */
  byAccount(name: string, password: string): Promise<string>;
};

/** Each rejects with `Refused`; `core_unreachable` where nobody answers as a core does. */
export function coreDoors(coreUrl: string): CoreDoors {
  async function ask<T>(path: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<T> {
    let answer: Response;
    let body: unknown;
    try {
      answer = await fetch(`${coreUrl}${path}`, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT),
      });
      body = await answer.json();
    } catch {
      throw new Refused('core_unreachable');
    }
    const read = answer.ok ? readBy(schema, body) : null;
    if (read?.success) return read.data;
    const said = readBy(failure, body);
    throw new Refused((said.success && CODES[said.data.error.code]) || 'core_unreachable');
  }
  return {
    ways: () => ask('/v1/sign-in', Ways),
    me: (token) => ask('/v1/me', me, { headers: { authorization: `Bearer ${token}` } }),
    byAccount: async (name, password) => {
      const { token } = await ask('/v1/sign-in', z.object({ token: z.string() }), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, password }),
      });
      return token;
    },
  };
}
