import { canonicalJson } from './canonical.ts';
import type { BundleRow } from './rows.ts';

/**
 * The form of a bundle's signature: `ed25519.KEY.SIGNATURE`, both in base64url. It stands in the row's `signature`, so
 * that the row carries the key that a console pins when it sees its first bundle.
 */
export type BundleSignature = { readonly key: string; readonly signature: string };

const FORM = /^ed25519\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{86})$/u;

/** What is signed: the row without its signature, in canonical form. */
export function signedText({ id, version, validUntil, bundle }: BundleRow): string {
  return canonicalJson(['kairos-bundle/1', { id, version, validUntil, bundle }]);
}

export const writeSignature = ({ key, signature }: BundleSignature): string => `ed25519.${key}.${signature}`;

/** Null for none and for another form. */
export function readSignature(text: string | undefined): BundleSignature | null {
  const found = text === undefined ? null : FORM.exec(text);
  return found && { key: found[1] as string, signature: found[2] as string };
}
