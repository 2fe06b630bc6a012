import type { BrowserWindowConstructorOptions, Session } from 'electron';
import type { KioskSetting } from '../../bridge/shell.ts';
import type { Size } from './windows.ts';

/**
 * The options of every window (S2 to S4, S8 to S11, S44). Nothing here may be loosened; the test compares the whole
 * object.
 */
export function windowOptions(
  preload: string,
  session: Session,
  version: string,
  size: Size,
  dark: boolean,
  devTools: boolean,
): BrowserWindowConstructorOptions {
  return {
    width: size.width,
    height: size.height,
    ...(size.x !== undefined && size.y !== undefined ? { x: size.x, y: size.y } : {}),
    minWidth: 1024,
    minHeight: 700,
    show: false,
    autoHideMenuBar: true,
    title: 'Kairos',
    backgroundColor: dark ? '#0f1217' : '#f4f5f7',
    webPreferences: {
      preload,
      session,
      devTools,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      // A counter's screen is looked at while another window has the focus; ages must go on ticking.
      backgroundThrottling: false,
      additionalArguments: [`--kairos-version=${version}`],
    },
  };
}

/** The same window held as a kiosk: the whole screen, whatever its size, and no way to look behind it (S35, S37). */
export function kioskOptions(
  options: BrowserWindowConstructorOptions,
  setting: KioskSetting,
): BrowserWindowConstructorOptions {
  const { minWidth: _width, minHeight: _height, webPreferences = {}, ...rest } = options;
  return {
    ...rest,
    kiosk: true,
    fullscreen: true,
    frame: false,
    minimizable: false,
    webPreferences: {
      ...webPreferences,
      devTools: false,
      additionalArguments: [
        ...(webPreferences.additionalArguments ?? []),
        `--kairos-kiosk=${JSON.stringify(setting)}`,
      ],
    },
  };
}
