/** The kiosk's part of main: its staff, its devices, and what happens when a guest has gone. */
import { join } from 'node:path';
import { app, type BrowserWindow, clipboard } from 'electron';
import type { KioskSetting, KioskState, StaffAnswer } from '../../bridge/shell.ts';
import type { KioskFlags } from '../flags.ts';
import type { Serve } from '../security/calls.ts';
import { missingOf } from './devices.ts';
import { holdKiosk } from './hold.ts';
import { createStaff } from './staff.ts';

/** How long a kiosk asks whether somebody is there before it clears the screen. */
const ASK_SECONDS = 20;

export type Kiosk = {
  setting: KioskSetting;
  /** Holds the window; `url` is loaded again when a guest has gone. */
  hold(window: BrowserWindow, url: string): void;
  /** Neither staff nor the system has said that it may end. */
  isHeld(): boolean;
  /** The system has ordered the program to end. */
  release(): void;
  state(): Promise<KioskState>;
  staff(input: unknown): StaffAnswer;
  endVisit(): Promise<void>;
};

/** @param code the staff's code that this start was given, or ''. @throws NoKioskCode */
export function createKiosk(
  { idleSeconds, devices }: KioskFlags,
  dataDir: string,
  code: string,
  log: (line: string) => void,
): Kiosk {
  let mayClose = false;
  let held: { window: BrowserWindow; url: string } | null = null;
  const leave = (): void => {
    mayClose = true;
    app.quit();
  };
  const staff = createStaff(join(dataDir, 'kiosk.json'), code, { now: Date.now, onLeave: leave, log });
  const printers = async (): Promise<number> =>
    (await held?.window.webContents.getPrintersAsync())?.length ?? 0;
  return {
    setting: { idleSeconds, askSeconds: Math.min(ASK_SECONDS, idleSeconds) },
    hold(window, url) {
      held = { window, url };
      holdKiosk(window, () => mayClose);
    },
    isHeld: () => !mayClose,
    release() {
      mayClose = true;
    },
    state: async () => ({ closed: staff.isClosed(), missing: await missingOf(devices, printers) }),
    staff: (input) => staff.take(input),
    async endVisit() {
      staff.forget();
      clipboard.clear();
      if (held === null || held.window.isDestroyed()) return;
      const { webContents } = held.window;
      await webContents.session.clearStorageData({ storages: ['indexdb', 'cachestorage', 'cookies'] });
      // A page of its own for each guest: what the last one's held in memory goes with it.
      await webContents.loadURL(held.url);
      webContents.navigationHistory.clear();
    },
  };
}

/** What a kiosk's page may ask; elsewhere there is no such thing. */
export function serveKiosk(serve: Serve, kiosk: Kiosk | null): void {
  serve('kiosk.state', () => kiosk?.state());
  serve('kiosk.staff', (input) => kiosk?.staff(input));
  serve('kiosk.end', () => kiosk?.endVisit());
}
