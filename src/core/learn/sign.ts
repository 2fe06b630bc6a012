import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { signedText, writeSignature } from '../../domain/bundle-signature.ts';
import type { BundleRow } from '../../domain/rows.ts';

/** The head of an Ed25519 private key in PKCS #8 (RFC 8410); the 32 bytes of the seed follow. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs bundles with the core's own key, made of 32 secret bytes that are part of the stored history. */
export class BundleSigner {
  private readonly secret: KeyObject;
  /** The public key, base64url. */
  readonly key: string;

  constructor(seed: Buffer) {
    this.secret = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
    this.key = createPublicKey(this.secret).export({ format: 'jwk' }).x as string;
  }

  sign(row: BundleRow): BundleRow {
    const signature = sign(null, Buffer.from(signedText(row)), this.secret).toString('base64url');
    return { ...row, signature: writeSignature({ key: this.key, signature }) };
  }
}
