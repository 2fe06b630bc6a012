import { z } from 'zod';
import { readIfThere, writeDurably } from '../settings/durable.ts';

z.config({ jitless: true });

/** What a kiosk remembers: its staff's code as a hash, wrong tries, and whether staff have taken it out of service. */
export const KioskFile = z.strictObject({
  code: z.strictObject({ salt: z.string(), hash: z.string() }),
  failures: z.number().int().min(0),
  lockedUntil: z.number().min(0),
  closed: z.boolean(),
});
export type KioskFile = z.infer<typeof KioskFile>;

/** Null where there is none yet. A damaged one throws: a kiosk must not come up with a code that nobody has set. */
export function readKioskFile(path: string): KioskFile | null {
  const text = readIfThere(path);
  return text === null ? null : KioskFile.parse(JSON.parse(text));
}

/** Durable before it is answered, so that a try counts whatever happens to the machine. */
export function writeKioskFile(path: string, file: KioskFile): void {
  writeDurably(path, JSON.stringify(file));
}
