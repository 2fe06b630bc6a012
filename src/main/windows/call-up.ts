/** How a window that nobody looks at asks to be looked at, without taking the keyboard from another program. */
import { type BrowserWindow, Notification } from 'electron';

/** In the task bar, until somebody comes. */
export function flash(window: BrowserWindow): void {
  window.flashFrame(true);
  window.once('focus', () => window.flashFrame(false));
}

/** In the task bar and in the system's notices, which lead to the window. The tone is the page's. */
export function callUp(window: BrowserWindow, words: string): void {
  flash(window);
  if (!Notification.isSupported()) return;
  const notice = new Notification({ title: 'Kairos', body: words, silent: true });
  notice.on('click', () => {
    if (!window.isDestroyed()) window.show();
  });
  notice.show();
}
