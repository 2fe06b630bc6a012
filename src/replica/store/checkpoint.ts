/**
 * Checkpoints of replica.db in a thread of their own: on the writing thread they made the tail of every commit (p99 18
 * instead of 4 ms). The thread opens the file itself, with its own connection, and only ever checkpoints.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Db, Key } from './open.ts';

const EVERY_MS = 1_000;
/**
 * Pages of the log: 256 MB. A checkpoint beside a writer who does not pause is never complete, so the log would not begin
 * anew and grow for ever; from here on the writer waits for what came during the checkpoint before, and for the disk: some
 * ten ms, each quarter of a minute at 1,000 changes a second.
 */
const MOST_PAGES = 32_000;

/**
 * The thread's program. It is text because a bundler would otherwise need an entry of its own for a few lines; the
 * native module is named by its full path. The key never leaves the process. A checkpoint that fails (a lock, a full
 * disk) is tried again at the next turn; the writer says what is wrong with the disk.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.driver);
const db = new Database(workerData.path, { timeout: 100 });
if (workerData.key !== null) { db.pragma("cipher = 'aegis'"); db.pragma('key = "x\\'' + workerData.key + '\\'"'); }
let clearing = false;
const turn = () => {
  try {
    const [{ log }] = db.pragma('wal_checkpoint(PASSIVE)');
    if (log >= workerData.mostPages) { db.pragma('wal_checkpoint(PASSIVE)'); db.pragma('wal_checkpoint(RESTART)'); }
    if (clearing) clearing = db.pragma('wal_checkpoint(TRUNCATE)')[0].busy !== 0;
  } catch {}
};
const timer = setInterval(turn, workerData.everyMs);
parentPort.on('message', (message) => {
  if (message === 'clear') { clearing = true; return turn(); }
  clearInterval(timer); db.close(); process.exit(0);
});
`;

export type Checkpoints = {
  /** What was deleted leaves the file and its write-ahead log soon: at once, or at a later turn where it is in use. */
  clear(): void;
  stop(): Promise<void>;
};

/**
 * Falls back to checkpoints on the writing connection where a thread cannot be had.
 * @param every ms between two @param most pages that the log may have before it has to begin anew
 */
export function startCheckpoints(
  path: string,
  key: Key,
  db: Db,
  { every = EVERY_MS, most = MOST_PAGES } = {},
): Checkpoints {
  try {
    const driver = createRequire(import.meta.url).resolve('better-sqlite3');
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { path, key, driver, everyMs: every, mostPages: most },
    });
    worker.unref();
    let alive = true;
    worker.once('error', () => {
      alive = false;
      if (db.open) db.pragma('wal_autocheckpoint = 1000');
    });
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    return {
      clear: () => worker.postMessage('clear'),
      async stop() {
        // Whoever waits for the end must not find the process gone because nothing else was left to do.
        worker.ref();
        if (alive) worker.postMessage('stop');
        await ended;
      },
    };
  } catch {
    db.pragma('wal_autocheckpoint = 1000');
    return { clear: () => void db.pragma('wal_checkpoint(TRUNCATE)'), stop: async () => undefined };
  }
}
