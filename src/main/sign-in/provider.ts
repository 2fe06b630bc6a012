/**
 * The identity provider (OpenID Connect), as a native program asks it: authorization code with PKCE in the system's
 * browser, which comes back to a port of this machine (RFC 8252). This process sees no password of anybody.
 */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client';
import { isSafeAddress } from '../security/address.ts';
import { type Given, Refused, type Ways } from './core-doors.ts';
import { listenForAnswer } from './loopback.ts';

export type OidcWay = NonNullable<Ways['oidc']>;

const TIMEOUT_SECONDS = 10;

async function ask({ issuer, client }: OidcWay): Promise<Configuration> {
  if (!isSafeAddress(issuer)) throw new Refused('sign_in_failed');
  const isLocal = issuer.startsWith('http://');
  const options = { timeout: TIMEOUT_SECONDS, ...(isLocal && { execute: [allowInsecureRequests] }) };
  return discovery(new URL(issuer), client, undefined, None(), options);
}

const resourceOf = ({ resource }: OidcWay): { resource?: string } => (resource === null ? {} : { resource });

/**
 * Asks who is there, always: a browser at a shared desk may still know whoever was here before.
 * @param open shows an address in the system's browser
 * @param until rejects when nobody waits for the answer any more
 * @throws Refused
 */
export async function signInByBrowser(
  way: OidcWay,
  open: (url: string) => Promise<void>,
  until: Promise<never>,
): Promise<Given> {
  const config = await ask(way).catch(refuse);
  const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
  const loopback = await listenForAnswer(state);
  try {
    const url = buildAuthorizationUrl(config, {
      redirect_uri: loopback.redirect,
      scope: way.scope,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      prompt: 'login',
      ...resourceOf(way),
    });
    await Promise.race([open(url.href), until]);
    const answer = await Promise.race([loopback.answer, until]);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    const given = await authorizationCodeGrant(
      config,
      answer,
      { ...checks, idTokenExpected: true },
      resourceOf(way),
    );
    return { token: given.access_token, refresh: given.refresh_token ?? null };
  } catch (error) {
    return refuse(error);
  } finally {
    loopback.close();
  }
}

/** @throws Refused: `renewal_refused` where the provider says no, any other code where it can be asked again */
export async function renew(way: OidcWay, refresh: string): Promise<Given> {
  try {
    const given = await refreshTokenGrant(await ask(way), refresh, resourceOf(way));
    return { token: given.access_token, refresh: given.refresh_token ?? refresh };
  } catch (error) {
    const isNo = error instanceof ResponseBodyError && error.status < 500 && error.status !== 429;
    throw new Refused(isNo ? 'renewal_refused' : 'provider_unreachable');
  }
}

/** Tells the provider that this refresh token is not needed any more; it may be away. */
export const giveBack = async (way: OidcWay, refresh: string): Promise<void> =>
  tokenRevocation(await ask(way), refresh);

function refuse(error: unknown): never {
  if (error instanceof Refused) throw error;
  if (error instanceof AuthorizationResponseError) throw new Refused('sign_in_denied');
  // What fetch throws where nobody is there, or nobody answers in time.
  const isAway = error instanceof Error && (error.name === 'TimeoutError' || isNetwork(error));
  throw new Refused(isAway ? 'provider_unreachable' : 'sign_in_failed');
}

const isNetwork = (error: Error): boolean =>
  error instanceof TypeError ||
  (error.cause instanceof Error && error.cause !== error && isNetwork(error.cause));
