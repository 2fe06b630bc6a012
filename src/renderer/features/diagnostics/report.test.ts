import { describe, expect, it } from 'vitest';
import type { StatusView } from '../../../bridge/views.ts';
import { reportOf } from './report.ts';

const status = {
  ...{
    connection: 'live',
    since: '2026-11-27T20:00:00Z',
    latencyMs: 38,
    reason: null,
    notices: [],
    waiting: 2,
  },
  ...{
    needsYou: 0,
    outboxShare: 0.01,
    held: 0,
    stuckSince: null,
    upgrade: null,
    profiles: 212,
    expected: 1204,
  },
  ...{
    snapshot: { scope: 'profile:Anna-Weber', rows: 1 },
    bundle: { version: '41', validUntil: '2026-11-28T20:00:00Z' },
  },
  ...{
    station: 'SECRET-DESK',
    zone: 'Europe/Berlin',
    operator: 'Maria Brandt',
    role: 'operator',
    simulation: null,
  },
  ...{ protection: 'keystore', leaseUntil: null, divergence: { since: null, repairs: 0, repairedAt: null } },
} as StatusView;

const report = reportOf({
  at: '2026-11-27T21:00:00Z',
  shell: { version: '0.1.0', platform: 'linux', engines: { electron: '45', chrome: '142', node: '24' } },
  status,
  replica: null,
  processes: [{ type: 'Browser', bytes: 1 }],
  calls: [{ name: 'search', ms: 60, at: '2026-11-27T20:59:00Z' }],
});

describe('what support is given', () => {
  it('says how it is with the console', () => {
    expect(report).toMatchObject({
      version: '0.1.0',
      connection: { state: 'live', latencyMs: 38, waiting: 2 },
      slowCalls: [{ name: 'search', ms: 60 }],
    });
  });

  it('names no customer, operator or station', () => {
    expect(JSON.stringify(report)).not.toMatch(/Weber|Brandt|SECRET/u);
  });
});
