/** [C10] [C6] The HTTP doors of a real core under hostile input: an answer of the table each, and it goes on working. */
import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/core/errors.ts';
import { anyJson, broken, inputs, JUNK, mutated, PATIENCE, withProto } from './material.ts';
import { rawSocket } from './raw.ts';
import { CONTACT, DOORS } from './requests.ts';
import { expectClean, JSON_TYPE, useTarget } from './target.ts';

const target = useTarget();
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
afterAll(() => agent.destroy());

type Asked = { method: string; path: string; headers: Record<string, string>; body?: string | Buffer };
type Answer = { status: number; text: string; headers: NodeJS.Dict<string | string[]> };

/** One request; a connection that the core ends without an answer is an error. */
function ask({ method, path, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(target.core.url + path, { method, headers, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
          headers: response.headers,
        }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const isKnown = (code: string): code is keyof typeof ERRORS => Object.hasOwn(ERRORS, code);

/** How often each code was answered; '' is success. */
const answered = new Map<string, number>();

/** Success, or an error of the table with its own status and retry. */
function expectAnswer(answer: Answer, asked: Asked): void {
  const story = `${asked.method} ${asked.path.slice(0, 200)} ${String(asked.body ?? '').slice(0, 600)} => ${answer.status} ${answer.text.slice(0, 300)}`;
  expectClean(target, answer.text, story);
  const json = JSON.parse(answer.text) as { error?: { code: string; message: string; retry: boolean } };
  const said = json.error?.code ?? '';
  answered.set(said, (answered.get(said) ?? 0) + 1);
  if (answer.status === 200) return;
  const { code, message, retry } = json.error ?? { code: '', message: '', retry: false };
  if (!isKnown(code) || code === 'internal') throw new Error(story);
  expect({ status: answer.status, retry }, story).toEqual({
    status: ERRORS[code].status,
    retry: ERRORS[code].retry,
  });
  expect(message.length, story).toBeGreaterThan(10);
  if (answer.status === 429 || answer.status === 503) expect(answer.headers['retry-after']).toMatch(/^\d+$/u);
}

async function tryOne(asked: Asked): Promise<void> {
  expectAnswer(await ask(asked), asked);
}

const credential = (by: 'key' | 'token' | 'nobody'): Record<string, string> =>
  by === 'key'
    ? { authorization: target.basic }
    : by === 'token'
      ? { authorization: `Bearer ${target.core.consoleToken}` }
      : {};

/** Requests of one property run go out together, as those of several sources do. */
const TOGETHER = 25;
const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: TOGETHER, maxLength: TOGETHER });

describe('[C10] HTTP', () => {
  it(
    '[C10] bodies with faults at any place are taken or refused with a code, and the core goes on',
    async () => {
      const body = fc
        .constantFrom(...DOORS)
        .chain((door) =>
          fc
            .oneof(
              { weight: 6, arbitrary: mutated(door.samples).map((value) => JSON.stringify(value) ?? '') },
              { weight: 2, arbitrary: broken(fc.constantFrom(...door.samples)) },
              { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value) ?? '') },
            )
            .map((text) => ({ door, text })),
        );
      const send = ({ door: { path, by }, text }: { door: (typeof DOORS)[number]; text: string | Buffer }) =>
        tryOne({ method: 'POST', path, headers: { ...JSON_TYPE, ...credential(by) }, body: text });
      await fc.assert(
        fc.asyncProperty(many(body), async (bodies) => void (await Promise.all(bodies.map(send)))),
        inputs(0.6, TOGETHER),
      );
      // The faults are not all of one kind, and many a request is good in spite of them.
      for (const code of [
        '',
        'bad_json',
        'malformed',
        'value_wrong_kind',
        'timestamp_invalid',
        'user_missing',
        'too_deep',
        'not_found',
      ])
        expect(answered.get(code) ?? 0, `${code} ${JSON.stringify([...answered])}`).toBeGreaterThan(5);
      await target.lives();
    },
    PATIENCE,
  );

  it(
    '[C10] any method, path, parameter and header is answered with an error of the table',
    async () => {
      const part = fc
        .oneof(
          fc.string({ unit: 'binary', maxLength: 30 }),
          fc.constantFrom(...JUNK.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))),
          fc.constant('%'),
        )
        .map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?')).slice(0, 900));
      const type = fc.constantFrom(
        'userId',
        'anonymousId',
        'email',
        'phone',
        'booking',
        'ticket',
        'profile',
        'x',
        '__proto__',
      );
      const path = fc.oneof(
        fc.tuple(type, part).map(([kind, value]) => `/v1/profiles/by/${kind}/${value}`),
        fc
          .tuple(part, part, part)
          .map(([id, before, limit]) => `/v1/profiles/${id}/events?before=${before}&limit=${limit}`),
        part.map((text) => `/${text}`),
        part.map((text) => `/v1/track?${text}`),
        fc.constantFrom(
          '/healthz',
          '/openapi.json',
          '/v1/batch',
          '/dev/alarms',
          '/socket.io',
          '//',
          '/v1/../dev/alarms',
        ),
        fc
          .string({ unit: fc.constantFrom('/', '.', '%', '2', 'e', 'a', '?', '#', ';'), maxLength: 12 })
          .map((text) => `/${text}`),
      );
      const headers = fc.dictionary(
        fc.constantFrom(
          'authorization',
          'content-type',
          'content-encoding',
          'accept',
          'x-forwarded-for',
          'cookie',
          'origin',
          'expect-ct',
          'range',
        ),
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.constantFrom(
            'Bearer ',
            'Bearer a.b.c',
            'Basic !!!',
            'Basic',
            'gzip',
            'text/plain; charset=utf-16',
            'application/json, text/xml',
            'multipart/form-data',
            'x'.repeat(3_000),
          ),
        ),
      );
      const asked = fc.record({
        method: fc.constantFrom(
          'GET',
          'GET',
          'GET',
          'GET',
          'POST',
          'POST',
          'PUT',
          'DELETE',
          'PATCH',
          'OPTIONS',
          'PROPFIND',
        ),
        path,
        headers: headers.map((all) =>
          Object.fromEntries(
            Object.entries(all).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/gu, '')]),
          ),
        ),
        credential: fc.constantFrom<Record<string, string>>(
          {},
          ...['Bearer a.b.c', 'Bearer ', 'Bearer', 'Basic !!!', 'Basic', 'x'].map((text) => ({
            authorization: text,
          })),
        ),
        known: fc.nat(3).map((dice) => dice > 0),
        body: fc.option(
          anyJson.map((value) => JSON.stringify(value) ?? ''),
          { nil: undefined },
        ),
      });
      await fc.assert(
        fc.asyncProperty(many(asked), async (all) => {
          const send = ({ known, credential: other, ...one }: (typeof all)[number]) =>
            tryOne({ ...one, headers: { ...one.headers, ...(known ? credential('token') : other) } });
          await Promise.all(all.map(send));
        }),
        inputs(0.4, TOGETHER),
      );
      for (const code of ['method_not_allowed', 'token_invalid', 'wrong_type', 'not_found'])
        expect(answered.get(code) ?? 0, `${code} ${JSON.stringify([...answered])}`).toBeGreaterThan(5);
      await target.lives();
    },
    PATIENCE,
  );

  it('[C6] [S42] sizes, depths and hostile keys are refused by their own code, and pollute nothing', async () => {
    const keys = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]));
    const few = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`k${n}`, n]));
    const deep = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`;
    const one = (properties: string) => `{"userId":"u","event":"E","properties":${properties}}`;
    const cases: [string, string | Buffer, number][] = [
      ['/v1/track', one(JSON.stringify(keys)), 413],
      [
        '/v1/batch',
        JSON.stringify({ batch: [{ type: 'track', userId: 'u', event: 'E', properties: keys }] }),
        413,
      ],
      ['/v1/track', one(JSON.stringify({ name: 'x'.repeat(1_000_000) })), 413],
      ['/v1/track', one(JSON.stringify({ text: 'x'.repeat(40_000) })), 413],
      ['/v1/track', one(`{"a":${deep(33)}}`), 400],
      ['/v1/track', one(`{"a":${deep(10_000)}}`), 400],
      ['/v1/track', deep(200_000), 400],
      ['/v1/track', '{"a":'.repeat(80_000), 400],
      ['/v1/batch', `{"batch":[${deep(100_000)}]}`, 200],
      ['/v1/track', one(JSON.stringify(few)), 200],
      ['/v1/track', one(JSON.stringify(withProto())), 200],
      [
        '/v1/track',
        `{"userId":"u","event":"E","__proto__":{"polluted":1},"properties":{"n":1e999,"m":-1e999}}`,
        200,
      ],
      ['/v1/track', one('{"n":123456789012345678901234567890,"m":1e-400}'), 200],
      ['/v1/track', Buffer.from(one('{"a":"\xff\xfe"}'), 'latin1'), 400],
      ['/v1/track', '{"userId":"\\ud800","event":"E"}', 200],
      ['/v1/contacts', JSON.stringify({ ...CONTACT, queue: 'q'.repeat(100_000) }), 400],
    ];
    for (const [path, body, status] of cases) {
      const asked = { method: 'POST', path, headers: { ...JSON_TYPE, ...credential('key') }, body };
      const answer = await ask(asked);
      expectAnswer(answer, asked);
      expect(`${body.slice(0, 80)} ${answer.status}`).toBe(`${body.slice(0, 80)} ${status}`);
    }
    await target.lives();
  });

  it('[C6] other types and compressed bodies are not unpacked', async () => {
    const body = gzipSync(Buffer.alloc(20_000_000, 32));
    const types = [
      'text/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      '',
    ];
    for (const type of types) {
      const asked = {
        method: 'POST',
        path: '/v1/track',
        headers: { 'content-type': type, ...credential('key') },
        body: 'x',
      };
      const answer = await ask(asked);
      expectAnswer(answer, asked);
      expect(answer.status, type).toBe(415);
    }
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, gzip', 'nonsense']) {
      const headers = { ...JSON_TYPE, ...credential('key'), 'content-encoding': encoding };
      const asked = { method: 'POST', path: '/v1/batch', headers, body };
      const answer = await ask(asked);
      expectAnswer(answer, asked);
      expect(answer.status, encoding).toBe(415);
    }
  });

  it('[C6] half requests, stopped chunks and garbled heads hold nobody up', async () => {
    const head = `POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: ${target.basic}\r\nContent-Type: application/json\r\n`;
    const halves = [
      'POST /v1/tr',
      head,
      `${head}Content-Length: 1000\r\n\r\n{"userId":`,
      `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"use`,
    ];
    const stalled = Array.from({ length: 200 }, (_, n) =>
      rawSocket(target.core.url, halves[n % halves.length] as string),
    );
    await Promise.all(stalled.map((one) => one.connected));
    await target.lives();
    const garbled = [
      'GET / HTTP/9.9\r\n\r\n',
      '\u0000\u0001\u0002\r\n\r\n',
      'GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`,
      `GET /${'y'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      `${head}Content-Length: -1\r\n\r\n{}`,
      `${head}Content-Length: 99999999999999999999\r\n\r\n{}`,
      `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
      `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
      'BREW /v1/track HTTP/1.1\r\nHost: x\r\n\r\n',
    ];
    for (const text of garbled) {
      const answer = await rawSocket(target.core.url, text).ended;
      expect(answer, JSON.stringify(text.slice(0, 120))).toMatch(/^HTTP\/1\.1 4\d\d /u);
      expect(JSON.parse(answer.slice(answer.indexOf('{'))), text.slice(0, 60)).toMatchObject({
        error: { code: expect.any(String), retry: false },
      });
      expectClean(target, answer, text.slice(0, 60));
    }
    for (const one of stalled) one.end();
    await target.lives();
  });
});
