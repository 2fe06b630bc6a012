/**
 * Access tokens of people and consoles: JWT, HS256 only, signed with a key of the core's data directory. A token
 * carries the generation of its subject; revoking raises the generation, so that older tokens die and later ones live
 * (seconds of `iat` could not tell the two apart). Tokens that name the identity provider as their issuer go to
 * provider.ts; each side takes its own algorithms and keys only.
 */
import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { JWTExpired } from 'jose/errors';
import { z } from 'zod';
import { ROLES, type Role } from '../../domain/role.ts';
import type { TokenRefusal, Viewer } from './viewer.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'kairos-core';
const AUDIENCE = 'kairos';

const claimsSchema = z.object({
  sub: z.string().min(1).max(200),
  role: z.enum(ROLES),
  scopes: z.array(z.string().max(300)).max(1_000),
  gen: z.number().int().min(0),
  /** Of a core in development, which gives tokens to anybody who asks. */
  trial: z.boolean().optional(),
  iat: z.number(),
  exp: z.number(),
});

/** Where revocations are kept; in the core the store's (core/store/clients.ts). */
export type Revocations = {
  generation(subject: string): number;
  /** ms; before all time if it never was. */
  revokedAt(subject: string): number;
  raise(subject: string, at: number): void;
};

export type Verified = { ok: true; viewer: Viewer } | { ok: false; code: TokenRefusal };

/** Whose tokens are taken beside the core's own (provider.ts). */
export type Provider = { readonly issuer: string; verify(token: string): Promise<Verified> };

export type Tokens = {
  issue(wish: { subject: string; role: Role; scopes: string[]; ttlSeconds: number }): Promise<string>;
  verify(token: unknown): Promise<Verified>;
  /** Ends all tokens that the subject has now; those made afterwards are valid. */
  revoke(subject: string): void;
  isRevoked(viewer: Viewer): boolean;
};

/** As the token says, unproved: who has to prove it. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

const refuse = (code: TokenRefusal): Verified => ({ ok: false, code });

type Setting = {
  /** Of people who sign in. */
  provider?: Provider | undefined;
  /** The core runs with `--dev`: its tokens are worth nothing once it runs without. */
  isTrial?: boolean;
};

/** @param now the core's clock in ms @param key at least 32 random bytes */
export function createTokens(
  key: Uint8Array,
  revocations: Revocations,
  now: () => number,
  { provider, isTrial = false }: Setting = {},
): Tokens {
  const read = (payload: unknown, expired: boolean): Verified => {
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return refuse('token_invalid');
    const { sub, role, scopes, gen, trial = false, iat, exp } = claims.data;
    if (trial && !isTrial) return refuse('token_invalid');
    if (gen < revocations.generation(sub)) return refuse('station_revoked');
    if (expired) return refuse('token_expired');
    const viewer = { subject: sub, role, grants: scopes, until: exp * 1_000, issuedAt: iat * 1_000 };
    return { ok: true, viewer: { ...viewer, generation: gen } };
  };
  return {
    issue: ({ subject, role, scopes, ttlSeconds }) => {
      const iat = Math.floor(now() / 1_000);
      const trial = isTrial ? { trial: true } : {};
      return new SignJWT({ role, scopes, gen: revocations.generation(subject), ...trial })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt(iat)
        .setExpirationTime(iat + Math.floor(ttlSeconds))
        .sign(key);
    },
    async verify(token) {
      if (token === undefined || token === null || token === '') return refuse('token_missing');
      if (typeof token !== 'string' || token.length > 16_384) return refuse('token_invalid');
      if (provider !== undefined && issuerOf(token) === provider.issuer) return provider.verify(token);
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          currentDate: new Date(now()),
        });
        return read(payload, false);
      } catch (error) {
        return error instanceof JWTExpired ? read(error.payload, true) : refuse('token_invalid');
      }
    },
    revoke: (subject) => revocations.raise(subject, now()),
    isRevoked: (viewer) => (viewer.generation ?? 0) < revocations.generation(viewer.subject),
  };
}
