import { type BrowserWindow, clipboard, powerMonitor } from 'electron';
import type { SignIn } from './sign-in.ts';

/** Hands on a window keep the console open (S36). */
export function followHands(window: BrowserWindow, signIn: () => SignIn | null): void {
  window.webContents.on('input-event', () => signIn()?.touched());
}

/** A machine that sleeps or is locked itself covers it (S36). */
export function followMachine(signIn: () => SignIn | null): void {
  powerMonitor.on('suspend', () => signIn()?.lock());
  powerMonitor.on('lock-screen', () => signIn()?.lock());
}

/** Nothing of what the pages showed is left in them: they are loaded anew, and ask who is there. */
export function cover(windows: readonly BrowserWindow[], url: string): void {
  clipboard.clear();
  for (const window of windows) if (!window.isDestroyed()) void window.loadURL(url);
}
