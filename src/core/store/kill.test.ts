import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

type Started = { url: string; writeKey: string; consoleToken: string; pid: number };

async function start(data: string): Promise<{ child: ChildProcess; core: Started }> {
  const child = spawn(process.execPath, ['scripts/core.mjs', '--port', '0', '--data', data, '--dev'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const core = await new Promise<Started>((done, fail) => {
    lines.once('line', (line) => done(JSON.parse(line) as Started));
    child.once('exit', (code) => fail(new Error(`the core ended with ${code} before its first line`)));
  });
  return { child, core };
}

const ended = (child: ChildProcess) => new Promise((done) => child.once('exit', done));

/** Sends events one after the other until the core is gone; returns the numbers of those that were acknowledged. */
async function sendUntilGone(
  core: Started,
  from: number,
  killAfter: number,
  kill: () => void,
): Promise<number[]> {
  const acknowledged: number[] = [];
  const authorization = `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;
  const sender = async (lane: number) => {
    for (let i = from + lane; ; i += 4) {
      try {
        const answer = await fetch(`${core.url}/v1/track`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({
            userId: `u${i % 5}`,
            messageId: `k${i}`,
            event: 'Preference Changed',
            properties: { name: `n${i}`, value: i },
          }),
        });
        if (answer.status !== 200) return;
        acknowledged.push(i);
        if (acknowledged.length === killAfter) kill();
      } catch {
        return;
      }
    }
  };
  await Promise.all([0, 1, 2, 3].map(sender));
  return acknowledged;
}

describe('core.db', () => {
  it('[A23] loses no acknowledged event when the process is killed, again and again', async () => {
    const data = mkdtempSync(join(tmpdir(), 'core-kill-'));
    const kept = new Set<number>();
    for (let round = 0; round < 5; round++) {
      const { child, core } = await start(data);
      const gone = ended(child);
      const numbers = await sendUntilGone(core, round * 1_000, 20 + round * 17, () => child.kill('SIGKILL'));
      await gone;
      for (const number of numbers) kept.add(number);
    }
    const { child, core } = await start(data);
    const facts = new Map<string, unknown>();
    for (let user = 0; user < 5; user++) {
      const answer = await fetch(`${core.url}/v1/profiles/by/userId/u${user}`, {
        headers: { authorization: `Bearer ${core.consoleToken}` },
      });
      const { profile } = (await answer.json()) as {
        profile: { facts: { [name: string]: { value: unknown } } };
      };
      for (const [name, fact] of Object.entries(profile.facts)) facts.set(name, fact.value);
    }
    for (const number of kept) expect(facts.get(`preference.n${number}`)).toBe(number);
    expect(kept.size).toBeGreaterThan(100);
    const gone = ended(child);
    child.kill('SIGTERM');
    expect(await gone).toBe(0);
  }, 120_000);
});
