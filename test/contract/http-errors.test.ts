import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Core } from './core-process.ts';
import { fresh, identify, track, useCore } from './world.ts';

const world = useCore();
const { core } = world;

const JSON_TYPE = { 'content-type': 'application/json' };
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** Sends and expects a status and the shape of every error. */
async function error(method: string, path: string, options: RequestInit, status: number) {
  const answer = await core.http(method, path, options);
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(status);
  expect(answer.json?.error, answer.text).toMatchObject({
    code: expect.any(String),
    message: expect.any(String),
  });
  expect(typeof answer.json.error.retry).toBe('boolean');
  expect(answer.text).not.toMatch(/SELECT |INSERT |node_modules|\.ts:\d|\.js:\d|at async/);
  return answer.json.error;
}
const withKey = (body: string, type = 'application/json'): RequestInit => ({
  headers: { 'content-type': type, authorization: `Basic ${btoa(`${core.started.writeKey}:`)}` },
  body,
});

describe('[doors errors] one shape, the fitting status', () => {
  it('[doors errors] 400 malformed', async () => {
    await error('POST', '/v1/track', withKey('{"half":'), 400);
    await error('POST', '/v1/track', withKey('[]'), 400);
    await error('POST', '/v1/track', withKey('"text"'), 400);
    await error('POST', '/v1/batch', withKey('{}'), 400);
    await error('POST', '/v1/batch', withKey('{"batch":{}}'), 400);
  });

  it('[C1] 401 no or bad credential at the sources’ doors', async () => {
    const body = JSON.stringify(identify(fresh('u'), {}));
    const basic = (user: string) => ({ ...JSON_TYPE, authorization: `Basic ${btoa(`${user}:`)}` });
    for (const path of ['/v1/identify', '/v1/batch', '/v1/contacts']) {
      await error('POST', path, { headers: JSON_TYPE, body }, 401);
      await error('POST', path, { headers: basic('wrong'), body }, 401);
      await error('POST', path, { headers: { ...JSON_TYPE, authorization: 'Basic !!!' }, body }, 401);
    }
    await error(
      'POST',
      '/v1/identify',
      { headers: JSON_TYPE, body: '{"writeKey":"wrong","userId":"u"}' },
      401,
    );
  });

  it('[C1] 401 no, garbled, expired, forged or unsigned token at the readers’ doors', async () => {
    const claims = encode({ sub: 'anna', role: 'supervisor', scopes: ['profile:*'], exp: 4_102_444_800 });
    const [head = '', payload = '', signature = ''] = core.started.consoleToken.split('.');
    const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const tokens = [
      'x',
      `${encode({ alg: 'none' })}.${claims}.`,
      `${encode({ alg: 'HS256' })}.${claims}.AAAA`,
    ];
    if (signature) tokens.push(`${head}.${payload}.${flipped}`, `${head}.${payload}.`);
    for (const path of ['/v1/profiles/by/userId/u', '/v1/profiles/p/events']) {
      await error('GET', path, {}, 401);
      for (const token of tokens)
        await error('GET', path, { headers: { authorization: `Bearer ${token}` } }, 401);
      await error(
        'GET',
        path,
        { headers: { authorization: `Basic ${btoa(`${core.started.writeKey}:`)}` } },
        401,
      );
    }
    await error('POST', '/v1/decide', { headers: JSON_TYPE, body: '{}' }, 401);
  });

  it('[C1] 401 after the token was revoked, and a token made afterwards is valid', async () => {
    const subject = fresh('op');
    const userId = fresh('u');
    await core.send(identify(userId, {}));
    const before = await core.token({ subject });
    expect((await core.profile('userId', userId, before)).id).toEqual(expect.any(String));
    await core.dev('revoke', { subject });
    await error(
      'GET',
      `/v1/profiles/by/userId/${userId}`,
      { headers: { authorization: `Bearer ${before}` } },
      401,
    );
    expect((await core.profile('userId', userId, await core.token({ subject }))).id).toEqual(
      expect.any(String),
    );
  });

  it('[doors errors] 404 nothing there, 405 wrong method, 415 wrong type', async () => {
    await error('GET', '/nothing', {}, 404);
    await error('POST', '/v1/nothing', withKey('{}'), 404);
    await error('GET', '/v1/track', {}, 405);
    await error('DELETE', '/v1/batch', {}, 405);
    await error('POST', '/healthz', { headers: JSON_TYPE, body: '{}' }, 405);
    expect((await fetch(`${core.url}/v1/track`)).headers.get('allow')).toBe('POST');
    expect((await fetch(`${core.url}/healthz`, { method: 'POST' })).headers.get('allow')).toBe('GET');
    await error('POST', '/v1/track', withKey('<event/>', 'application/xml'), 415);
  });

  it('[doors errors] 413 too large', async () => {
    const large = JSON.stringify(track('A', { text: 'x'.repeat(600_000) }, { userId: 'u' }));
    await error('POST', '/v1/track', withKey(large), 413);
    await error('POST', '/v1/batch', withKey(`{"batch":[${large}]}`), 413);
  });

  it('[C6] a compressed bomb costs its sender, not the core', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32));
    const headers = { ...withKey('').headers, 'content-encoding': 'gzip' } as Record<string, string>;
    const answer = await core.http('POST', '/v1/track', { headers, body: bomb });
    expect([400, 413, 415]).toContain(answer.status);
    expect(answer.json.error.code).toEqual(expect.any(String));
  });

  it('[C6] no foreign text, no stack and no crash for hostile input', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const bodies = [
      deep,
      `{"userId":"u","event":"E","properties":${deep}}`,
      '{"userId":"u","event":"E","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      '{"userId":{"$gt":""},"event":"E"}',
      '{"userId":"\\u0000","event":"E"}',
      '{"userId":"\\ud800","event":"E"}',
      '{"userId":["a"],"event":7}',
      '{"userId":"u","event":"E","context":"x","properties":[1]}',
      '{"userId":"u","event":"E","timestamp":{}}',
      'null',
      '',
    ];
    for (const body of bodies) {
      const answer = await core.http('POST', '/v1/track', withKey(body));
      expect(answer.status, body.slice(0, 80)).toBeLessThan(500);
      if (answer.status !== 200)
        expect(answer.json.error.code, body.slice(0, 80)).toEqual(expect.any(String));
      expect(answer.text).not.toMatch(/SELECT |INSERT |node_modules|\.js:\d/);
    }
    for (const path of [
      '/v1/profiles/by/userId/%00',
      '/v1/profiles/by/userId/%E0%A4',
      '/v1/profiles/by//',
      '/..%2f..',
    ]) {
      const answer = await core.get(path);
      expect(answer.status, path).toBeLessThan(500);
      if (answer.status !== 200) expect(answer.json.error.code, path).toEqual(expect.any(String));
    }
    expect((await core.http('GET', '/healthz')).status).toBe(200);
  });
});

