/** A core for a fault test: in the test's own process, or in one of its own that can be killed and comes back. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type Core, createCore } from '../../src/core/core.ts';
import { TABLES } from '../../src/domain/rows.ts';
import { Died, Host, type HostOptions } from './children.ts';
import { type Access, Door } from './door.ts';
import type { Row } from './ipc.ts';

export interface Site {
  readonly door: Door;
  readonly folder: string;
  readonly port: number;
  close(): Promise<unknown>;
}

/** The core runs in this very process: quick, and it lives as long as the test wants. */
export class LocalSite implements Site {
  readonly folder: string;
  readonly door = new Door(() => this.access);
  port = 0;
  private core: Core | null = null;

  constructor(folder: string) {
    this.folder = folder;
  }

  private get access(): Access {
    if (this.core === null) throw new Error('the core is closed');
    return this.core;
  }

  async start(): Promise<this> {
    this.core = await createCore({ dataDir: this.folder, port: this.port, dev: true, station: 'FRA' });
    this.port = Number(new URL(this.core.url).port);
    return this;
  }

  async close(): Promise<void> {
    await this.core?.close();
    this.core = null;
  }

  /** Stops it, copies its folder, and starts it again. */
  async backup(to: string): Promise<void> {
    await this.close();
    rmSync(to, { recursive: true, force: true });
    cpSync(this.folder, to, { recursive: true });
    await this.start();
  }

  /** Puts a backup in its place without telling anybody. */
  async restore(from: string): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true });
    cpSync(from, this.folder, { recursive: true });
    await this.start();
  }
}

/** A core that dies at one point of its durable writes, and is then started again like any program that fell. */
export class MortalSite implements Site {
  readonly folder: string;
  readonly door = new Door(() => this.access);
  readonly port: number;
  died = false;
  host: Host;
  private readonly options: HostOptions;
  private access!: Access;
  private again: Promise<void> = Promise.resolve();

  constructor(folder: string, port: number, host: Host, options: HostOptions) {
    this.folder = folder;
    this.port = port;
    this.host = host;
    this.options = options;
  }

  /** Resolves when it is up, even if it died on the way. */
  async start(at: number): Promise<this> {
    const { host } = this;
    void host.ended.then(() => {
      if (host !== this.host) return;
      this.died = true;
      this.host = new Host(this.options);
      this.again = this.open(0);
      // Whoever needs it waits for it; nobody may be waiting when the test has ended.
      this.again.catch(() => undefined);
    });
    try {
      await this.open(at);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      await host.ended;
      await this.again;
    }
    return this;
  }

  private async open(at: number): Promise<void> {
    this.access = await this.host.openCore(this.folder, this.port, at);
  }

  /** Closes it in order; where that is what it dies of, it is closed by the next one. @returns the words of its writes */
  async close(): Promise<string[]> {
    const { host } = this;
    await this.again;
    const closed = await host.close().catch(() => null);
    if (closed) return closed.words;
    await host.ended;
    await this.again;
    return (await this.host.close()).words;
  }
}

/** What the core holds in a scope, read from its own file beside it (I1). */
export function rowsOfScope(folder: string, scope: string): Map<string, string> {
  const db = new Database(join(folder, 'core.db'), { readonly: true });
  const found = db
    .prepare<[string], [number, string, number, string]>(
      `SELECT row.tbl, row.id, row.v, row.json FROM row_scope AS s
       JOIN row ON row.tbl = s.tbl AND row.id = s.id WHERE s.scope = ?`,
    )
    .raw()
    .all(scope);
  db.close();
  return new Map(found.map(([tbl, id, v, json]) => [`${TABLES[tbl]}/${id}`, `${v} ${json}`]));
}

/** Keys at which a console's base differs from what the core holds in the scope; bundles are in every scope. */
export function differing(held: readonly Row[], truth: ReadonlyMap<string, string>): string[] {
  const base = new Map(
    held.filter((row) => row.table !== 'bundle').map((row) => [`${row.table}/${row.id}`, row]),
  );
  const wrong: string[] = [];
  for (const [key, text] of truth) {
    const row = base.get(key);
    if (!row) wrong.push(`${key} is missing`);
    else if (row.stale) wrong.push(`${key} is stale`);
    else if (`${row.v} ${row.json}` !== text) wrong.push(`${key} is ${row.v}`);
  }
  for (const key of base.keys()) if (!truth.has(key)) wrong.push(`${key} is foreign`);
  return wrong;
}

/** Wipes of an operator's consoles for which the core has no receipt. */
export function openWipes(folder: string, subject: string): string[] {
  const db = new Database(join(folder, 'core.db'), { readonly: true });
  const open = db
    .prepare<[string], string>('SELECT client_id FROM wipe WHERE subject = ? AND done IS NULL')
    .pluck()
    .all(subject);
  db.close();
  return open.map((clientId) => `no receipt for the wipe of ${clientId}`);
}
