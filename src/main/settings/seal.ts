import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

z.config({ jitless: true });

/** A text under a key of 32 bytes: AES-256-GCM, everything as hex. */
export const Sealed = z.strictObject({ iv: z.string(), tag: z.string(), wrapped: z.string() });
export type Sealed = z.infer<typeof Sealed>;

export function seal(text: string, key: Buffer): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const wrapped = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const hex = (bytes: Buffer): string => bytes.toString('hex');
  return { iv: hex(iv), tag: hex(cipher.getAuthTag()), wrapped: hex(wrapped) };
}

/** Null where the key is another one, or the text was tampered with: GCM cannot tell the two apart. */
export function unseal({ iv, tag, wrapped }: Sealed, key: Buffer): string | null {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(iv));
    decipher.setAuthTag(bytes(tag));
    return Buffer.concat([decipher.update(bytes(wrapped)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
