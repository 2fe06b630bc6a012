/**
 * `npm run test:shared` runs the suites that touch the store against PostgreSQL: each core of them is a node of a database
 * of its own. A server is started for it, unless DATABASE_URL names one.
 */
import { startPostgres } from './postgres.ts';

export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['DATABASE_URL'];
  const server = given === undefined ? await startPostgres() : undefined;
  process.env['KAIROS_TEST_DATABASE'] = given ?? server?.url;
  return server && (() => server.stop());
}
