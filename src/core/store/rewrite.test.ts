import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { rewrite } from './rewrite.ts';

const folder = mkdtempSync(join(tmpdir(), 'rewrite-'));
const path = join(folder, 'core.db');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('[C5] a file without what was deleted', () => {
  it('waits for who reads or checkpoints just now, and then nothing is left in file and log', async () => {
    const db = new Database(path, { timeout: 0 });
    db.pragma('journal_mode = WAL');
    db.exec("CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('said once by somebody')");
    const other = new Database(path);
    other.exec('BEGIN');
    other.prepare('SELECT * FROM t').all();
    db.exec('DELETE FROM t');
    const rewritten = rewrite(db);
    expect(readFileSync(`${path}-wal`).includes('said once')).toBe(true);
    other.exec('COMMIT');
    expect(await rewritten).toBe(true);
    for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes('said once')).toBe(false);
    other.close();
    db.close();
  });
});
