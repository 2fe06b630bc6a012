/**
 * A signal of a window that nobody looks at is said outside of it in a word of ours. The word names nobody, because systems
 * keep what they have shown.
 */
import type { BrowserWindow } from 'electron';
import { z } from 'zod';
import { SIGNALS, type Signal } from '../../bridge/shell.ts';
import { LANGUAGES, type Language } from '../../domain/language.ts';
import { readBy } from '../../domain/read.ts';

const wish = z.strictObject({ signal: z.enum(SIGNALS), language: z.enum(LANGUAGES) });

const WORDS: { [signal in Signal]: { [language in Language]: string } } = {
  call: { en: 'A call is ringing', de: 'Ein Anruf klingelt', es: 'Suena una llamada' },
  'needs-you': { en: 'An action needs you', de: 'Eine Aktion braucht Sie', es: 'Una acción le necesita' },
};

/** All windows of a console hear of the same call: so long one of them speaks for all. */
const SAME_MS = 2_000;

export type AttentionDeps = {
  /** ms */
  now(): number;
  /** A window of this console has the keyboard. */
  isLookedAt(): boolean;
  callUp(window: BrowserWindow, words: string): void;
};

/** Answers a window's signal: whether it is the one that may be heard. What is no signal is not heard. */
export function createAttention({ now, isLookedAt, callUp }: AttentionDeps) {
  const last = new Map<Signal, number>();
  return (window: BrowserWindow | undefined, input: unknown): boolean => {
    const read = readBy(wish, input);
    if (!read.success || window === undefined) return false;
    const { signal, language } = read.data;
    if (now() - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_MS) return false;
    last.set(signal, now());
    if (!isLookedAt()) callUp(window, WORDS[signal][language]);
    return true;
  };
}
