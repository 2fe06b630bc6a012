import { z } from 'zod';
import { address, readConfiguration, refuseTwice, secret } from '../../connectors/configured.ts';
import { type Destination, PLACES } from './destination.ts';
import { smtp } from './smtp.ts';
import { webhook } from './webhook.ts';

/** The destinations of this core: `destinations.json` in its data folder, read at the start. Without it there is none. */

const DESTINATIONS_FILE = 'destinations.json';

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
        url: address,
        secret,
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
  const read = readConfiguration(dataDir, DESTINATIONS_FILE, CONFIGURATION);
  const destinations = read?.destinations ?? [];
  refuseTwice(
    DESTINATIONS_FILE,
    destinations.map((one) => one.channel),
  );
  return destinations.map((one) => (one.kind === 'smtp' ? smtp(one) : webhook(one)));
}
