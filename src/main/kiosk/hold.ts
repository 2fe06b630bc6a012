import { type App, type BrowserWindow, powerSaveBlocker } from 'electron';
import { isKioskKey } from './keys.ts';

/**
 * Holds a window as a kiosk (S37): only the listed keys, one size of everything, never closed but by staff or by the
 * system's own order to end, back in full screen whatever took it out, and loaded again when it hangs.
 */
export function holdKiosk(window: BrowserWindow, mayClose: () => boolean): void {
  const { webContents } = window;
  webContents.on('before-input-event', (event, { key, control, alt, meta }) => {
    if (!isKioskKey({ key, control, alt, meta })) event.preventDefault();
  });
  webContents.on('zoom-changed', (event) => {
    event.preventDefault();
    webContents.setZoomLevel(0);
  });
  webContents.on('did-finish-load', () => {
    webContents.setZoomLevel(0);
    void webContents.setVisualZoomLevelLimits(1, 1);
  });
  window.on('close', (event) => {
    if (!mayClose()) event.preventDefault();
  });
  const again = (): void => {
    if (!mayClose() && !window.isDestroyed()) window.setKiosk(true);
  };
  window.on('leave-full-screen', again);
  window.on('minimize', () => {
    window.restore();
    again();
  });
  // A page that hangs is ended; whoever made the window loads it again (main-window.ts).
  window.on('unresponsive', () => webContents.forcefullyCrashRenderer());
  powerSaveBlocker.start('prevent-display-sleep');
}

/** Before `ready`: two fingers neither zoom nor turn pages. */
export function holdGestures(app: Pick<App, 'commandLine'>): void {
  app.commandLine.appendSwitch('disable-pinch');
  app.commandLine.appendSwitch('overscroll-history-navigation', '0');
}
