import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { doorsOf, step } from './doors.ts';

it('[S45] what a page names is one step of a path, and leads to no other door', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const doors = doorsOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => 'token');
  const named = ['crm', 'a/../b', '%2e%2e', '..%2f', '...', '?x', '#x', '\\..\\', 'é', ' ', '\u0000'];
  for (const name of named) await doors.get(`/v1/feeds/${step(name)}/dead-letters`);
  server.close();
  for (const [i, path] of asked.entries()) {
    expect(path).toMatch(/^\/v1\/feeds\/[^/?#]+\/dead-letters$/u);
    expect(decodeURIComponent(path.split('/')[3] ?? '')).toBe(named[i]);
  }
  expect(asked).toHaveLength(named.length);
  for (const name of ['.', '..', '\ud800', 'a\udc6a'])
    expect(() => step(name)).toThrow(expect.objectContaining({ code: 'not_found' }));
});
