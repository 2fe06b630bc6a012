import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/**
 * With KAIROS_TEST_DATABASE (a server's URL) the core of each data folder is a node of a database of its own: the same
 * suites then run over both stores. Undefined: over the file of its own.
 */

const serverOf = (): string | undefined => process.env['KAIROS_TEST_DATABASE'];

const nameOf = (dataDir: string): string =>
  `kairos_${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;

async function onServer(server: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

export async function databaseOf(dataDir: string): Promise<string | undefined> {
  const server = serverOf();
  if (server === undefined) return undefined;
  const name = nameOf(dataDir);
  await onServer(server, async (client) => {
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rows.length === 0) await client.query(`CREATE DATABASE ${name}`);
  });
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

export type StoreCopy = { putBack(): Promise<void>; discard(): void };

/**
 * A copy of a stopped core's store that can be put back without a word to the core, as who looks after machines or
 * databases does it: of its folder or, where it is a node, of its database.
 */
export async function copyOfStore(dataDir: string): Promise<StoreCopy> {
  const server = serverOf();
  if (server !== undefined) return copyOfDatabase(server, nameOf(dataDir));
  const copy = mkdtempSync(join(tmpdir(), 'kairos-copy-'));
  cpSync(dataDir, copy, { recursive: true });
  return {
    async putBack() {
      rmSync(dataDir, { recursive: true });
      cpSync(copy, dataDir, { recursive: true });
    },
    discard: () => rmSync(copy, { recursive: true, force: true }),
  };
}

/** The node's image stays as it is: ahead of what is put back. The server, and the copy with it, lives as long as the run. */
async function copyOfDatabase(server: string, name: string): Promise<StoreCopy> {
  const copy = `${name}_copy`;
  const replace = (name: string, template: string) =>
    onServer(server, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    });
  await replace(copy, name);
  return { putBack: () => replace(name, copy), discard: () => undefined };
}