describe('[C8] secrets', () => {
  it('[C8] what the core writes holds no key, no token and nobody’s data, also when things go wrong', async () => {
    const email = `${fresh('canary').toLowerCase()}@example.org`;
    const note = fresh('canary');
    const userId = fresh('u');
    await core.send(identify(userId, { email }));
    await core.post('/v1/track', { type: 'track', userId, event: 7, properties: { email } });
    await core.http('POST', '/v1/track', withKey(`{"userId":"${email}"`));
    const { id: profileId } = await core.profile('userId', userId);
    const client = await world.client();
    await client.connect();
    const command = client.command('add-note', { profileId, text: note });
    await core.dev('fail', { command: 'add-note', times: 1 });
    expect(await client.push([command])).toHaveProperty('retryMs');
    const { writeKey, consoleToken } = core.started;
    for (const secret of [writeKey, consoleToken, client.token, email, note])
      expect(core.output).not.toContain(secret);
  });
});

describe('[doors development] the rest of the doors', () => {
  it('[C1] whoever has no credential learns nothing at any door of the document, whatever is asked for', async () => {
    const open = /^\/(?:healthz|metrics|openapi\.json|v1\/(?:sign-in|stations\/(?:enrol|challenge|token)))$/u;
    const { paths } = (await core.http('GET', '/openapi.json')).json as { paths: { [path: string]: object } };
    const doors = Object.entries(paths).filter(([path]) => !open.test(path));
    expect(doors.length).toBeGreaterThan(30);
    for (const [path, methods] of doors)
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        const options = method === 'GET' ? {} : { headers: JSON_TYPE, body: '{}' };
        await error(method, path.replaceAll(/\{\w+\}/gu, 'nobody'), options, 401);
      }
  });

  it('[doors reading] healthz, metrics and openapi.json', async () => {
    expect((await core.http('GET', '/healthz')).status).toBe(200);
    const metrics = await core.http('GET', '/metrics');
    expect(metrics.status).toBe(200);
    expect(metrics.text).toMatch(/^# TYPE \w+ (counter|gauge|histogram|summary)$/m);
    const { json } = await core.http('GET', '/openapi.json');
    expect(json.openapi).toMatch(/^3\./);
    const paths = [
      'track',
      'identify',
      'page',
      'screen',
      'group',
      'alias',
      'batch',
      'contacts',
      'decide',
      'outcomes',
      'intents',
      'intents/{id}/cancel',
      'dead-letters',
      'dead-letters/{id}/resend',
    ];
    for (const path of paths) expect(Object.keys(json.paths)).toContain(`/v1/${path}`);
    const reading = Object.keys(json.paths).filter((path) => path.startsWith('/v1/profiles/'));
    expect(reading.map((path) => path.replaceAll(/\{\w+\}/g, '{}')).sort()).toEqual([
      '/v1/profiles/by/{}/{}',
      '/v1/profiles/{}/events',
      '/v1/profiles/{}/intents',
    ]);
  });

  it('[doors development] the first line has url, writeKey, consoleToken and pid, on loopback', () => {
    const { url, writeKey, consoleToken, pid } = core.started;
    expect(new URL(url).hostname).toMatch(/^(127\.0\.0\.1|localhost|\[::1\])$/);
    expect([typeof writeKey, typeof consoleToken, typeof pid]).toEqual(['string', 'string', 'number']);
  });

  it('[airline secrets] the printed token is an operator’s with every scope', async () => {
    const userId = fresh('u');
    await core.send(identify(userId, { email: `${userId.toLowerCase()}@example.org` }));
    expect((await core.profile('userId', userId)).facts.email).toHaveProperty('value');
  });

  it('[doors development] bad requests at /dev are errors, not crashes', async () => {
    for (const [path, body] of [
      ['token', '{}'],
      ['token', '{"subject":7,"role":"emperor","scopes":"all","ttlSeconds":"x"}'],
      ['cut', '{"keep":"all"}'],
      ['wipe', '{"subject":"s","mode":"some"}'],
      ['clock', '{"offsetSeconds":"later"}'],
      ['fail', '{"command":7,"times":-1}'],
    ] as const) {
      const answer = await core.http('POST', `/dev/${path}`, { headers: JSON_TYPE, body });
      expect([400, 422], `${path} ${body}: ${answer.text}`).toContain(answer.status);
      expect(answer.json.error.code).toEqual(expect.any(String));
    }
  });

  it('[doors development] SIGTERM ends the core cleanly, and its data opens again', async () => {
    const own = await new Core().start();
    try {
      const userId = fresh('u');
      await own.send(identify(userId, { tier: 'Gold' }));
      await own.kill('SIGTERM');
      expect(own.exitCode).toBe(0);
      await own.start();
      expect((await own.profile('userId', userId)).facts.tier.value).toBe('Gold');
    } finally {
      await own.dispose();
    }
  }, 90_000);

  it('[doors development] [C8] without --dev these routes do not exist, and no secret is printed', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => probe.once('listening', done));
    const { port } = probe.address() as AddressInfo;
    await new Promise((done) => probe.close(done));
    const dir = mkdtempSync(join(tmpdir(), 'kairos-contract-'));
    const args = ['run', '-s', 'core', '--', '--port', String(port), '--data', dir];
    const child = spawn('npm', args, {
      cwd: resolve(import.meta.dirname, '../..'),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    const ended = new Promise((done) => child.once('close', done));
    try {
      const url = `http://127.0.0.1:${port}`;
      let health: Response | undefined;
      const deadline = Date.now() + 30_000;
      while (!health && Date.now() < deadline && child.exitCode === null) {
        health = await fetch(`${url}/healthz`).catch(() => undefined);
        if (!health) await new Promise((done) => setTimeout(done, 50));
      }
      expect(health?.status).toBe(200);
      for (const path of ['token', 'revoke', 'cut', 'wipe', 'clock', 'fail']) {
        const answer = await fetch(`${url}/dev/${path}`, { method: 'POST', headers: JSON_TYPE, body: '{}' });
        expect(answer.status, path).toBe(404);
      }
      expect((await fetch(`${url}/dev/alarms`)).status).toBe(404);
      await expect.poll(() => printed).toContain('\n');
      expect(JSON.parse(printed)).toEqual({ url, pid: expect.any(Number) });
    } finally {
      process.kill(-(child.pid as number), 'SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    }
  }, 60_000);
});
