import { BrowserWindow, nativeTheme, type Session } from 'electron';
import type { KioskSetting } from '../../bridge/shell.ts';
import { kioskOptions, windowOptions } from './options.ts';
import type { Size } from './windows.ts';

type Setup = {
  preload: string;
  session: Session;
  version: string;
  url: string;
  size: Size;
  kiosk: KioskSetting | null;
  /** By the administrator's policy, or in development (S35). */
  devTools: boolean;
  contentProtection: boolean;
};

/** The only factory of windows (S14). The window is shown when its first picture is ready. */
export function openMainWindow(
  { preload, session, version, url, size, kiosk, devTools, contentProtection }: Setup,
  known: Set<number>,
): BrowserWindow {
  const options = windowOptions(preload, session, version, size, nativeTheme.shouldUseDarkColors, devTools);
  const window = new BrowserWindow(kiosk === null ? options : kioskOptions(options, kiosk));
  const { id } = window.webContents;
  known.add(id);
  if (contentProtection) window.setContentProtection(true);
  if (devTools && kiosk === null)
    window.webContents.on('before-input-event', (_event, { type, key }) => {
      if (type === 'keyDown' && key === 'F12') window.webContents.openDevTools({ mode: 'detach' });
    });
  window.once('closed', () => known.delete(id));
  window.once('ready-to-show', () => window.show());
  // A page that died is loaded again; drafts and outbox are elsewhere (S38).
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit' && !window.isDestroyed()) void window.loadURL(url);
  });
  void window.loadURL(url);
  return window;
}
