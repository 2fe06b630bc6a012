import type Database from 'better-sqlite3';
import type { Receipt, ReceiptStatus } from '../../domain/command.ts';
import { AuditStore } from './audit.ts';
import type {
  Alarm,
  AuditDetail,
  ClientRecord,
  ClientStore,
  CommandRecord,
  MidRecord,
  WipeOrder,
} from './client-contract.ts';
import type { Db } from './database.ts';

/** Clients, mids, commands, attempts, grants, wipes, alarms, audit: the bookkeeping of sync and commands. */

const SQL = {
  client: 'SELECT client_id, subject, last_mid, generation, conn, seen FROM client WHERE client_id = ?',
  putClient: `INSERT INTO client (client_id, subject, last_mid, generation, conn, seen) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (client_id) DO UPDATE SET subject = excluded.subject, last_mid = excluded.last_mid,
      generation = excluded.generation, conn = excluded.conn, seen = excluded.seen`,
  dropClient: 'DELETE FROM client WHERE client_id = ?',
  dropMids: 'DELETE FROM mid WHERE client_id = ?',
  dropGrants: 'DELETE FROM find_grant WHERE client_id = ?',
  clientsOf: `SELECT client_id, subject, last_mid, generation, conn, seen FROM client WHERE subject = ?
    ORDER BY seen, client_id`,
  subjects: `SELECT subject, count(*) AS consoles, max(seen) AS seen FROM client GROUP BY subject
    ORDER BY subject`,
  mid: 'SELECT mid, id, status, code, detail, seq FROM mid WHERE client_id = ? AND mid = ?',
  midsAfter: `SELECT mid, id, status, code, detail, seq FROM mid WHERE client_id = ? AND mid > ?
    ORDER BY mid LIMIT ?`,
  midAt: 'SELECT max(mid) AS mid FROM mid WHERE client_id = ? AND seq <= ?',
  firstMid: 'SELECT min(mid) - 1 AS mid FROM mid WHERE client_id = ?',
  addMid:
    'INSERT INTO mid (client_id, mid, id, status, code, detail, seq, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  command: 'SELECT id, subject, payload_hash, status, code, detail, seq FROM command WHERE id = ?',
  putCommand: `INSERT INTO command (id, subject, payload_hash, status, code, detail, seq, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  attempts: 'SELECT count FROM attempt WHERE id = ?',
  setAttempts: `INSERT INTO attempt (id, count, at) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET count = excluded.count, at = excluded.at`,
  dropAttempts: 'DELETE FROM attempt WHERE id = ?',
  grants: 'SELECT scope, at FROM find_grant WHERE client_id = ?',
  putGrant: `INSERT INTO find_grant (client_id, scope, at) VALUES (?, ?, ?)
    ON CONFLICT (client_id, scope) DO UPDATE SET at = excluded.at`,
  writer: 'SELECT subject, at FROM fact_writer WHERE profile = ? AND fact = ?',
  putWriter: `INSERT INTO fact_writer (profile, fact, subject, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (profile, fact) DO UPDATE SET subject = excluded.subject, at = excluded.at`,
  openWipe:
    'SELECT id, mode, profiles FROM wipe WHERE client_id = ? AND done IS NULL ORDER BY at, id LIMIT 1',
  toWipe: 'SELECT DISTINCT client_id FROM wipe WHERE done IS NULL ORDER BY client_id',
  addWipe:
    'INSERT OR IGNORE INTO wipe (id, client_id, subject, mode, at, profiles) VALUES (?, ?, ?, ?, ?, ?)',
  oweErasures: `INSERT OR IGNORE INTO wipe (id, client_id, subject, mode, at, profiles)
    SELECT id, ?, ?, 'replica', ?, profiles FROM erasure WHERE seq > ?`,
  closeWipe: 'UPDATE wipe SET done = ?, pending = ? WHERE id = ? AND client_id = ? AND done IS NULL',
  addAlarm: 'INSERT INTO alarm (kind, at, detail) VALUES (?, ?, ?)',
  alarms: 'SELECT kind, at, detail FROM alarm ORDER BY rid DESC LIMIT 1000',
  noteDetail: 'INSERT OR REPLACE INTO detailed_command (id, profile) VALUES (?, ?)',
  generation: 'SELECT generation FROM revocation WHERE subject = ?',
  revokedAt: 'SELECT at FROM revocation WHERE subject = ?',
  raise: `INSERT INTO revocation (subject, generation, at) VALUES (?, 1, ?)
    ON CONFLICT (subject) DO UPDATE SET generation = generation + 1, at = excluded.at`,
  cutMids: 'DELETE FROM mid WHERE at < ?',
  cutCommands: 'DELETE FROM command WHERE at < ?',
  cutAttempts: 'DELETE FROM attempt WHERE at < ?',
  cutGrants: 'DELETE FROM find_grant WHERE at < ?',
} as const;

type Statement = Database.Statement<unknown[]>;
type Sql = { [N in keyof typeof SQL]: Statement };
type RawClient = {
  client_id: string;
  subject: string;
  last_mid: number;
  generation: number;
  conn: string;
  seen: number;
};
type RawReceipt = { status: string; code: string; detail: string | null };

const DAY_MS = 86_400_000;
const GRANT_MS = DAY_MS / 2;

export class SqliteClients implements ClientStore {
  private readonly sql: Sql;
  private readonly trail: AuditStore;

  constructor(db: Db, trail = new AuditStore(db)) {
    this.trail = trail;
    this.sql = Object.fromEntries(Object.entries(SQL).map(([name, text]) => [name, db.prepare(text)])) as Sql;
  }

  client(clientId: string): ClientRecord | undefined {
    const raw = this.sql.client.get(clientId) as RawClient | undefined;
    return raw && clientOf(raw);
  }

  clientsOf(subject: string): ClientRecord[] {
    return (this.sql.clientsOf.all(subject) as RawClient[]).map(clientOf);
  }

  /** Whoever has had a console, with how many and the last sight of them, ms. */
  subjects(): { subject: string; consoles: number; seen: number }[] {
    return this.sql.subjects.all() as { subject: string; consoles: number; seen: number }[];
  }

  putClient({ clientId, subject, lastMid, generation, conn, seen }: ClientRecord): void {
    this.sql.putClient.run(clientId, subject, lastMid, generation, conn, seen);
  }

  forgetClient(clientId: string): void {
    this.sql.dropMids.run(clientId);
    this.sql.dropGrants.run(clientId);
    this.sql.dropClient.run(clientId);
  }

  mid(clientId: string, mid: number): MidRecord | undefined {
    const raw = this.sql.mid.get(clientId, mid) as (Omit<MidRecord, keyof Receipt> & RawReceipt) | undefined;
    return raw && { mid: raw.mid, id: raw.id, seq: raw.seq, ...receiptOf(raw) };
  }

  midsAfter(clientId: string, after: number, limit: number): MidRecord[] {
    const rows = this.sql.midsAfter.all(clientId, after, limit) as (Omit<MidRecord, keyof Receipt> &
      RawReceipt)[];
    return rows.map((raw) => ({ mid: raw.mid, id: raw.id, seq: raw.seq, ...receiptOf(raw) }));
  }

  midAt(clientId: string, seq: number): number | undefined {
    const found = this.sql.midAt.get(clientId, seq) as { mid: number | null };
    const first = this.sql.firstMid.get(clientId) as { mid: number | null };
    return found.mid ?? first.mid ?? undefined;
  }

  addMid(clientId: string, { mid, id, status, code, detail, seq }: MidRecord, at: number): void {
    this.sql.addMid.run(clientId, mid, id, status, code, detail && JSON.stringify(detail), seq, at);
  }

  command(id: string): CommandRecord | undefined {
    type Raw = { id: string; subject: string; payload_hash: string; seq: number } & RawReceipt;
    const raw = this.sql.command.get(id) as Raw | undefined;
    if (!raw) return undefined;
    const { subject, seq, payload_hash: payloadHash } = raw;
    return { id, subject, payloadHash, seq, ...receiptOf(raw) };
  }

  putCommand({ id, subject, payloadHash, status, code, detail, seq }: CommandRecord, at: number): void {
    this.sql.putCommand.run(
      id,
      subject,
      payloadHash,
      status,
      code,
      detail && JSON.stringify(detail),
      seq,
      at,
    );
  }

  attempts(id: string): number {
    return (this.sql.attempts.get(id) as { count: number } | undefined)?.count ?? 0;
  }

  setAttempts(id: string, count: number, at: number): void {
    if (count === 0) this.sql.dropAttempts.run(id);
    else this.sql.setAttempts.run(id, count, at);
  }

  grants(clientId: string): { scope: string; at: number }[] {
    return this.sql.grants.all(clientId) as { scope: string; at: number }[];
  }

  putGrant(clientId: string, scope: string, at: number): void {
    this.sql.putGrant.run(clientId, scope, at);
  }

  writer(profileId: string, fact: string): { subject: string; at: string } | undefined {
    return this.sql.writer.get(profileId, fact) as { subject: string; at: string } | undefined;
  }

  putWriter(profileId: string, fact: string, subject: string, at: string): void {
    this.sql.putWriter.run(profileId, fact, subject, at);
  }

  openWipe(clientId: string): WipeOrder | undefined {
    const raw = this.sql.openWipe.get(clientId) as
      | (Omit<WipeOrder, 'profiles'> & { profiles: string | null })
      | undefined;
    if (!raw) return undefined;
    const { profiles, ...order } = raw;
    return profiles === null ? order : { ...order, profiles: JSON.parse(profiles) as string[] };
  }

  clientsToWipe(): string[] {
    return (this.sql.toWipe.all() as { client_id: string }[]).map((one) => one.client_id);
  }

  addWipe({ id, mode, profiles }: WipeOrder, clientId: string, subject: string, at: number): void {
    this.sql.addWipe.run(id, clientId, subject, mode, at, profiles ? JSON.stringify(profiles) : null);
  }

  oweErasures(clientId: string, subject: string, cursor: number, at: number): void {
    this.sql.oweErasures.run(clientId, subject, at, cursor);
  }

  closeWipe(id: string, clientId: string, pending: number, at: number): boolean {
    return this.sql.closeWipe.run(at, pending, id, clientId).changes > 0;
  }

  addAlarm(kind: string, detail: string, at: number): void {
    this.sql.addAlarm.run(kind, at, detail);
  }

  alarms(): Alarm[] {
    const rows = this.sql.alarms.all() as { kind: string; at: number; detail: string }[];
    return rows.map(({ kind, at, detail }) => ({ kind, at: new Date(at).toISOString(), detail }));
  }

  audit(subject: string, what: string, detail: AuditDetail, at: number): void {
    this.trail.append(subject, what, detail, at);
  }

  noteDetail(commandId: string, profileId: string): void {
    this.sql.noteDetail.run(commandId, profileId);
  }

  generation(subject: string): number {
    return (this.sql.generation.get(subject) as { generation: number } | undefined)?.generation ?? 0;
  }

  revokedAt(subject: string): number {
    return (this.sql.revokedAt.get(subject) as { at: number } | undefined)?.at ?? Number.NEGATIVE_INFINITY;
  }

  raise(subject: string, at: number): void {
    this.sql.raise.run(subject, at);
  }

  prune(now: number): void {
    this.sql.cutMids.run(now - 30 * DAY_MS);
    this.sql.cutCommands.run(now - 60 * DAY_MS);
    this.sql.cutAttempts.run(now - 60 * DAY_MS);
    this.sql.cutGrants.run(now - GRANT_MS);
  }
}

const clientOf = (raw: RawClient): ClientRecord => ({
  clientId: raw.client_id,
  subject: raw.subject,
  lastMid: raw.last_mid,
  generation: raw.generation,
  conn: raw.conn,
  seen: raw.seen,
});

const receiptOf = ({ status, code, detail }: RawReceipt): Receipt => ({
  status: status as ReceiptStatus,
  code,
  detail: detail === null ? null : JSON.parse(detail),
});
