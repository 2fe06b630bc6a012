import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from './database.ts';
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
  writeFileSync(join(folder, 'core.db'), '');
  expect(said(0o755)).toEqual([]);
  // Only root can give a file away.
  if (process.getuid?.() === 0) {
    chownSync(join(folder, 'core.db'), 65_534, 65_534);
    expect(said(0o755)).toEqual(['core.db belongs to another']);
  }
  // Nobody comes as far.
  chmodSync(above, 0o700);
  expect(said(0o777)).toEqual([]);
  rmSync(above, { recursive: true });
});

it('[C8] a store that somebody else has put a link in place of is not opened; one that others could read is ours alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'linked-'));
  const trap = join(folder, 'trap');
  writeFileSync(trap, '', { mode: 0o666 });
  mkdirSync(join(folder, 'core'));
  symlinkSync(trap, join(folder, 'core', 'core.db'));
  expect(() => openDatabase(join(folder, 'core'))).toThrow('ELOOP');
  rmSync(join(folder, 'core', 'core.db'));
  writeFileSync(join(folder, 'core', 'core.db'), '');
  chmodSync(join(folder, 'core', 'core.db'), 0o666);
  openDatabase(join(folder, 'core')).close();
  expect(statSync(join(folder, 'core', 'core.db')).mode & 0o777).toBe(0o600);
  expect(readFileSync(trap, 'utf8')).toBe('');
  rmSync(folder, { recursive: true });
});
