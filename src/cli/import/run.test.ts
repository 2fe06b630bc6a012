import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importFile } from './run.ts';

/** A core that takes everything. */
const taken: string[] = [];
const core = createServer((request, answer) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    taken.push(...JSON.parse(text).batch.map(({ userId }: { userId: string }) => userId));
    answer.end('{"success":true}');
  });
});
const folder = mkdtempSync(join(tmpdir(), 'kairos-import-'));
const file = join(folder, 'customers.jsonl');
const day = (...users: string[]) =>
  writeFileSync(file, users.map((userId) => `${JSON.stringify({ type: 'identify', userId })}\n`).join(''));

beforeAll(() => new Promise<void>((ready) => core.listen(0, '127.0.0.1', ready)));
afterAll(() => {
  core.close();
  rmSync(folder, { recursive: true, force: true });
});

it('[IM4] another file of the same name is begun at its first row, and so is the same one for another core', async () => {
  const door = { url: `http://127.0.0.1:${(core.address() as AddressInfo).port}`, writeKey: 'k' };
  const take = (at = door) => importFile({ file, mapping: null }, at, { progress() {}, waiting() {} });
  day('a', 'b');
  await take();
  expect(taken).toEqual(['a', 'b']);
  await take();
  expect(taken).toEqual(['a', 'b']);
  day('c', 'd', 'e');
  expect(await take()).toMatchObject({ rows: 3, accepted: 3 });
  expect(taken).toEqual(['a', 'b', 'c', 'd', 'e']);
  await take({ ...door, url: `${door.url}/another-core` });
  expect(taken).toHaveLength(8);
});
