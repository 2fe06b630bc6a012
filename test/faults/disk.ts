/** What can happen to a station's files while no process has them: loss of power, damage, being put back to before. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutboxFile } from '../../src/replica/store/outbox.ts';
import { keysIn } from './keys.ts';

const HEADER = 32;
const FRAME_HEADER = 24;

const fileIn = (folder: string, pattern: RegExp): string | null => {
  const name = existsSync(folder) ? readdirSync(folder).find((one) => pattern.test(one)) : undefined;
  return name === undefined ? null : join(folder, name);
};
export const replicaFile = (folder: string): string | null => fileIn(folder, /^replica-\w+\.db$/u);
export const outboxFile = (folder: string): string | null => fileIn(folder, /^outbox-\w+\.db$/u);

/** Where the transactions of a write-ahead log end, in bytes from its beginning, oldest first. */
function transactionEnds(wal: Buffer): { salt: string; ends: number[] } {
  const salt = wal.toString('hex', 16, 24);
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const ends: number[] = [];
  for (let at = HEADER; at + frame <= wal.length; at += frame) {
    if (wal.toString('hex', at + 8, at + 16) !== salt) break;
    // The frame that ends a transaction names the size of the database after it.
    if (wal.readUInt32BE(at + 4) !== 0) ends.push(at + frame);
  }
  return { salt, ends };
}

/**
 * What the disk is known to hold whatever happens: what the checkpoint has written through before it moved pages
 * (`nBackfillAttempted` of the log's index), and what a commit has written through by itself (noted by durable.cjs).
 */
function safeBytes(path: string, wal: Buffer, salt: string): number {
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  let safe = HEADER;
  if (existsSync(`${path}-shm`)) {
    const index = readFileSync(`${path}-shm`);
    if (index.length >= 136) safe += Math.max(index.readUInt32LE(96), index.readUInt32LE(128)) * frame;
  }
  if (existsSync(`${path}.synced`)) {
    const noted = JSON.parse(readFileSync(`${path}.synced`, 'utf8')) as { salt: string; bytes: number };
    if (noted.salt === salt) safe = Math.max(safe, noted.bytes);
  }
  return safe;
}

/**
 * The power fails: replica.db, which does not write each commit through, loses its last transactions; all that is
 * certain stays. Returns how many were lost. @param pick an integer below its argument
 */
export function losePower(folder: string, pick: (below: number) => number): number {
  const path = replicaFile(folder);
  if (path === null || !existsSync(`${path}-wal`) || statSync(`${path}-wal`).size <= HEADER) return 0;
  const wal = readFileSync(`${path}-wal`);
  const { salt, ends } = transactionEnds(wal);
  const safe = safeBytes(path, wal, salt);
  const losable = ends.filter((end) => end > safe).length;
  if (losable === 0) return 0;
  const lost = 1 + pick(losable);
  const kept = [safe, ...ends.filter((end) => end > safe)].at(-1 - lost) as number;
  const file = openSync(`${path}-wal`, 'r+');
  // The first frame of what is lost may have been half written.
  ftruncateSync(file, Math.min(wal.length, kept + pick(2_000)));
  closeSync(file);
  rmSync(`${path}-shm`, { force: true });
  return lost;
}

const PAGE = 4_096;

/** Turns the bits of some bytes of one page over. @param page from 0 */
export function damagePage(path: string, page: number): void {
  const file = openSync(path, 'r+');
  const bytes = Buffer.alloc(300);
  readSync(file, bytes, 0, bytes.length, page * PAGE + 200);
  writeSync(
    file,
    bytes.map((byte) => byte ^ 0x5a),
    0,
    bytes.length,
    page * PAGE + 200,
  );
  closeSync(file);
}

export const pagesOf = (path: string): number => Math.floor(statSync(path).size / PAGE);

/** Everything behind the first page is ruined: opening goes well, reading does not. */
export function ruin(path: string): void {
  for (let page = 1; page < pagesOf(path); page++) damagePage(path, page);
}

/**
 * Damages a closed outbox where no entry stands: one page is no longer what it was, and yet nothing has to be lost.
 * Such a page is found by trying it on copies.
 */
export function damageBesideEntries(folder: string): void {
  const path = outboxFile(folder) as string;
  const trial = mkdtempSync(join(tmpdir(), 'damage-'));
  const copy = join(trial, 'outbox.db');
  const open = () => openOutboxFile(copy, keysIn(folder).outbox, () => 'trial', new Date());
  try {
    imageOf(path, copy);
    const whole = open();
    const entries = whole.store.load().pending.length + whole.store.load().settled.size;
    whole.store.close();
    for (let page = 1; page < pagesOf(path); page++) {
      imageOf(path, copy);
      damagePage(copy, page);
      const { store, salvaged } = open();
      const kept = store.load().pending.length;
      store.close();
      if (salvaged !== null && kept === entries) return damagePage(path, page);
    }
    throw new Error('every page has entries');
  } finally {
    rmSync(trial, { recursive: true });
  }
}

const side = ['', '-wal', '-shm'];

/** A copy of a database with what has not been moved into it yet. */
export function imageOf(path: string, to: string): void {
  for (const suffix of side) {
    rmSync(to + suffix, { force: true });
    if (existsSync(path + suffix)) cpSync(path + suffix, to + suffix);
  }
}

/**
 * The write-ahead logs of a process may not grow any more, as on a full disk; null lifts it. Needs no privilege.
 * @returns false where this system cannot do it
 */
export function limitFiles(pid: number, folder: string | null): boolean {
  if (pid === 0) return false;
  const logs = folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('-wal'));
  if (folder !== null && logs.length === 0) return false;
  const smallest = Math.min(...logs.map((name) => statSync(join(folder ?? '', name)).size));
  const limit = folder === null ? 'unlimited' : `${smallest}`;
  return spawnSync('prlimit', ['--pid', `${pid}`, `--fsize=${limit}:unlimited`]).status === 0;
}

export type FullDisk = {
  /** In words, for whoever reads what was tried. */
  how: string;
  fill(pid: number, folder: string): void;
  free(pid: number): void;
  remove(): void;
};

const SMALL = '2m';

/**
 * A disk in this folder that can be full: a small file system of its own where that may be mounted (by root), otherwise
 * a limit on the size of files. Where neither can be had the test says so and fails, because then nothing is known.
 */
export function fullDisk(folder: string): FullDisk {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'none', folder]).status === 0;
  const filler = join(folder, 'filler');
  if (!mounted) {
    return {
      how: 'a limit on the size of files',
      fill(pid, data) {
        if (!limitFiles(pid, data)) throw new Error('neither tmpfs nor prlimit can be had here');
      },
      free: (pid) => void limitFiles(pid, null),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  return {
    how: 'a file system of two megabytes',
    fill() {
      const file = openSync(filler, 'w');
      try {
        for (let size = 65_536; size >= 512; size /= 2) while (append(file, size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler),
    remove() {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** False where there is no room for it. */
function append(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch {
    return false;
  }
}
