/** [S30] Links that the system hands over, at the start or later, are offered to the window in use, and wait there. */
import { app, type BrowserWindow } from 'electron';
import { createLinks, type Links, linkIn } from '../security/link.ts';
import { flash } from './call-up.ts';

const links = new Map<number, Links>();

/** Of one window. */
export function linksOf(contentsId: number): Links {
  const own = links.get(contentsId) ?? createLinks();
  links.set(contentsId, own);
  return own;
}

/** Seen, and not given the keyboard: what somebody types for another program is no command here. */
function raise(window: BrowserWindow): void {
  window.showInactive();
  window.moveTop();
  flash(window);
}

export function followLinks(current: () => BrowserWindow | undefined): void {
  const offer = (text: string | null): void => {
    const window = current();
    if (window === undefined || window.isDestroyed()) return;
    if (!window.isFocused()) raise(window);
    linksOf(window.webContents.id).offer(text);
  };
  const window = current();
  if (window !== undefined) linksOf(window.webContents.id).offer(linkIn(process.argv));
  app.on('second-instance', (_event, words) => offer(linkIn(words)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    offer(linkIn([link]));
  });
}
