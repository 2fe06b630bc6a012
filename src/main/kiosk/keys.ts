/**
 * The keys that a kiosk's page ever hears. Everything that is not listed is swallowed before the page and Chromium see
 * it: no reload, no zoom, no print, no DevTools, no closing, no menu. What the operating system takes for itself
 * (Ctrl+Alt+Del, the task switcher, edge gestures) never comes here: security.md S37 says who holds those.
 */
export type Struck = { key: string; control: boolean; alt: boolean; meta: boolean };

const NAMED: ReadonlySet<string> = new Set([
  'Enter',
  'Backspace',
  'Tab',
  'Escape',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Shift',
]);

/** One character, without a modifier that makes it a command. AltGr comes as Ctrl+Alt with a sign that is no letter. */
export function isKioskKey({ key, control, alt, meta }: Struck): boolean {
  if (meta || (control !== alt && (control || alt))) return false;
  if (control && alt) return /^[^\p{L}\p{N}\p{Cc}]$/u.test(key);
  return NAMED.has(key) || /^[^\p{Cc}]$/u.test(key);
}
