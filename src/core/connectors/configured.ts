import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Files in the data folder that say with whom this core is connected: read at the start, and full of secrets. */

const LOOPBACK = /^\w+:\/\/(?:[^@/]*@)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/u;

/** Of a partner: https, or on this machine. */
export const address = z
  .url({ protocol: /^https?$/u })
  .refine((url) => url.startsWith('https:') || LOOPBACK.test(url), 'must be https');
/** Of a webhook: at least 24 bytes. */
export const secret = z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/u);
export const connectorName = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/u);

/**
 * What a file of the data folder says; null where there is none.
 * @throws Error with the place of what is wrong, never with a value
 */
export function readConfiguration<T>(dataDir: string, file: string, schema: z.ZodType<T>): T | null {
  const text = fileText(join(dataDir, file));
  if (text === null) return null;
  const read = schema.safeParse(json(text, file));
  if (read.success) return read.data;
  const places = read.error.issues.map(({ path, code }) => `${path.join('.') || 'file'} (${code})`);
  throw new Error(`${file} is not in order: ${places.join(', ')}`);
}

/** What a file says; a mistake in it is told, and `otherwise` holds: the rest of the core works without. */
export function readOr<T>(read: () => T, otherwise: T, onFailure: (error: unknown) => void): T {
  try {
    return read();
  } catch (error) {
    onFailure(error);
    return otherwise;
  }
}

/** @throws Error where a name is there twice */
export function refuseTwice(file: string, names: readonly string[]): void {
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined) throw new Error(`${file} is not in order: ${twice} is there twice`);
}

function fileText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new Error(`${file} is not in order: it is not JSON`);
  }
}
