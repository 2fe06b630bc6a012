import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * With KAIROS_TEST_DATABASE (a server's URL) the core of each data folder is a node of a database of its own: the same
 * suites then run over both stores. Undefined: over the file of its own.
 */
export async function databaseOf(dataDir: string): Promise<string | undefined> {
  const server = process.env['KAIROS_TEST_DATABASE'];
  if (server === undefined) return undefined;
  const name = `kairos_${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  const client = new pg.Client(server);
  await client.connect();
  const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rows.length === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  await client.end();
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}
