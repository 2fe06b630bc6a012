/**
 * Other offline-first stores beside ours (peers/): each loads the same customers in a process of its own. They do less:
 * nothing comes over a wire, nothing is encrypted, no search index is made.
 */
import { execFile } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { profileLines } from './data.ts';
import { keysOf } from './floor/raw.ts';
import { note } from './report.ts';

export type Peer = { name: string; says: string; durable: boolean };

export const PEERS: readonly Peer[] = [
  { name: 'powersync-synced', says: 'PowerSync, synced rows', durable: true },
  { name: 'powersync-local', says: 'PowerSync, local table', durable: true },
  { name: 'pouchdb', says: 'PouchDB on LevelDB', durable: true },
  { name: 'rxdb', says: 'RxDB in memory', durable: false },
];

const FOLDER = join(process.cwd(), 'test', 'bench', 'peers');
/** A peer that keeps everything in its heap may have one. */
const HEAP = '--max-old-space-size=12288';
const PATIENCE_MS = 30 * 60_000;

/** Whether the benchmark's start has installed them (scripts/bench.mjs). */
export const arePeersThere = (): boolean =>
  process.env['KAIROS_BENCH_PEERS'] === '1' && existsSync(join(FOLDER, 'node_modules'));

/** The customers with the keys that searching needs taken out already, one a line. */
export function preparePeers(path: string, profiles: number): void {
  const file = openSync(path, 'w');
  for (const { id, text } of profileLines(profiles)) {
    const [name_key, email, phone_rev, loyalty, pnr, flight] = keysOf(JSON.parse(text) as ProfileRow);
    const customer = { id, name_key, email, phone_rev, loyalty, pnr, flight, json: text };
    writeSync(file, `${JSON.stringify(customer)}\n`);
  }
  closeSync(file);
}

/** ms; null where the peer could not do it, which is said. */
export async function loadPeer(peer: Peer, file: string, folder: string, profiles: number) {
  mkdirSync(folder, { recursive: true });
  try {
    const args = [HEAP, join(FOLDER, 'load.mjs'), peer.name, file, folder];
    const env = { ...process.env, PEER_ROWS: String(profiles) };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: PATIENCE_MS });
    return (JSON.parse(stdout) as { ms: number }).ms;
  } catch (error) {
    note(`${peer.says} could not take ${profiles.toLocaleString('en')} customers: ${reasonOf(error)}`);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ').slice(0, 300);
