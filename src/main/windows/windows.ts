/** The windows of a console: where each stands, more than one, and for a kiosk always one. */
import { BrowserWindow, screen } from 'electron';
import { fitting, type Place, readPlace, writePlace } from './place.ts';

export type Size = { width: number; height: number; x?: number; y?: number };
export const USUAL_SIZE = { width: 1440, height: 900 };

/** More than this nobody looks at. */
const MOST = 6;
/** A further window stands so far beside the one before that both can be seen, in px. */
const ASIDE = 32;

export type Windows = {
  /** Another one beside those that there are; null where there are enough. */
  open(): BrowserWindow | null;
  find(contentsId: number): BrowserWindow | undefined;
  all(): BrowserWindow[];
  /** The one that somebody works in, or the one that was opened last. */
  current(): BrowserWindow | undefined;
};

/**
 * @param make makes a window of this size and place
 * @param file where the place is kept; null: not at all, as for a kiosk
 * @param asked the size that the command line asks for; it goes before the one that was kept
 */
export function createWindows(
  make: (size: Size) => BrowserWindow,
  file: string | null,
  asked: { width: number | null; height: number | null },
): Windows {
  const all = new Map<number, BrowserWindow>();
  const current = (): BrowserWindow | undefined => {
    const focused = BrowserWindow.getFocusedWindow();
    return focused !== null && all.has(focused.webContents.id) ? focused : [...all.values()].at(-1);
  };
  const placeNow = (): Place | null => {
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const last = current();
    if (last !== undefined) {
      const { x, y, width, height } = last.getNormalBounds();
      return fitting({ x: x + ASIDE, y: y + ASIDE, width, height, maximized: false }, areas);
    }
    const kept = file === null || asked.width !== null || asked.height !== null ? null : readPlace(file);
    return kept && fitting(kept, areas);
  };
  const open = (): BrowserWindow | null => {
    if (all.size >= MOST) return null;
    const place = placeNow();
    const { width, height } = USUAL_SIZE;
    const window = make(place ?? { width: asked.width ?? width, height: asked.height ?? height });
    const { id } = window.webContents;
    all.set(id, window);
    if (place?.maximized) window.maximize();
    window.on('close', () => {
      if (file !== null) writePlace(file, { ...window.getNormalBounds(), maximized: window.isMaximized() });
    });
    window.once('closed', () => all.delete(id));
    return window;
  };
  return { open, find: (id) => all.get(id), all: () => [...all.values()], current };
}
