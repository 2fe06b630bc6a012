import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

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
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return KioskFile.parse(JSON.parse(text));
}

/** Durable before it is answered, so that a try counts whatever happens to the machine. */
export function writeKioskFile(path: string, file: KioskFile): void {
  writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
