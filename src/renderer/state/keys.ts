import { tinykeys } from 'tinykeys';
import { isBare, isFunctionKey, type Registry } from './registry.ts';

/** Longest time in ms between two characters of a scanner; no hand is as fast. */
export const BURST_GAP = 35;

/** Characters without a gap from which on it is a scan; fewer are keys that were struck quickly, such as `N 2`. */
export const BURST_LENGTH = 4;

/**
 * A scanner types into whatever has the focus, and its first character may be a command. So a bare character waits for
 * one gap: what comes in one burst goes to the entry, what does not is done, in order.
 */
export function createBurst(
  act: (key: string) => void,
  scan: (text: string) => void,
  later: (run: () => void, ms: number) => () => void,
) {
  let struck: { key: string; text: string }[] = [];
  let cancel = (): void => undefined;
  const scanned = (): void => {
    const whole = struck.map((one) => one.text).join('');
    struck = [];
    scan(whole);
  };
  return {
    /** Enter or Tab: no hand is on them so soon after a character, so a scanner's code has ended. False: there was none. */
    end(): boolean {
      if (struck.length === 0) return false;
      cancel();
      scanned();
      return true;
    },
    offer(key: string, text: string): void {
      cancel();
      struck.push({ key, text });
      if (struck.length >= BURST_LENGTH) return scanned();
      cancel = later(() => {
        const keys = struck;
        struck = [];
        for (const one of keys) act(one.key);
      }, BURST_GAP);
    },
  };
}

const isEditable = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/u.test(target.tagName));

/** Chromium's own; not every browser has it. */
type Scheduling = { scheduling?: { isInputPending?: () => boolean } };
const areKeysWaiting = (): boolean =>
  (navigator as Navigator & Scheduling).scheduling?.isInputPending?.() ?? false;

const inOverlay = (): boolean => document.querySelector('[role="dialog"], [role="menu"]') !== null;

/** Binds all keys of the registry to the window; `scan` gets the first characters of a scanner's burst. Returns the stop. */
export function bindKeys(registry: Registry, scan: (text: string) => void): () => void {
  // Where the window is busy, keys of a scanner wait to be handled: they are no pause.
  const later = (run: () => void, ms: number): (() => void) => {
    const due = (): void => {
      if (areKeysWaiting()) timer = setTimeout(due, 1);
      else run();
    };
    let timer = setTimeout(due, ms);
    return () => clearTimeout(timer);
  };
  const burst = createBurst((key) => registry.press(key), scan, later);
  const combinations = new Set(registry.all.flatMap((command) => command.keys).filter((key) => !isBare(key)));
  const bare = new Set(registry.all.flatMap((command) => command.keys).filter(isBare));
  const toEntry = new Set(registry.keysOf('search'));
  const stopCombinations = tinykeys(
    window,
    Object.fromEntries(
      [...combinations].map((key) => [
        key,
        (event: KeyboardEvent) => {
          if (key === '$mod+z' && isEditable(event.target)) return;
          if (isFunctionKey(key) && inOverlay()) return;
          if (registry.press(key)) event.preventDefault();
        },
      ]),
    ),
  );

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isEditable(event.target) || inOverlay()) return;
    const key = bareName(event);
    if ((event.key === 'Enter' || event.key === 'Tab') && burst.end()) return event.preventDefault();
    if (event.key.length > 1) {
      if (bare.has(key) && registry.press(key)) event.preventDefault();
      return;
    }
    if (event.key === ' ') return;
    event.preventDefault();
    // What leads to the entry need not wait: a scan would go there as well.
    if (toEntry.has(key)) registry.press(key);
    else burst.offer(key, event.key);
  }
  window.addEventListener('keydown', onKey);
  return () => {
    stopCombinations();
    window.removeEventListener('keydown', onKey);
  };
}

/** Letters whatever their case; signs as they are typed, because where they lie depends on the keyboard. */
const bareName = (event: KeyboardEvent): string =>
  event.key.length === 1 ? event.key.toLowerCase() : event.key;
