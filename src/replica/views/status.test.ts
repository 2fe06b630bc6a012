import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LINK_REASONS, type Notice } from '../../bridge/reports.ts';
import { BYE_REASONS, CONNECT_CODES, HELLO_CODES } from '../../protocol/codes.ts';
import { newOutbox } from '../outbox/model.ts';
import { EMPTY_META } from '../store/memory.ts';
import { newSession } from '../sync/session.ts';
import { statusView } from './status.ts';

const CONFIG = {
  dataDir: '',
  coreUrl: '',
  token: '',
  station: 'FRA',
  operator: 'op',
  role: 'operator' as const,
  keys: { replica: null, outbox: null },
  protection: 'keystore' as const,
  wanted: [],
  simulation: null,
};

const PARTS = {
  session: newSession(0),
  meta: EMPTY_META,
  outbox: newOutbox('c'),
  latencyMs: null,
  profiles: 0,
  expected: 0,
  bundle: null,
  leaseUntil: null,
  held: 0,
  now: 0,
  notices: [],
};

const shown = (reason: string | null, notices: Notice[] = []) =>
  statusView(CONFIG, { ...PARTS, session: { ...newSession(0), phase: 'waiting', reason }, notices });

/** Every code that the session gives as a reason, as its text has it. */
function reasonsInSource(): string[] {
  const folder = join(import.meta.dirname, '..', 'sync');
  const code = readdirSync(folder)
    .filter((name) => !name.includes('.test.'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const found = [...code.matchAll(/(?:lost\(turn, |away\(turn, |reason: )'(\w+)'/gu)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(found)].filter((reason) => reason !== 'replaced');
}

describe('the status', () => {
  it('gives only reasons that have words', () => {
    const told = BYE_REASONS.filter((reason) => reason !== 'replaced').map((reason) => `core_${reason}`);
    const byItself = ['core_token_expired', 'core_station_revoked'];
    const reasons = [
      ...reasonsInSource(),
      ...told.filter((reason) => !byItself.includes(reason)),
      ...Object.keys(CONNECT_CODES),
      ...Object.keys(HELLO_CODES).filter((code) => code !== 'client_of_other'),
    ];
    expect(reasons.length).toBeGreaterThan(15);
    const unworded = reasons.filter(
      (reason) => !/^(frame|snap)_/u.test(reason) && shown(reason).reason !== reason,
    );
    expect(unworded).toEqual([]);
    expect(shown('frame_order').reason).toBe('core_unreadable');
  });

  it('has no reason that nothing gives, and says of a full disk that it is full', () => {
    expect(Object.keys(LINK_REASONS).filter((code) => shown(code).reason !== code)).toEqual([]);
    expect(shown('store_failed', ['disk_full'])).toMatchObject({
      reason: 'disk_full',
      notices: ['disk_full'],
    });
    expect(shown('store_failed', ['replica_rebuilt']).reason).toBe('store_failed');
  });
});

it('shows times of day in the zone of the station, wherever its airport is known', () => {
  const zone = (station: string) => statusView({ ...CONFIG, station }, PARTS).zone;
  expect([zone('FRA'), zone('JFK B42'), zone('desk 7')]).toEqual(['Europe/Berlin', 'America/New_York', null]);
});
