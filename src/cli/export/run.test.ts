import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ExportOrder, exportTo } from './run.ts';

/** A core of which only the pages of one audience are asked. */
let pages: number;
const core = createServer((request, answer) => {
  const page = Number(new URL(request.url ?? '', 'http://core').searchParams.get('after'));
  const members = page < pages ? [{ profile: `p${page}`, since: '2026-11-21T10:00:00.000Z' }] : [];
  answer.end(JSON.stringify({ members, next: String(page + 1), more: page + 1 < pages }));
});
let order: ExportOrder;

beforeAll(async () => {
  await new Promise<void>((ready) => core.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(core.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'kairos-export-'));
  order = { what: 'audience/gold', format: 'jsonl', folder, url, token: 'x' };
});
afterAll(() => {
  core.close();
  rmSync(order.folder, { recursive: true, force: true });
});

it('[EX3] of those who have left an audience no file is left, of any format, and of others none goes', async () => {
  pages = 3;
  await exportTo(order);
  await exportTo({ ...order, what: 'audience/gold-plus' });
  await exportTo({ ...order, format: 'parquet' });
  const others = [
    'audience-gold-plus-000000.jsonl',
    'audience-gold-plus-000001.jsonl',
    'audience-gold-plus-000002.jsonl',
  ];
  for (const left of [2, 0]) {
    pages = left;
    const { files } = await exportTo(order);
    expect(files).toHaveLength(left);
    expect(readdirSync(order.folder).sort()).toEqual([...files, ...others].sort());
  }
});
