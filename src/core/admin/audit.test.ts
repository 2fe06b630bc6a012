import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditStore } from '../store/audit.ts';
import { DATABASE_FILE, migrate } from '../store/database.ts';
import { exportAudit, verifyExport, verifyStore } from './audit.ts';

let folder: string;
let db: Database.Database;
let trail: AuditStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'admin-'));
  db = new Database(join(folder, DATABASE_FILE));
  db.pragma('journal_mode = WAL');
  migrate(db);
  trail = new AuditStore(db);
  for (let n = 1; n <= 700; n++) trail.append('anna', 'read', { profile: `P${n % 7}` }, 1_000 * n);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

async function exported(): Promise<string> {
  const path = join(folder, 'audit.jsonl');
  const file = openSync(path, 'w');
  expect(await exportAudit({ dataDir: folder }, file)).toBe(700);
  closeSync(file);
  return path;
}

describe('[C4] the audit at the command line', () => {
  it('is looked through while its core is at work, and an edit is named', async () => {
    expect(await verifyStore({ dataDir: folder }, null)).toMatchObject({ entries: 700, faults: [] });
    db.exec("UPDATE audit_entry SET subject = 'otto' WHERE n = 600");
    const { faults } = await verifyStore({ dataDir: folder }, null);
    expect(faults[0]).toEqual({ n: 600, fault: 'the entry or the one before it was changed' });
  });

  it('is exported to a file that is looked through without the core', async () => {
    const path = await exported();
    const { head } = await verifyStore({ dataDir: folder }, null);
    expect(await verifyExport(path, null)).toEqual({ entries: 700, head, faults: [] });
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.filter((_, i) => i !== 300).join('\n'));
    expect((await verifyExport(path, null)).faults[0]?.n).toBe(301);
    writeFileSync(path, lines.slice(0, 400).join('\n'));
    expect((await verifyExport(path, null)).faults).toHaveLength(1);
    writeFileSync(path, `${lines.slice(0, 5).join('\n')}\n{"n":5`);
    await expect(verifyExport(path, null)).rejects.toThrow('line 6 is no entry of an audit');
    writeFileSync(path, '{"entries":[]}\n');
    await expect(verifyExport(path, null)).rejects.toThrow('its first line has no head');
  });

  it('made anew as a whole is found by an entry that was noted elsewhere', async () => {
    const { head } = await verifyStore({ dataDir: folder }, null);
    const noted = { n: head.n, hash: head.hash };
    trail.append('anna', 'read', { profile: 'P1' }, 800_000);
    expect((await verifyStore({ dataDir: folder }, noted)).faults).toEqual([]);
    db.exec(
      "DELETE FROM audit_entry; DELETE FROM audit_payload; DELETE FROM audit_customer; UPDATE audit_head SET n = 0, hash = ''",
    );
    for (let n = 1; n <= 701; n++) trail.append('anna', 'read', { profile: 'P1' }, 1_000 * n);
    expect((await verifyStore({ dataDir: folder }, null)).faults).toEqual([]);
    expect((await verifyStore({ dataDir: folder }, noted)).faults).toEqual([
      { n: 700, fault: 'the entry is not the one that was noted' },
    ]);
  });
});
