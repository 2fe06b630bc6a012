/** The staff's way in and out of a kiosk: a code, then for a short time what only staff may do. */
import { z } from 'zod';
import type { StaffAnswer } from '../../bridge/shell.ts';
import { readBy } from '../../domain/read.ts';
import { afterWrong, hashCode, isCode, isRightCode, lockedFor, NO_TRIES } from './code.ts';
import { type KioskFile, readKioskFile, writeKioskFile } from './kiosk-file.ts';

const Input = z.union([
  z.strictObject({ code: z.string().max(40) }),
  z.strictObject({ wish: z.enum(['close', 'open', 'leave']) }),
]);

/** So long after the code, or after the last wish, staff need not enter it again. */
const TRUST = 60_000;

export class NoKioskCode extends Error {}

export type Staff = {
  isClosed(): boolean;
  /** @returns what is said to the page; `leave` is told to `onLeave` */
  take(input: unknown): StaffAnswer;
  /** A guest is here again: whoever was trusted is not any more. */
  forget(): void;
};

/**
 * @param given the code of this start, which takes the place of the one that is kept; empty where none was given
 * @throws NoKioskCode where there is no code at all, or the given one is no code
 */
export function createStaff(
  path: string,
  given: string,
  parts: { now: () => number; onLeave: () => void; log: (line: string) => void },
): Staff {
  const { now, onLeave, log } = parts;
  let file = prepared(path, given);
  let trustedUntil = 0;

  const keep = (change: Partial<KioskFile>): void => {
    file = { ...file, ...change };
    writeKioskFile(path, file);
  };

  function enter(code: string): StaffAnswer {
    const wait = lockedFor(file, now());
    if (wait > 0) return { ok: false, code: 'locked', seconds: Math.ceil(wait / 1000) };
    if (!isRightCode(code, file.code)) {
      keep(afterWrong(file, now()));
      log(`kiosk: wrong staff code, ${file.failures} in a row`);
      const locked = lockedFor(file, now());
      return locked > 0
        ? { ok: false, code: 'locked', seconds: Math.ceil(locked / 1000) }
        : { ok: false, code: 'wrong_code' };
    }
    keep(NO_TRIES);
    trustedUntil = now() + TRUST;
    log('kiosk: staff entered');
    return { ok: true };
  }

  function act(wish: 'close' | 'open' | 'leave'): StaffAnswer {
    if (now() >= trustedUntil) return { ok: false, code: 'code_needed' };
    trustedUntil = now() + TRUST;
    log(`kiosk: ${wish}`);
    if (wish === 'leave') onLeave();
    else keep({ closed: wish === 'close' });
    return { ok: true };
  }

  return {
    isClosed: () => file.closed,
    forget: () => {
      trustedUntil = 0;
    },
    take(input) {
      const read = readBy(Input, input);
      if (!read.success) return { ok: false, code: 'wrong_code' };
      return 'code' in read.data ? enter(read.data.code) : act(read.data.wish);
    },
  };
}

function prepared(path: string, given: string): KioskFile {
  const kept = readKioskFile(path);
  if (given !== '') {
    if (!isCode(given)) throw new NoKioskCode();
    // The same code again must not take away what was counted against it.
    if (kept !== null && isRightCode(given, kept.code)) return kept;
    const file = { code: hashCode(given), ...NO_TRIES, closed: kept?.closed ?? false };
    writeKioskFile(path, file);
    return file;
  }
  if (kept === null) throw new NoKioskCode();
  return kept;
}
