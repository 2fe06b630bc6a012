import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRecorder } from './recorder.testing.ts';

/** Beside the packages, which the bundle leaves to Node to find. */
const cache = resolve('node_modules/.cache');
let dir = '';

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  dir = mkdtempSync(join(cache, 'demo-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve('src/demo/entry.ts'),
      outDir: dir,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'demo.mjs' } },
    },
  });
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function start(...flags: string[]): {
  child: ChildProcess;
  out: string[];
  err: string[];
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [join(dir, 'demo.mjs'), ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.on('data', (chunk) => out.push(String(chunk)));
  child.stderr?.on('data', (chunk) => err.push(String(chunk)));
  return { child, out, err, ended: new Promise((done) => child.once('close', done)) };
}

describe('the program', () => {
  it('ends with 2 and one sentence on a bad flag', async () => {
    const { out, err, ended } = start('--url', 'http://127.0.0.1:1', '--write-key', 'k', '--speed', 'fast');
    expect(await ended).toBe(2);
    expect(out).toEqual([]);
    expect(err.join('')).toMatch(/^--speed must be a number from 0.1 to 1000, not "fast"\. Usage: .+\n$/);
  });

  it('loads, says so in one line, goes on live and ends with 0 on SIGTERM', async () => {
    const core = await startRecorder();
    const { child, out, err, ended } = start('--url', core.url, '--write-key', 'k', '--passengers', '40');
    await core.until(() => core.messages.some((m) => m.properties?.status === 'cancelled'));
    await core.until(() => core.contacts.some((c) => c.kind === 'call' && c.state === 'ringing'));
    const cancelled = core.messages.find((m) => m.properties?.status === 'cancelled');
    expect(Math.abs(Date.parse(cancelled?.timestamp ?? '') - Date.now())).toBeLessThan(60_000);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(JSON.parse(out.join(''))).toEqual({ loaded: expect.any(Number), rejected: 0 });
    expect(err).toEqual([]);
    await core.stop();
  });

  it('ends with 1 when the core takes nothing from this key', async () => {
    const core = await startRecorder();
    for (let i = 0; i < 1000; i++)
      core.replies.push({ status: 401, body: { error: { code: 'unauthorized' } } });
    const { err, ended } = start('--url', core.url, '--write-key', 'wrong', '--passengers', '1');
    expect(await ended).toBe(1);
    expect(err.join('')).toContain(
      'The core took none of the events: the write key or the address is wrong.',
    );
    await core.stop();
  });
});
