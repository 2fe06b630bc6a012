import { shell } from 'electron';
import { isSafeAddress } from './address.ts';

/**
 * [S15] The one way in which an address reaches the system's browser: the sign-in of an identity provider, whose address
 * the core has named. No page, no link and no customer's text can name one.
 * @throws Error for any address but https:// and this machine's
 */
export async function openInBrowser(address: string): Promise<void> {
  if (!isSafeAddress(address)) throw new Error('no address to open');
  await shell.openExternal(new URL(address).href);
}
