/**
 * What a wipe of an outbox still owes the core, in a file beside it from before the keys are destroyed until the receipt
 * is given (P17): a crash in between loses neither who was told to wipe nor how much was lost.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({ id: z.string(), clientId: z.string(), pending: z.number() });
export type WipeNote = z.infer<typeof schema>;

/** Null where no wipe is under way. */
export function readWipeNote(path: string): WipeNote | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Durable when it returns. */
export function writeWipeNote(path: string, note: WipeNote): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, JSON.stringify(note));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

export const removeWipeNote = (path: string): void => rmSync(path, { force: true });
