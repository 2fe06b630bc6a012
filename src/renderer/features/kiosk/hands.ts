import { kiosk } from './store.ts';
import { go, rubOut, submitCode, submitName, touch, type } from './visit.ts';

/** Longest time in ms between two characters of a scanner that reads a pass while nobody has begun. */
const GAP = 200;

/**
 * What comes by keyboard, from a scanner or from keys below the glass, and what fingers must not do: select, copy, drag,
 * open a menu. Returns the stop.
 */
export function followHands(): () => void {
  let last = 0;
  const onKey = (event: KeyboardEvent): void => {
    const { step, state, typed } = kiosk.getState();
    touch();
    if (event.key === 'Tab' || event.key.startsWith('Arrow')) return;
    // What presses a button is its own, until something is being typed or read.
    const presses = event.key === 'Enter' || event.key === ' ';
    if (presses && event.target instanceof HTMLButtonElement && typed === '') return;
    if (step.at === 'attract') {
      if (state?.closed || (state?.missing.length ?? 0) > 0 || event.key.length > 1) return;
      go({ at: 'code' });
    }
    const { at } = kiosk.getState().step;
    if (at !== 'code' && at !== 'name' && at !== 'staff') return;
    event.preventDefault();
    if (event.key === 'Backspace') rubOut();
    else if (event.key === 'Enter' && at === 'code') void submitCode();
    else if (event.key === 'Enter' && at === 'name') submitName();
    else if (event.key.length === 1) {
      const isScanned = performance.now() - last < GAP;
      type(isScanned ? event.key : event.key.toUpperCase());
    }
    last = performance.now();
  };
  const refuse = (event: Event): void => event.preventDefault();
  const refused = ['copy', 'cut', 'paste', 'contextmenu', 'dragstart', 'drop', 'selectstart'];
  window.addEventListener('keydown', onKey);
  window.addEventListener('pointerdown', touch);
  for (const name of refused) document.addEventListener(name, refuse);
  return () => {
    window.removeEventListener('keydown', onKey);
    window.removeEventListener('pointerdown', touch);
    for (const name of refused) document.removeEventListener(name, refuse);
  };
}
