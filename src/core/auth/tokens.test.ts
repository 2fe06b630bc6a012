import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokens } from './tokens.ts';

const key = new Uint8Array(32).fill(1);
function setUp() {
  const generations = new Map<string, number>();
  const clock = { now: Date.parse('2026-11-23T10:00:00Z') };
  const revocations = {
    generation: (subject: string) => generations.get(subject) ?? 0,
    revokedAt: () => Number.NEGATIVE_INFINITY,
    raise: (subject: string) => void generations.set(subject, (generations.get(subject) ?? 0) + 1),
  };
  return { clock, tokens: createTokens(key, revocations, () => clock.now) };
}
const wish = { subject: 'anna', role: 'operator', scopes: ['station:*'], ttlSeconds: 60 } as const;

describe('[C1] tokens', () => {
  it('carry subject, role, grants and their end', async () => {
    const { tokens, clock } = setUp();
    const verified = await tokens.verify(await tokens.issue({ ...wish, scopes: [...wish.scopes] }));
    expect(verified).toEqual({
      ok: true,
      viewer: {
        subject: 'anna',
        role: 'operator',
        grants: ['station:*'],
        issuedAt: clock.now,
        until: clock.now + 60_000,
        generation: 0,
      },
    });
  });

  it('end with their time on the clock of the core', async () => {
    const { tokens, clock } = setUp();
    const token = await tokens.issue({ ...wish, scopes: [] });
    clock.now += 61_000;
    expect(await tokens.verify(token)).toEqual({ ok: false, code: 'token_expired' });
  });

  it('die with a revocation in the same second; those made after it live', async () => {
    const { tokens } = setUp();
    const before = await tokens.issue({ ...wish, scopes: [] });
    tokens.revoke('anna');
    const after = await tokens.issue({ ...wish, scopes: [] });
    expect(await tokens.verify(before)).toEqual({ ok: false, code: 'station_revoked' });
    expect((await tokens.verify(after)).ok).toBe(true);
    expect((await tokens.verify(await tokens.issue({ ...wish, subject: 'bo', scopes: [] }))).ok).toBe(true);
  });

  it('are refused with another algorithm, audience, key or none', async () => {
    const { tokens, clock } = setUp();
    const claims = { role: 'operator', scopes: ['station:*'], gen: 0 };
    const iat = clock.now / 1_000;
    const sign = (alg: string, signingKey: Uint8Array, audience: string) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg })
        .setSubject('anna')
        .setIssuer('kairos-core')
        .setAudience(audience)
        .setIssuedAt(iat)
        .setExpirationTime(iat + 60)
        .sign(signingKey);
    const long = new Uint8Array(64).fill(1);
    const unsigned = new UnsecuredJWT(claims)
      .setSubject('anna')
      .setIssuer('kairos-core')
      .setAudience('kairos');
    const bad = [
      await sign('HS512', long, 'kairos'),
      await sign('HS256', key, 'other'),
      await sign('HS256', new Uint8Array(32).fill(2), 'kairos'),
      unsigned
        .setIssuedAt(iat)
        .setExpirationTime(iat + 60)
        .encode(),
      'a.b.c',
      `${await sign('HS256', key, 'kairos')}x`,
      { token: 1 },
      'x'.repeat(20_000),
    ];
    expect((await tokens.verify(await sign('HS256', key, 'kairos'))).ok).toBe(true);
    for (const token of bad) expect(await tokens.verify(token)).toEqual({ ok: false, code: 'token_invalid' });
    for (const none of ['', null, undefined])
      expect(await tokens.verify(none)).toEqual({ ok: false, code: 'token_missing' });
  });
});
