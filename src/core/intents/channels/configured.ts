import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Destination, PLACES } from './destination.ts';
import { smtp } from './smtp.ts';
import { webhook } from './webhook.ts';

/** The destinations of this core: `destinations.json` in its data folder, read at the start. Without it there is none. */

export const DESTINATIONS_FILE = 'destinations.json';

const LOOPBACK = /^\w+:\/\/(?:[^@/]*@)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/u;
const channel = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/u);
const latency = z.enum(['instant', 'seconds', 'minutes']).default('minutes');

const CONFIGURATION = z.strictObject({
  destinations: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('smtp'),
        channel,
        url: z.url({ protocol: /^smtps?$/u }),
        from: z.string().includes('@').max(300),
        class: latency,
      }),
      z.strictObject({
        kind: z.literal('webhook'),
        channel,
        url: z
          .url({ protocol: /^https?$/u })
          .refine((url) => url.startsWith('https:') || LOOPBACK.test(url), 'must be https'),
        secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/u),
        facts: z.array(z.string().min(1).max(200)).max(100).default([]),
        places: z.number().int().min(2).max(256).default(PLACES),
        class: latency,
      }),
    ]),
  ),
});

/**
 * Reads the destinations, one per channel.
 * @throws Error with the place of what is wrong, never with a value: they are secrets
 */
export function readDestinations(dataDir: string): Destination[] {
  const text = fileText(join(dataDir, DESTINATIONS_FILE));
  if (text === null) return [];
  const read = CONFIGURATION.safeParse(json(text));
  if (!read.success) {
    const places = read.error.issues.map(({ path, code }) => `${path.join('.') || 'file'} (${code})`);
    throw new Error(`${DESTINATIONS_FILE} is not in order: ${places.join(', ')}`);
  }
  const { destinations } = read.data;
  const channels = destinations.map((one) => one.channel);
  const twice = channels.find((one, i) => channels.indexOf(one) !== i);
  if (twice !== undefined) throw new Error(`${DESTINATIONS_FILE} is not in order: ${twice} is there twice`);
  return destinations.map((one) => (one.kind === 'smtp' ? smtp(one) : webhook(one)));
}

function fileText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new Error(`${DESTINATIONS_FILE} is not in order: it is not JSON`);
  }
}
