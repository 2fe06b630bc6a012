/**
 * A person's code for one desk: with it he goes on there in a second, and signs in without the network as long as the core
 * has confirmed him within the lease. Kept as a slow hash; tries are counted on the disk. Pure.
 */
import { z } from 'zod';
import { SHORTEST_DESK_CODE, type SignInCode } from '../../bridge/shell.ts';
import { afterWrong, hashCode, isRightCode, lockedFor, NO_TRIES } from '../kiosk/code.ts';

z.config({ jitless: true });

export const DeskCode = z.strictObject({
  salt: z.string(),
  hash: z.string(),
  failures: z.number().int().min(0),
  lockedUntil: z.number().min(0),
});
export type DeskCode = z.infer<typeof DeskCode>;

/** Wrong in a row, and it is forgotten: then only a sign-in with the core helps. */
export const MOST_WRONG = 10;
/** As long as the core lends a replica (LEASE of the protocol's limits), ms. */
const LEASE = 72 * 3_600_000;
/** A clock is set by so much without anybody having turned it back, ms. */
const SLACK = 5 * 60_000;

/** The same characters typed on another keyboard are the same code. */
const plain = (text: string): string => text.normalize('NFKC');

/** Null where it is too short. */
export const newDeskCode = (text: string): DeskCode | null =>
  plain(text).length < SHORTEST_DESK_CODE ? null : { ...hashCode(plain(text)), ...NO_TRIES };

export type Clocks = {
  now: number;
  /** The highest reading that was ever noted here. */
  highest: number;
  /** When the core last said who he is. */
  confirmedAt: number;
};

/** Why no code is looked at now; null: one may be tried. */
export function whyNot(code: DeskCode, { now, highest, confirmedAt }: Clocks): SignInCode | null {
  if (now < highest - SLACK) return 'clock_back';
  if (now - confirmedAt > LEASE) return 'lease_over';
  return lockedFor(code, now) > 0 ? 'code_locked' : null;
}

/** Counted before the code is looked at, so that a try counts whatever happens to the machine; null: forgotten. */
export function counted(code: DeskCode, now: number): DeskCode | null {
  const tries = afterWrong(code, now);
  return tries.failures > MOST_WRONG ? null : { ...code, ...tries };
}

export const isRight = (text: string, code: DeskCode): boolean => isRightCode(plain(text), code);

export const uncounted = (code: DeskCode): DeskCode => ({ ...code, ...NO_TRIES });
