import { describe, expect, it } from 'vitest';
import type { SearchHit, SearchView } from '../../../bridge/views.ts';
import { awaitsAnotherLine, claimOf, provenBy, shortName } from './identity.ts';
import { idleOf } from './idle.ts';
import { outOfService } from './service.ts';

const hit = (profileId: string, name: string, matched: string): SearchHit => ({
  ...{ profileId, name, matched, matchedText: '', flight: null, departs: null, alert: null },
  expectedHere: true,
});
const view = (hits: SearchHit[], given: Partial<SearchView> = {}): SearchView => ({
  ...{ hits, more: false, recognised: null, document: null, bearer: null },
  ...given,
});
const anna = { profileId: 'anna', name: 'Anna Müller' };

describe('who stands before a kiosk', () => {
  it('is never found by a name or by the beginning of a code', () => {
    expect(claimOf('Müller', view([hit('anna', 'Anna Müller', 'name')]))).toBeNull();
    expect(claimOf('QX7R2', view([hit('anna', 'Anna Müller', 'booking')]))).toBeNull();
    expect(claimOf('QX7R2M', view([hit('anna', 'Anna Müller', 'booking')]))).toEqual({
      ...{ by: 'code', among: [anna] },
    });
  });

  it('has shown it where the beginning of a name fits, however it is spelt', () => {
    const among = [anna, { profileId: 'li', name: 'Li Ng' }];
    expect(provenBy('mul', among)).toEqual([anna]);
    expect(provenBy('NG', among).map((one) => one.profileId)).toEqual(['li']);
    for (const wrong of ['', 'M', 'MU', 'MUX', 'N']) expect(provenBy(wrong, among)).toEqual([]);
    expect(shortName('Anna Maria Müller')).toBe('Anna M.');
  });

  it('waits for the second line of a passport', () => {
    expect(awaitsAnotherLine('P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<')).toBe(true);
    expect(awaitsAnotherLine('QX7R2M')).toBe(false);
  });
});

describe('how long a screen stays', () => {
  it('asks first, can be put off, then is over', () => {
    const setting = { idleSeconds: 45, askSeconds: 20 };
    expect(idleOf(0, 44_999, setting)).toEqual({ is: 'here' });
    expect(idleOf(0, 45_000, setting)).toEqual({ is: 'asking', seconds: 20 });
    expect(idleOf(60_000, 64_000, setting)).toEqual({ is: 'here' });
    expect(idleOf(0, 65_000, setting)).toEqual({ is: 'over' });
  });
});

describe('whether a kiosk serves', () => {
  const good = {
    status: { connection: 'live' as const, profiles: 3 },
    link: 'connected' as const,
    hasTrouble: false,
    kiosk: { closed: false, missing: [] },
  };
  it('serves on without a connection as long as it knows anybody', () => {
    expect(outOfService(good)).toBeNull();
    expect(outOfService({ ...good, status: { connection: 'offline', profiles: 3 } })).toBeNull();
    expect(outOfService({ ...good, status: { connection: 'offline', profiles: 0 } })).toEqual({
      why: 'noData',
    });
  });
  it('says why not', () => {
    expect(outOfService({ ...good, kiosk: { closed: true, missing: ['scanner'] } })).toEqual({
      why: 'staff',
    });
    expect(outOfService({ ...good, kiosk: { closed: false, missing: ['scanner'] } })).toEqual({
      ...{ why: 'device', devices: ['scanner'] },
    });
    expect(outOfService({ ...good, status: { connection: 'revoked', profiles: 0 } })).toEqual({
      why: 'withdrawn',
    });
    expect(outOfService({ ...good, hasTrouble: true })).toEqual({ why: 'fault' });
  });
});
