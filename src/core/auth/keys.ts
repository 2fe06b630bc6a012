import { type CryptoKey, createRemoteJWKSet, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose';
import { JOSENotSupported, JWKSInvalid, JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from 'jose/errors';
import { z } from 'zod';

/** The provider cannot be asked for its keys, and those known are none or too old. */
export class KeysUnavailable extends Error {}

/** Keys are fetched anew behind the back of whoever signs in; without the provider they are good for a day. */
const RENEW_MS = 600_000;
const MAX_AGE_MS = 86_400_000;
const TIMEOUT_MS = 5_000;
/** How long to wait, after a refusal to answer, until the provider is asked again. */
const PAUSE_MS = 5_000;

type Remote = ReturnType<typeof createRemoteJWKSet>;
const documentSchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Faults of the token, not of the way to the provider. */
const OF_THE_TOKEN = [JWKSNoMatchingKey, JWKSMultipleMatchingKeys, JWKSInvalid, JOSENotSupported];

/** The keys of an identity provider, found by its discovery document (OpenID Connect Discovery 1.0). */
export class ProviderKeys {
  private readonly issuer: string;
  private readonly clock: () => number;
  private remote: Promise<Remote> | null = null;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;

  /** @throws Error if the issuer is no https:// address (http:// on this machine) */
  constructor(issuer: string, clock: () => number) {
    if (!isSafeAddress(issuer)) throw new Error('the issuer must be an https:// address');
    this.issuer = issuer;
    this.clock = clock;
  }

  /** @throws KeysUnavailable, or an error of jose if the provider has no such key */
  async find(header: JWSHeaderParameters, jws: FlattenedJWSInput): Promise<CryptoKey> {
    try {
      const remote = await this.discovered();
      const age = this.clock() - this.fetchedAt;
      if (age > MAX_AGE_MS) await this.renew(remote);
      else if (age > RENEW_MS && this.clock() - this.triedAt > PAUSE_MS)
        void this.renew(remote).catch(() => undefined);
      return await remote(header, jws);
    } catch (error) {
      if (OF_THE_TOKEN.some((kind) => error instanceof kind)) throw error;
      throw new KeysUnavailable('the identity provider cannot be reached', { cause: error });
    }
  }

  private async renew(remote: Remote): Promise<void> {
    this.triedAt = this.clock();
    await remote.reload();
    this.fetchedAt = this.clock();
  }

  private discovered(): Promise<Remote> {
    this.remote ??= this.discover().catch((error: unknown) => {
      this.remote = null;
      throw error;
    });
    return this.remote;
  }

  private async discover(): Promise<Remote> {
    const answer = await fetch(`${this.issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`discovery answered ${answer.status}`);
    const document = documentSchema.parse(await answer.json());
    if (document.issuer !== this.issuer) throw new Error('the discovery document is of another issuer');
    if (!isSafeAddress(document.jwks_uri)) throw new Error('the keys are not at an https:// address');
    return createRemoteJWKSet(new URL(document.jwks_uri), {
      cacheMaxAge: Number.POSITIVE_INFINITY,
      timeoutDuration: TIMEOUT_MS,
    });
  }
}

/** S1: over TLS; only the own machine is exempt. */
function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}
