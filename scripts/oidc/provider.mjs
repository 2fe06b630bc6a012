// A real identity provider (oidc-provider) on loopback with a few people, for development and tests. It has no
// passwords: whoever reaches it may be anybody in its list. Keys and sessions are in memory and end with it.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export const AUDIENCE = 'urn:kairos:core';
export const CLIENT = 'kairos-console';

/** @typedef {{ name: string, groups: string[] }} Person */

/** @type {{ [sub: string]: Person }} */
export const PEOPLE = {
  anna: { name: 'Anna Berger', groups: ['counter'] },
  sara: { name: 'Sara Vogt', groups: ['counter', 'supervisors'] },
};

const inHtml = (text) => text.replaceAll(/[&<>"]/gu, (sign) => `&#${sign.codePointAt(0)};`);

const page = (
  uid,
  people,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Who signs in?</title>
<style>body{font:16px system-ui;max-width:24rem;margin:15vh auto}button{display:block;width:100%;margin:.5rem 0;padding:.75rem;font:inherit}</style>
<h1>Who signs in?</h1><p>A provider for development: there are no passwords.</p><form method="post" action="/interaction/${inHtml(uid)}">
${Object.entries(people)
  .map(([sub, { name }]) => `<button name="sub" value="${inHtml(sub)}">${inHtml(name)}</button>`)
  .join('\n')}
<button name="sub" value="">Cancel</button></form></html>`;

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

/** The one page that is not the provider's own: who it is. */
function withPeople(provider, people) {
  const own = provider.callback();
  return async (request, response) => {
    try {
      if (!request.url.startsWith('/interaction/')) return own(request, response);
      const { uid } = await provider.interactionDetails(request, response);
      if (request.method !== 'POST') {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        return response.end(page(uid, people));
      }
      const accountId = (await bodyOf(request)).get('sub');
      // Native programs are asked for consent at each sign-in; whoever says who he is gives it.
      const result = people[accountId] ? { login: { accountId }, consent: {} } : { error: 'access_denied' };
      await provider.interactionFinished(request, response, result);
    } catch (error) {
      response.statusCode = 400;
      response.end(String(error));
    }
  };
}

/** Whoever has signed in has agreed to all of it. */
async function grantAll(context) {
  const { client, session, provider, params } = context.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  grant.addResourceScope(AUDIENCE, params.scope);
  await grant.save();
  return grant;
}

const configuration = ({ people, key, tokenSeconds, clients }) => ({
  clients: [
    {
      client_id: CLIENT,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/signed-in'],
      post_logout_redirect_uris: [],
    },
    ...clients,
  ],
  jwks: { keys: [key] },
  cookies: { keys: ['of development only'] },
  claims: { openid: ['sub'], profile: ['name'] },
  scopes: ['openid', 'offline_access', 'profile'],
  pkce: { required: () => true },
  findAccount: (_context, sub) =>
    people[sub] && { accountId: sub, claims: () => ({ sub, name: people[sub].name }) },
  extraTokenClaims: (_context, token) => people[token.accountId ?? token.clientId],
  loadExistingGrant: grantAll,
  issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  ttl: { Grant: 86_400, Session: 86_400, Interaction: 3_600, IdToken: 3_600, RefreshToken: 86_400 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: clients.length > 0 },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, resource) => ({
        scope: 'openid offline_access profile',
        audience: resource,
        accessTokenTTL: tokenSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

/**
 * Starts a provider on loopback. `key` is its private signing key as JWK; a test signs with it what a provider would not.
 * @param {{ port?: number, people?: { [sub: string]: Person }, tokenSeconds?: number, clients?: object[], key?: object }} wish
 */
export async function startProvider(wish = {}) {
  const { port = 0, people = PEOPLE, tokenSeconds = 600, clients = [] } = wish;
  const key = wish.key ?? (await newKey());
  let handle = (_request, response) => response.end();
  const server = createServer((request, response) => handle(request, response));
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration({ people, key, tokenSeconds, clients }));
  handle = withPeople(provider, people);
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  /** After `close`, on the same port, with everybody whom it knew. */
  const reopen = () =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(Number(new URL(issuer).port), '127.0.0.1', resolve);
    });
  return { issuer, key, close, reopen };
}

async function newKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'RS256', use: 'sig' };
}
