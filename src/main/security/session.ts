import type { Session } from 'electron';
import { ORIGIN } from './headers.ts';

/**
 * Permissions that our own pages get, each with its reason (S5). Everything else, and everything for anybody else,
 * is refused.
 */
const GRANTED: { [permission: string]: string } = {
  'clipboard-sanitized-write': 'copying a booking code or a note by the operator',
};

export const isGranted = (permission: string, origin: string): boolean =>
  origin === ORIGIN && Object.hasOwn(GRANTED, permission);

const originOf = (url: string): string =>
  URL.canParse(url) ? `${new URL(url).protocol}//${new URL(url).host}` : '';

/** Only our own scheme, and blobs that our own page has made, are ever loaded (S24). */
export const isOwnUrl = (url: string): boolean =>
  url.startsWith(`${ORIGIN}/`) || url.startsWith(`blob:${ORIGIN}/`);

/**
 * Closes every door of a session; `devServer` is the address of the hot-reload server in development, `devTools` whether
 * the developer tools, whose page is Electron's own, may be opened.
 */
export function hardenSession(session: Session, devServer: string | null, devTools: boolean): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(isGranted(permission, originOf(details.requestingUrl)));
  });
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    isGranted(permission, origin.replace(/\/$/u, '')),
  );
  session.setDevicePermissionHandler(() => false);
  // Switched off it still asks its maker for a dictionary at the start: there is no language to fetch one for.
  session.setSpellCheckerLanguages([]);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const { url } = details;
    const isAllowed = isOwnUrl(url) || isDevUrl(url, devServer) || (devTools && url.startsWith('devtools:'));
    answer({ cancel: !isAllowed });
  });
  session.on('will-download', (event) => event.preventDefault());
}

function isDevUrl(url: string, devServer: string | null): boolean {
  if (devServer === null) return false;
  const host = new URL(devServer).host;
  return url.startsWith(`http://${host}/`) || url.startsWith(`ws://${host}/`);
}
