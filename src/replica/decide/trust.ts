/** Whether a bundle comes from the core that this station knows: its signature, and the key that was pinned at the first. */
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { BundleProblem } from '../../bridge/views.ts';
import { readSignature, signedText } from '../../domain/bundle-signature.ts';
import type { BundleRow } from '../../domain/rows.ts';

/**
 * The first good bundle of a station pins its key, in a file beside the station's others. From then on a bundle of another
 * key is refused, however good its signature is, until the station is wiped.
 */
export class BundleTrust {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Null where it may be decided with. */
  problemOf(row: BundleRow): BundleProblem | null {
    const signed = readSignature(row.signature);
    if (signed === null) return 'unsigned';
    const pinned = this.pinned();
    if (pinned !== null && pinned !== signed.key) return 'other_key';
    if (!isSigned(row, signed.key, signed.signature)) return 'forged';
    if (pinned === null) writeFileSync(this.path, signed.key, { mode: 0o600, flush: true });
    return null;
  }

  /** The next good bundle is the first again. */
  forget(): void {
    rmSync(this.path, { force: true });
  }

  private pinned(): string | null {
    try {
      return readFileSync(this.path, 'utf8').trim() || null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

function isSigned(row: BundleRow, key: string, signature: string): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
    return verify(null, Buffer.from(signedText(row)), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    // A key that is none, or a row that has no canonical form.
    return false;
  }
}
