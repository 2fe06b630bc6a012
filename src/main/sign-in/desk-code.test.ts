import { describe, expect, it } from 'vitest';
import { counted, type DeskCode, isRight, MOST_WRONG, newDeskCode, whyNot } from './desk-code.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-27T10:00:00Z');
const code: DeskCode = { salt: '', hash: '', failures: 0, lockedUntil: 0 };
const at = (now: number, confirmedAt = now) => ({ now, highest: now, confirmedAt });

describe('[S36] a desk code', () => {
  it('is a slow hash of at least eight characters, the same from any keyboard', () => {
    expect(newDeskCode('1234567')).toBeNull();
    const kept = newDeskCode('Tür \u00fcber B42') as DeskCode;
    expect(kept.hash).toMatch(/^[0-9a-f]{64}$/u);
    expect(isRight('Tu\u0308r u\u0308ber B42', kept)).toBe(true);
    expect(isRight('Tur uber B42', kept)).toBe(false);
  });

  it('is locked for longer and longer after some wrong ones, and forgotten after ten in a row', () => {
    const waits: (string | null)[] = [];
    let tried: DeskCode | null = code;
    for (let times = 1; times <= MOST_WRONG; times++) {
      tried = counted(tried as DeskCode, NOW);
      waits.push(whyNot(tried as DeskCode, at(NOW)));
    }
    expect(waits).toEqual([...Array(4).fill(null), ...Array(6).fill('code_locked')]);
    expect(whyNot(tried as DeskCode, at(NOW + 14 * 60_000))).toBe('code_locked');
    expect(whyNot(tried as DeskCode, at(NOW + 15 * 60_000))).toBeNull();
    expect(counted(tried as DeskCode, NOW)).toBeNull();
  });

  it('counts for three days after the core has last said who he is, and never on a clock that was put back', () => {
    expect(whyNot(code, at(NOW, NOW - 72 * HOUR))).toBeNull();
    expect(whyNot(code, at(NOW, NOW - 72 * HOUR - 1))).toBe('lease_over');
    const highest = NOW + 72 * HOUR;
    expect(whyNot(code, { now: NOW, highest, confirmedAt: NOW })).toBe('clock_back');
    // A clock that is set by the network is no fraud.
    expect(whyNot(code, { now: highest - 60_000, highest, confirmedAt: highest })).toBeNull();
  });
});
