import type { Shell } from '../bridge/shell.ts';

declare global {
  interface Window {
    /** Put there by the preload script; frozen, and nothing more. */
    readonly shell: Shell;
  }
}
