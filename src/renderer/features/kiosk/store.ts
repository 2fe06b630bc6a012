import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { KioskState } from '../../../bridge/shell.ts';
import type { Language } from '../../../domain/language.ts';
import type { Candidate } from './identity.ts';
import type { Chosen } from './offers.ts';

/** One question a screen. */
export type Step =
  | { at: 'attract' }
  | { at: 'code' }
  /** A code was right; the beginning of a name shows whose it is. */
  | { at: 'name'; among: Candidate[] }
  /** Several on one booking have that name. */
  | { at: 'which'; among: Candidate[] }
  /** A pass or passport names somebody. */
  | { at: 'confirm'; who: Candidate }
  | { at: 'offers' }
  | { at: 'done'; chosen: Chosen }
  /** People do the rest: because the guest wants it, or because he was not who he said. */
  | { at: 'person'; why: 'wished' | 'unproven' }
  | { at: 'staff' }
  /** The guest has gone, and his page goes: what is typed or scanned now would go with it. */
  | { at: 'clearing' };

export type Visit = {
  step: Step;
  /** null: nobody has chosen, the station's own. */
  language: Language | null;
  /** What is typed on this screen so far. */
  typed: string;
  /** What was wrong with it, as the id of a sentence. */
  problem: 'unknown' | 'incomplete' | 'wrongName' | 'failed' | null;
  wrongNames: number;
  /** ms, of `performance.now`. */
  touched: number;
};

export type Kiosk = Visit & { state: KioskState | null };

export const NO_VISIT: Visit = {
  step: { at: 'attract' },
  language: null,
  typed: '',
  problem: null,
  wrongNames: 0,
  touched: 0,
};

/** Everything that a kiosk knows of its guest besides the mirror; gone with the page when he has gone. */
export const kiosk = createStore<Kiosk>(() => ({ ...NO_VISIT, state: null }));

export const useKiosk = <T>(select: (state: Kiosk) => T): T => useStore(kiosk, select);
