import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditFaults } from '../audit/chain.ts';
import { AuditStore } from './audit.ts';
import { migrate } from './database.ts';

let db: Database.Database;
let trail: AuditStore;
beforeEach(() => {
  db = new Database(':memory:');
  migrate(db);
  trail = new AuditStore(db);
  for (let n = 1; n <= 1_200; n++) trail.append('anna', 'read', { profile: `P${n % 7}` }, 1_000 * n);
});
const faults = () => auditFaults(trail.entries(), trail.head()).map(({ n }) => n);

describe('the audit in the file', () => {
  it('[C4] is whole, and an edit, a gap or a cut end of the file is found at its place', () => {
    expect(faults()).toEqual([]);
    for (const [edit, at] of [
      ["UPDATE audit_entry SET subject = 'otto' WHERE n = 700", 700],
      ['UPDATE audit_entry SET at = at + 1 WHERE n = 501', 501],
      ["UPDATE audit_payload SET detail = '{}' WHERE n = 3", 3],
      ['DELETE FROM audit_entry WHERE n = 500', 501],
      ['DELETE FROM audit_entry WHERE n > 1190', 1190],
      ['DELETE FROM audit_payload WHERE n = 1200', 1200],
      ['DELETE FROM audit_entry WHERE n < 10', 10],
    ] as const) {
      db.exec(`SAVEPOINT tried; ${edit}`);
      expect(faults(), edit).toContain(at);
      db.exec('ROLLBACK TO tried');
    }
    expect(faults()).toEqual([]);
  });

  it('[C4] loses what it says of an erased customer with the salt, not the entries', () => {
    const about = trail.about('P3');
    const entries = trail.erase('P3');
    expect(entries).toEqual(about.map(({ n }) => n));
    expect(faults()).toEqual(entries);
    trail.append('chief', 'erase', { entries }, 2_000_000);
    expect(faults()).toEqual([]);
    expect(trail.about('P3')).toEqual([]);
    expect(trail.about('P4')).toHaveLength(171);
  });

  it('[C4] is cut by age, and says so itself', () => {
    expect(trail.cut(1_000 * 800, 2_000_000)).toBe(799);
    expect(trail.head()).toMatchObject({ n: 1_201, cut: 799 });
    expect(faults()).toEqual([]);
    expect(trail.cut(1_000 * 800, 2_000_000)).toBe(0);
    expect(trail.head().n).toBe(1_201);
    db.exec('DELETE FROM audit_entry WHERE n = 800; UPDATE audit_head SET cut = 800');
    expect(faults()).toContain(800);
  });

  it('[C4] takes over the entries of its earlier form', () => {
    db.exec(
      "INSERT INTO audit (at, subject, what, detail, hash) VALUES (5, 'otto', 'find', '{\"found\":[\"P9\"]}', 'x')",
    );
    trail.carryOver();
    expect(trail.about('P9')).toMatchObject([{ n: 1_201, at: 5, subject: 'otto', what: 'find' }]);
    expect(faults()).toEqual([]);
    expect(db.prepare('SELECT count(*) AS rows FROM audit').get()).toEqual({ rows: 0 });
  });
});
