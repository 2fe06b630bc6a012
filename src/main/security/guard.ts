import { app, type WebContents } from 'electron';
import { isOwnUrl } from './session.ts';

/** Told what was refused, for the diagnostics log; the URL's query is left out, it may name a customer. */
export type OnRefused = (what: string, url: string) => void;

/** For every page that is ever made: no navigation away, no new windows, no webview (S11 to S14). */
export function guardContents(allowed: (url: string) => boolean, onRefused: OnRefused): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (what: string, url: string): void => onRefused(what, url.split('?')[0] ?? '');
    const check = (what: string) => (event: { preventDefault(): void; url: string }) => {
      if (allowed(event.url)) return;
      event.preventDefault();
      refuse(what, event.url);
    };
    contents.on('will-navigate', check('navigate'));
    contents.on('will-frame-navigate', check('frame-navigate'));
    contents.on('will-redirect', check('redirect'));
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
      refuse('webview', '');
    });
    contents.setWindowOpenHandler(({ url }) => {
      refuse('window', url);
      return { action: 'deny' };
    });
  });
}

/** A call from a page is served only for the top frame of a live window of ours, at our own origin (S17). */
export function isTrustedSender(
  sender: Pick<WebContents, 'id' | 'isDestroyed'>,
  frame: { url: string; parent: unknown } | null,
  known: ReadonlySet<number>,
  allowed: (url: string) => boolean = isOwnUrl,
): boolean {
  return (
    frame !== null &&
    frame.parent === null &&
    allowed(frame.url) &&
    known.has(sender.id) &&
    !sender.isDestroyed()
  );
}
