import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exposuresOf } from './exposed.ts';

it('[C8] a folder that others can write, and secrets that others can read there, are said', () => {
  const above = mkdtempSync(join(tmpdir(), 'exposed-'));
  const folder = join(above, 'core');
  chmodSync(above, 0o755);
  mkdirSync(folder);
  writeFileSync(join(folder, 'feeds.json'), '{}', { mode: 0o644 });
  const said = (mode: number) => {
    chmodSync(folder, mode);
    return exposuresOf(folder).map((sentence) => sentence.split(' ').slice(0, 4).join(' '));
  };
  expect([said(0o700), said(0o750), said(0o755), said(0o777)]).toEqual([
    [],
    [],
    ['others can read feeds.json,'],
    ['others can write the', 'others can read feeds.json,'],
  ]);
  chmodSync(join(folder, 'feeds.json'), 0o640);
  expect(said(0o755)).toEqual([]);
  // Nobody comes as far.
  chmodSync(above, 0o700);
  expect(said(0o777)).toEqual([]);
  rmSync(above, { recursive: true });
});
