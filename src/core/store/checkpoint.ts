import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/**
 * Moves what was committed from the write-ahead log into the file once a second, on a thread of its own: on the
 * writer's thread it is the checkpoint, not the commit, that makes others wait.
 */

const EVERY_MS = 1_000;

// A text, because a worker needs a file of its own and the built core is one file.
const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.library);
const db = new Database(workerData.file, { timeout: 100 });
const timer = setInterval(() => {
  try {
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // The writer holds a lock, or the disk is full: the writer says so, and the next turn tries again.
  }
}, workerData.every);
parentPort.on('message', () => {
  clearInterval(timer);
  db.close();
  parentPort.close();
});
`;

/** Starts the thread for a database file; the result stops it and resolves when it has let go of the file. */
export function startCheckpoints(file: string, onFailure: (error: unknown) => void): () => Promise<void> {
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const worker = new Worker(CODE, { eval: true, workerData: { file, library, every: EVERY_MS } });
  worker.unref();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', onFailure);
  return () => {
    // Waited for: the process must not end before the file is let go of.
    worker.ref();
    worker.postMessage('stop');
    return ended;
  };
}
