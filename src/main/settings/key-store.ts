import { safeStorage } from 'electron';
import type { KeyStore } from './key-ring.ts';

/**
 * The operating system's key store, or null where there is none. On Linux the backend `basic_text` is no key store:
 * its key is a constant of the program (S27).
 */
export function systemKeyStore(): KeyStore | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null;
  return {
    wrap: (text) => safeStorage.encryptString(text).toString('base64'),
    unwrap: (wrapped) => safeStorage.decryptString(Buffer.from(wrapped, 'base64')),
  };
}
