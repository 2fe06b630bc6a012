/** Small trees in temporary folders, in which a test plants what a check must find. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

const created: string[] = [];

/** Writes the files (below src/, or below the root when the name begins with a slash) and returns the root. */
export function plant(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'kairos-layers-'));
  created.push(root);
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  cpSync(join(ROOT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
  for (const [name, text] of Object.entries(files)) {
    const path = name.startsWith('/') ? join(root, name) : join(root, 'src', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

export function removePlants(): void {
  for (const root of created) rmSync(root, { recursive: true, force: true });
}
