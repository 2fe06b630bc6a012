import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog, redact } from '../log.ts';
import { afterDeath, NO_RESTARTS } from './backoff.ts';
import { childEnvironment } from './environment.ts';

describe('supervision', () => {
  it('[S38] starts again at once, then waits longer and longer, and forgets after a calm minute', () => {
    let restarts = NO_RESTARTS;
    const waits: number[] = [];
    for (let death = 0; death < 8; death += 1) {
      const next = afterDeath(restarts, 1000 + death);
      restarts = next.restarts;
      waits.push(next.waitMs);
    }
    expect(waits).toEqual([0, 250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(afterDeath(restarts, 1008 + 60_001).waitMs).toBe(0);
  });

  it('[S29] passes a child only what it needs', () => {
    expect(
      childEnvironment({
        PATH: '/bin',
        NODE_OPTIONS: '--inspect',
        KAIROS_TOKEN: 'x',
        ELECTRON_RUN_AS_NODE: '1',
        LD_PRELOAD: 'x',
        HOME: undefined,
      }),
    ).toEqual({ PATH: '/bin' });
  });
});

describe('the log', () => {
  it('[S27] [C8] has no token and no key in it', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
    const key = 'ab'.repeat(32);
    const line = redact(`start {"token":"opaque-1","writeKey":"wk_1"} Bearer ${token} key=${key} rows=12`);
    for (const secret of [token, key, 'opaque-1', 'wk_1']) expect(line).not.toContain(secret);
    expect(line).toContain('rows=12');
  });

  it('[S23] is told by nobody from outside how its lines begin, nor what a terminal does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kairos-log-'));
    const echoed: string[] = [];
    const log = openLog(folder, (line) => void echoed.push(line));
    log('csp: x\r\n2026-11-28T00:00:00.000Z sign-in: oidc\u2028again\r\u001b[2Jgone');
    const lines = readFileSync(join(folder, 'console.log'), 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => /^\d{4}-/u.test(line))).toHaveLength(1);
    expect(echoed.join('') + lines.join('')).not.toMatch(/[\r\u001b\u2028]/u);
    rmSync(folder, { recursive: true });
  });
});
