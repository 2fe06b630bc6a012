/** A station under test: a real core process, a real Electron console on it, and the public doors to feed it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ElectronApplication, _electron as electron, expect, type Page } from '@playwright/test';
import { Analytics } from '@segment/analytics-node';

export const root = join(import.meta.dirname, '..', '..');

export type Core = {
  url: string;
  writeKey: string;
  consoleToken: string;
  pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
};

/** Starts a core on `dataDir`; the first line of its output says where it is. `extra`: flags beside the usual ones. */
export async function startCore(dataDir: string, port = 0, extra: string[] = []): Promise<Core> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(root, 'out', 'main', 'core.js'), '--port', String(port), '--data', dataDir, '--dev', ...extra],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', resolve);
    void ended.then(() => reject(new Error('the core ended before it said where it is')));
  });
  const access = JSON.parse(first) as Omit<Core, 'kill'>;
  return {
    ...access,
    async kill(signal) {
      process.kill(access.pid, signal);
      await ended;
    },
  };
}

export type Console = { app: ElectronApplication; page: Page; close(): Promise<void> };

/** [S23] What the page's own policy has blocked since the console's first start on this data. */
export function violationsIn(dataDir: string): string[] {
  const log = join(dataDir, 'console.log');
  return existsSync(log) ? (readFileSync(log, 'utf8').match(/csp: .*/gu) ?? []) : [];
}

/** Opens a console on a core. The key store of a test machine is none, so the choice is made explicitly by flag. */
export async function openConsole(
  core: Pick<Core, 'url' | 'consoleToken'>,
  dataDir: string,
  extra: string[] = [],
  { violates = false } = {},
): Promise<Console> {
  const { ELECTRON_RUN_AS_NODE: _unset, ...environment } = process.env;
  const app = await electron.launch({
    args: [
      root,
      '--data',
      dataDir,
      '--core',
      core.url,
      '--protection',
      'unprotected',
      '--disable-gpu',
      ...extra,
    ],
    env: { ...(environment as { [name: string]: string }), KAIROS_TOKEN: core.consoleToken },
  });
  const page = await app.firstWindow();
  return {
    app,
    page,
    close: async () => {
      await app.close().catch(() => undefined);
      if (!violates) expect(violationsIn(dataDir)).toEqual([]);
    },
  };
}

/** The cable between console and core: cut, every connection breaks and none is made, as when it is pulled. */
export type Cable = { url: string; cut(): void; mend(): void; close(): Promise<void> };

export async function layCable(to: string): Promise<Cable> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = dial(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const cut = (): void => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    mend: () => {
      whole = true;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export type Station = {
  folder: string;
  core: Core;
  cable: Cable;
  console: Console;
  segment: Analytics;
  /** Starts the core again on the same data and port, after it was killed. */
  restartCore(): Promise<void>;
  /** Opens the console again on the same data, after it was ended or killed. */
  reopen(): Promise<void>;
  end(): Promise<void>;
};

/** `files`: of the core's data folder before it starts, such as `feeds.json`. */
export async function openStation(
  prepare: (segment: Analytics) => Promise<void> = async () => undefined,
  files: { [name: string]: object } = {},
): Promise<Station> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-e2e-'));
  mkdirSync(join(folder, 'core'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, 'core', name), JSON.stringify(content));
  const core = await startCore(join(folder, 'core'));
  const segment = source(core);
  await prepare(segment);
  const cable = await layCable(core.url);
  const open = () =>
    openConsole({ url: cable.url, consoleToken: core.consoleToken }, join(folder, 'console'));
  const station: Station = {
    folder,
    core,
    cable,
    segment,
    console: await open(),
    async reopen() {
      station.console = await open();
    },
    async restartCore() {
      const port = Number(new URL(station.core.url).port);
      station.core = await startCore(join(folder, 'core'), port);
    },
    async end() {
      await segment.closeAndFlush({ timeout: 2_000 }).catch(() => undefined);
      await station.console.close();
      await cable.close();
      await station.core.kill('SIGTERM').catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return station;
}

/** The Segment SDK as a customer's own code would use it. */
export const source = (core: Pick<Core, 'url' | 'writeKey'>): Analytics =>
  new Analytics({ writeKey: core.writeKey, host: core.url, flushAt: 20, flushInterval: 20, maxRetries: 10 });

/** Resolves when everything tracked so far has been acknowledged by the core, that is durable and folded. */
export const flushed = (segment: Analytics): Promise<void> => segment.flush().then(() => undefined);

export const live = (page: Page): Promise<void> =>
  page.locator('[data-connection="live"]').waitFor({ timeout: 20_000 });
