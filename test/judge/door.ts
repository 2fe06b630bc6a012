/** The command line as an outsider meets it: lines in, lines out. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');

/** How the process is started: as a user does, or by another program (Electron as Node) on the built file. */
export type Start = { command: string; args: string[]; env?: NodeJS.ProcessEnv };
export const BY_NPM: Start = { command: 'npm', args: ['run', '-s', 'decide', '--'] };
export const BUILT: Start = { command: process.execPath, args: [join(ROOT, 'out/main/decide.js')] };

export type Flags = { seed?: number; learn?: boolean };

/** One process with one bundle. `ask` keeps no more than a few lines in flight: answers must come without an end. */
export class Door {
  private readonly child: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), 'kairos-judge-'));
  private readonly waiting: ((line: string) => void)[] = [];
  private readonly surplus: string[] = [];
  readonly ended: Promise<number | null>;
  errors = '';

  constructor(bundle: string, { seed = 0, learn = false }: Flags = {}, start: Start = BUILT) {
    const file = join(this.folder, 'bundle.json');
    writeFileSync(file, bundle);
    const flags = ['--bundle', file, '--seed', String(seed), ...(learn ? ['--learn'] : [])];
    const env = { ...process.env, ...start.env };
    this.child = spawn(start.command, [...start.args, ...flags], { cwd: ROOT, env, stdio: 'pipe' });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const take = this.waiting.shift();
      if (take) take(line);
      else this.surplus.push(line);
    });
    this.child.stderr!.on('data', (data: Buffer) => {
      this.errors += data.toString();
    });
    // A bad bundle ends the process before it reads.
    this.child.stdin!.on('error', () => {});
    this.ended = new Promise((done) =>
      this.child.once('close', (code) => {
        rmSync(this.folder, { recursive: true, force: true });
        for (const take of this.waiting.splice(0)) take('{"error":{"code":"ended","message":""}}');
        done(code);
      }),
    );
  }

  /** The answer to one line, as text. */
  askText(line: string): Promise<string> {
    const answer = new Promise<string>((take) => this.waiting.push(take));
    this.child.stdin!.write(`${line}\n`);
    return answer;
  }

  async ask<T>(line: unknown): Promise<T> {
    return JSON.parse(await this.askText(JSON.stringify(line))) as T;
  }

  /** Ends the input; answers the exit code. Lines that nobody asked for are an error of the process. */
  async end(): Promise<number | null> {
    this.child.stdin!.end();
    const code = await this.ended;
    if (this.surplus.length > 0) throw new Error(`${this.surplus.length} lines too many`);
    return code;
  }
}
