/** Electron programs under measurement: started directly, looked into over Chromium's own protocol, ended for good. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { proportionalMb } from './core-process.ts';
import { Page } from './page.ts';

const START_LIMIT_MS = 30_000;

/** Switches that the machine demands, as `npm start` gives them, and none that changes what is measured. */
function machineSwitches(): string[] {
  if (process.platform !== 'linux') return [];
  const shared = existsSync('/dev/shm') ? statfsSync('/dev/shm') : null;
  const little = shared === null || shared.bsize * shared.blocks < 256 << 20;
  return [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...(little ? ['--disable-dev-shm-usage'] : []),
  ];
}

/** Given by scripts/bench.mjs, which knows the Electron of this machine. */
export function electronPath(): string {
  const path = process.env['KAIROS_BENCH_ELECTRON'];
  if (!path) throw new Error('KAIROS_BENCH_ELECTRON is not set: start this by `npm run bench`');
  return path;
}

/** A floor's main file, bundled beside the benchmark. */
export const floorProgram = (name: string): string => join(import.meta.dirname, `${name}.mjs`);

export class WindowProgram {
  /** Just before the process was made; ms since 1970 with fractions. */
  readonly startedAt: number;
  private readonly child: ChildProcess;
  private readonly address: Promise<string>;
  private opened: Page | null = null;

  constructor(args: readonly string[], environment: { [name: string]: string } = {}) {
    const { ELECTRON_RUN_AS_NODE: _node, ...rest } = process.env;
    this.startedAt = performance.timeOrigin + performance.now();
    this.child = spawn(
      electronPath(),
      [...args, '--remote-debugging-port=0', '--disable-gpu', ...machineSwitches()],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...rest, ...environment },
      },
    );
    this.address = this.readAddress();
    this.address.catch(() => undefined);
    // Whatever ends the benchmark ends the window with it.
    process.once('exit', this.kill);
  }

  private readonly kill = (): void => {
    this.child.kill('SIGKILL');
  };

  private readAddress(): Promise<string> {
    return new Promise((resolve, reject) => {
      let said = '';
      this.child.stderr?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('utf8')).slice(-4_000);
        const found = /DevTools listening on (ws:\S+)/u.exec(said);
        if (found) resolve(found[1] as string);
      });
      this.child.once('exit', (code) => reject(new Error(`the program ended with code ${code}: ${said}`)));
    });
  }

  /** The first window's page. */
  async page(): Promise<Page> {
    const { host } = new URL(await this.address);
    const deadline = Date.now() + START_LIMIT_MS;
    while (Date.now() < deadline) {
      this.opened = await Page.first(host);
      if (this.opened !== null) return this.opened;
      await pause(20);
    }
    throw new Error('the program opened no window');
  }

  /** Memory of all its processes in MB, shared pages counted once (proportional set size). */
  memory(): number {
    return familyOf(this.child.pid as number).reduce((sum, pid) => sum + proportionalMb(pid), 0);
  }

  /**
   * What is its own of it, in MB, by what the processes are: `main`, and Chromium's word for each kind of the others. Pages
   * of files are left out, because any other program that maps the same file takes a share of them, and gives it back.
   */
  ownMemoryByKind(): Map<string, number> {
    const byKind = new Map<string, number>();
    for (const pid of familyOf(this.child.pid as number)) {
      const kind = /--type=([\w-]+)/u.exec(ofProcess(pid, 'cmdline'))?.[1] ?? 'main';
      const mb = proportionalMb(pid, 'Pss_Anon') + proportionalMb(pid, 'Pss_Shmem');
      byKind.set(kind, (byKind.get(kind) ?? 0) + mb);
    }
    return byKind;
  }

  async end(): Promise<void> {
    this.opened?.close();
    process.removeListener('exit', this.kill);
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    const family = familyOf(this.child.pid as number);
    this.child.kill('SIGTERM');
    await Promise.race([ended, pause(5_000)]);
    for (const pid of family) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    // The last of them may still be writing to its folder.
    for (let i = 0; i < 100 && family.some((pid) => existsSync(`/proc/${pid}`)); i++) await pause(20);
  }
}

/** What the system tells of a process; nothing where it has ended meanwhile. */
function ofProcess(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

/** A process and all below it. */
function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const family = [root];
  for (const one of family) for (const [pid, parent] of parents) if (parent === one) family.push(pid);
  return family;
}

/** A console with its files in `data`, for a core that is elsewhere, which may not be there. */
export function consoleProgram(data: string, core: string, token: string): WindowProgram {
  const args = ['.', '--data', data, '--core', core, '--no-demo', '--protection', 'unprotected'];
  return new WindowProgram(args, { KAIROS_TOKEN: token });
}
