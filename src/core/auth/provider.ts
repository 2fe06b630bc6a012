/**
 * Access tokens of an identity provider (OpenID Connect): JWT, signed with a key that the provider publishes, for this
 * audience, of an asymmetric algorithm; claims are mapped to role and grants by mapping.ts. The provider is asked for
 * its keys and for nothing else, so that it may be down while tokens are checked.
 */
import { type JWTPayload, jwtVerify } from 'jose';
import { JWTExpired } from 'jose/errors';
import { z } from 'zod';
import { KeysUnavailable, ProviderKeys } from './keys.ts';
import { type Mapping, mapClaims } from './mapping.ts';
import type { Provider, Revocations, Verified } from './tokens.ts';

export type ProviderSetting = { issuer: string; audience: string; mapping: Mapping };

/** Asymmetric ones only: neither `none`, nor HS with the public key taken for a secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Whatever the provider says, a token ends after a day. */
const MAX_AGE_SECONDS = 86_400;
/** For the clock of the provider, s. */
const TOLERANCE_SECONDS = 5;

const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(190),
  iat: z.number(),
  exp: z.number(),
  auth_time: z.number().optional(),
});

/** People of the provider never have the subject of somebody whom this core knows itself. */
const subjectOf = (sub: string): string => `oidc:${sub}`;

/**
 * @param now the core's clock in ms
 * @param clock ms, of the time since keys were fetched
 * @throws Error if the issuer is no https:// address (http:// on this machine)
 */
export function createProvider(
  { issuer, audience, mapping }: ProviderSetting,
  revocations: Revocations,
  now: () => number,
  clock: () => number,
): Provider {
  const keys = new ProviderKeys(issuer, clock);
  const read = (payload: JWTPayload, expired: boolean): Verified => {
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) return { ok: false, code: 'token_invalid' };
    const { sub, iat, exp, auth_time: signedIn = iat } = claims.data;
    const subject = subjectOf(sub);
    // Generations are not in these tokens, so the time decides; where it is told, that of the sign-in itself.
    if (Math.min(iat, signedIn) * 1_000 <= revocations.revokedAt(subject))
      return { ok: false, code: 'station_revoked' };
    if (expired) return { ok: false, code: 'token_expired' };
    const mapped = mapClaims(mapping, claims.data);
    if (mapped === undefined) return { ok: false, code: 'token_invalid' };
    const { role, grants, name } = mapped;
    const until = Math.min(exp, iat + MAX_AGE_SECONDS) * 1_000;
    const generation = revocations.generation(subject);
    return { ok: true, viewer: { subject, role, grants, until, issuedAt: iat * 1_000, generation, name } };
  };
  return {
    issuer,
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, (header, jws) => keys.find(header, jws), {
          ...{ algorithms: ALGORITHMS, issuer, audience, currentDate: new Date(now()) },
          ...{ clockTolerance: TOLERANCE_SECONDS, maxTokenAge: MAX_AGE_SECONDS },
          requiredClaims: ['sub', 'iat', 'exp'],
        });
        return read(payload, false);
      } catch (error) {
        if (error instanceof KeysUnavailable) return { ok: false, code: 'sign_in_unavailable' };
        return error instanceof JWTExpired ? read(error.payload, true) : { ok: false, code: 'token_invalid' };
      }
    },
  };
}
