import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOutboxFile } from '../../src/replica/store/outbox.ts';
import { allRows } from '../../src/replica/store/reader.ts';
import { openReplicaFile, SqliteReplica } from '../../src/replica/store/replica.ts';
import { urgencyOf } from '../../src/replica/views/headline.ts';

const KILLS = 12;
const KEY = 'ab'.repeat(32);
// Under the project, so that the native module is found from there.
const outDir = join(import.meta.dirname, '..', '..', 'out', `kill-${process.pid}`);
const folder = mkdtempSync(join(tmpdir(), 'kill-'));

beforeAll(async () => {
  await build({
    logLevel: 'error',
    configFile: false,
    build: { ssr: join(import.meta.dirname, 'kill-writer.ts'), outDir, emptyOutDir: true, minify: false },
  });
});
afterAll(() => {
  rmSync(outDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the writer until it has printed so many lines, kills it, and returns the whole lines that it printed. */
function killAfter(run: number, lines: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [
      join(outDir, 'kill-writer.js'),
      folder,
      String(run),
    ]);
    let text = '';
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split('\n').length > lines) child.kill('SIGKILL');
    });
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve(text.slice(0, text.lastIndexOf('\n')).split('\n'));
      else reject(new Error(`ended with ${code}: ${errors}`));
    });
  });
}

describe('a console killed at random points', () => {
  it('[I3] [R10] loses nothing that was promised, and its outbox is never ahead of its rows', async () => {
    const promised = new Set<string>();
    for (let run = 0; run < KILLS; run++) {
      const printed = await killAfter(run, 5 + ((run * 37) % 60));
      for (const line of printed) if (line.startsWith('+')) promised.add(line.slice(1));
      const { store, salvaged } = openOutboxFile(join(folder, 'outbox.db'), KEY, () => 'other', new Date());
      const opened = openReplicaFile(join(folder, 'replica.db'), KEY);
      try {
        expect(salvaged).toBeNull();
        expect(opened.rebuilt).toBe(false);
        const outbox = store.load();
        const kept = new Set([...outbox.pending.map((entry) => entry.id), ...outbox.settled.keys()]);
        expect([...promised].filter((id) => !kept.has(id))).toEqual([]);
        const replica = new SqliteReplica(opened.db, (profile) => urgencyOf(profile, Date.now()));
        const cursors = printed.filter((line) => line.startsWith('@')).map((line) => Number(line.slice(1)));
        expect(replica.meta().cursor).toBeGreaterThanOrEqual(Math.max(0, ...cursors));
        expect(outbox.me.lmidAck).toBeLessThanOrEqual(replica.seen('client') ?? 0);
        const rows = new Set(allRows(opened.db).map((row) => row.id));
        expect([...outbox.settled.keys()].filter((id) => !rows.has(id))).toEqual([]);
      } finally {
        store.close();
        opened.db.close();
      }
    }
    expect(promised.size).toBeGreaterThan(KILLS);
  });
});
