import { type BrowserWindow, clipboard, powerMonitor } from 'electron';
import type { SignIn } from './sign-in.ts';

/** Hands on the window keep it open; a machine that sleeps or is locked itself covers it (S36). */
export function followHands(window: BrowserWindow, signIn: () => SignIn | null): void {
  window.webContents.on('input-event', () => signIn()?.touched());
  powerMonitor.on('suspend', () => signIn()?.lock());
  powerMonitor.on('lock-screen', () => signIn()?.lock());
}

/** Nothing of what the page showed is left in it: it is loaded anew, and asks who is there. */
export function cover(window: BrowserWindow, url: string): void {
  clipboard.clear();
  if (!window.isDestroyed()) void window.loadURL(url);
}
