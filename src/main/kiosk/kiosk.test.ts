import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { afterWrong, FREE_TRIES, lockedFor, NO_TRIES, type Tries } from './code.ts';
import { readDevice } from './devices.ts';
import { isKioskKey } from './keys.ts';
import { createStaff, NoKioskCode } from './staff.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-staff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = (name: string, ...held: ('control' | 'alt' | 'meta')[]) =>
  isKioskKey({
    key: name,
    control: held.includes('control'),
    alt: held.includes('alt'),
    meta: held.includes('meta'),
  });

describe('the keys of a kiosk', () => {
  it('[S37] hears characters, Enter and what moves, and nothing that is a command', () => {
    for (const good of ['a', 'Z', '7', '<', ' ', 'Enter', 'Backspace', 'Tab', 'ArrowLeft'])
      expect([good, key(good)]).toEqual([good, true]);
    for (const bad of ['F5', 'F11', 'F12', 'ContextMenu', 'PrintScreen', 'Alt', 'Meta', 'BrowserBack'])
      expect([bad, key(bad)]).toEqual([bad, false]);
    expect([key('r', 'control'), key('F4', 'alt'), key('d', 'meta'), key('i', 'control', 'alt')]).toEqual([
      ...[false, false, false, false],
    ]);
    expect(key('@', 'control', 'alt')).toBe(true);
  });
});

describe('the staff’s code', () => {
  it('[S37] locks from the fifth wrong one on, for longer each time, and a clock put back locks no longer than that', () => {
    let tries: Tries = NO_TRIES;
    for (let wrong = 1; wrong <= FREE_TRIES; wrong += 1) tries = afterWrong(tries, 0);
    expect(lockedFor(tries, 0)).toBe(0);
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      tries = afterWrong(tries, 0);
      return lockedFor(tries, 0) / 60_000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
    expect(lockedFor(tries, -86_400_000)).toBe(15 * 60_000);
  });

  it('[S37] tries outlive a restart, what staff may do ends with the minute and with the next guest', () => {
    const path = join(folder, 'kiosk.json');
    let now = 0;
    let left = 0;
    const parts = { now: () => now, onLeave: () => void left++, log: () => undefined };
    expect(() => createStaff(path, '', parts)).toThrow(NoKioskCode);
    expect(() => createStaff(path, 'abc', parts)).toThrow(NoKioskCode);
    const first = createStaff(path, '482913', parts);
    expect(first.take({ wish: 'leave' })).toEqual({ ok: false, code: 'code_needed' });
    for (let wrong = 1; wrong <= FREE_TRIES; wrong += 1)
      expect(first.take({ code: '000000' })).toEqual({ ok: false, code: 'wrong_code' });
    const again = createStaff(path, '482913', parts);
    expect(again.take({ code: '000000' })).toEqual({ ok: false, code: 'locked', seconds: 60 });
    expect(again.take({ code: '482913' })).toEqual({ ok: false, code: 'locked', seconds: 60 });
    now = 60_000;
    expect(again.take({ code: '482913' })).toEqual({ ok: true });
    expect(again.take({ wish: 'close' })).toEqual({ ok: true });
    expect(createStaff(path, '', parts).isClosed()).toBe(true);
    now += 60_000;
    expect(again.take({ wish: 'leave' })).toEqual({ ok: false, code: 'code_needed' });
    again.take({ code: '482913' });
    again.forget();
    expect([again.take({ wish: 'leave' }).ok, left]).toEqual([false, 0]);
  });
});

describe('the devices of a kiosk', () => {
  it('reads a printer, and a scanner by its path', () => {
    expect(readDevice('printer')).toEqual({ name: 'printer', path: null });
    expect(readDevice('scanner=/dev/x')).toEqual({ name: 'scanner', path: '/dev/x' });
    expect([readDevice('scanner'), readDevice('camera=/dev/x'), readDevice('')]).toEqual([null, null, null]);
  });
});
