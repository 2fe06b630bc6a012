import { writeFile } from 'node:fs/promises';
import { type BrowserWindow, dialog } from 'electron';
import { z } from 'zod';
import type { SaveAnswer } from '../../bridge/shell.ts';
import { readBy } from '../../domain/read.ts';

const Input = z.strictObject({
  name: z.string().regex(/^[\w-]{1,60}\.json$/u),
  text: z.string().max(5_000_000),
});

/**
 * Writes what a page gives where a person says so in the system's own dialog, and nowhere else (S20): the page proposes
 * a name, never a place.
 */
export async function saveFile(window: BrowserWindow | undefined, input: unknown): Promise<SaveAnswer> {
  const parsed = readBy(Input, input);
  if (!parsed.success || window === undefined || window.isDestroyed()) return 'failed';
  const { name, text } = parsed.data;
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: name,
    filters: [{ name: 'JSON', extensions: ['json'] }],
  });
  if (canceled || filePath === '') return 'cancelled';
  return writeFile(filePath, text, { mode: 0o600 }).then(
    () => 'saved',
    () => 'failed',
  );
}
