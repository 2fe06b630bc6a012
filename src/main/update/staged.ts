/**
 * An update on this machine's disk: the manifest, its signature and the package, whole and proved or not at all. What
 * lies there is proved again before it is used: any program of the same user can write there.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Feed, readFrom, readSmall } from './feed.ts';
import {
  type Asker,
  choosePackage,
  MAX_MANIFEST_BYTES,
  type Manifest,
  type Package,
  Refused,
  readManifest,
  SIGNATURE_BYTES,
} from './manifest.ts';

export type Staged = { version: string; manifest: string; signature: string; package: string };

const MANIFEST = 'manifest.json';
const SIGNATURE = 'manifest.json.sig';

/** Looks at the feed, and fetches what is newer and this station's. @returns null where there is nothing. @throws Refused */
export async function fetchUpdate(folder: string, feed: Feed, key: KeyObject, asker: Asker): Promise<Staged> {
  const name = `${asker.channel}.json`;
  const bytes = await readSmall(feed, name, MAX_MANIFEST_BYTES);
  const signature = await readSmall(feed, `${name}.sig`, SIGNATURE_BYTES);
  const manifest = readManifest(bytes, signature, key);
  const chosen = choosePackage(manifest, asker);
  const here = await stagedUpdate(folder, key, asker).catch(() => null);
  if (here?.version === manifest.version) return here;
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  try {
    await download(feed, chosen, join(fresh, chosen.file));
    writeFileSync(join(fresh, SIGNATURE), signature, { mode: 0o600, flush: true });
    writeFileSync(join(fresh, MANIFEST), bytes, { mode: 0o600, flush: true });
    dropStaged(folder);
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return pathsOf(folder, manifest, chosen);
}

/** What is there, proved from the signature to the last byte. @throws Refused; `current` where there is nothing */
export async function stagedUpdate(folder: string, key: KeyObject, asker: Asker): Promise<Staged> {
  let [bytes, signature] = [Buffer.alloc(0), Buffer.alloc(0)];
  try {
    bytes = readFileSync(join(folder, MANIFEST));
    signature = readFileSync(join(folder, SIGNATURE));
  } catch {
    throw new Refused('current');
  }
  const manifest = readManifest(bytes, signature, key);
  // It was this station's turn when it was fetched.
  const chosen = choosePackage({ ...manifest, share: 100 }, asker);
  const hash = createHash('sha512');
  let size = 0;
  try {
    for await (const piece of createReadStream(join(folder, chosen.file))) {
      size += (piece as Buffer).length;
      hash.update(piece as Buffer);
    }
  } catch {
    throw new Refused('incomplete');
  }
  prove(chosen, size, hash.digest('hex'));
  return pathsOf(folder, manifest, chosen);
}

export const dropStaged = (folder: string): void => rmSync(folder, { recursive: true, force: true });

async function download(feed: Feed, chosen: Package, path: string): Promise<void> {
  const hash = createHash('sha512');
  const file = await open(path, 'wx', 0o600);
  try {
    const size = await readFrom(feed, chosen.file, chosen.size, async (piece) => {
      hash.update(piece);
      await file.writeFile(piece);
    });
    prove(chosen, size, hash.digest('hex'));
    await file.sync();
  } finally {
    await file.close();
  }
}

function prove({ size, sha512 }: Package, isSize: number, isSha512: string): void {
  if (isSize < size) throw new Refused('incomplete');
  if (isSize > size) throw new Refused('oversize');
  if (isSha512 !== sha512) throw new Refused('hash');
}

const pathsOf = (folder: string, { version }: Manifest, { file }: Package): Staged => ({
  version,
  manifest: join(folder, MANIFEST),
  signature: join(folder, SIGNATURE),
  package: join(folder, file),
});
