import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/**
 * Moves what was committed from the write-ahead log into the file once a second, on a thread of its own: on the
 * writer's thread it is the checkpoint, not the commit, that makes others wait. Under load it comes more often, so that
 * little is left for the writer when the log has reached its bound (database.ts) and must begin anew.
 */

const EVERY_MS = 1_000;
const BUSY_MS = 200;
/** Pages in the log from which on there is load: 16 MB. */
const BUSY_PAGES = 4_000;

// A text, because a worker needs a file of its own and the built core is one file.
const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.library);
const db = new Database(workerData.file, { timeout: 100 });
const { every, busy, busyPages } = workerData;
let timer = setTimeout(turn, every);
let seen = 0;
function turn() {
  let wait = every;
  try {
    const [{ log }] = db.pragma('wal_checkpoint(PASSIVE)');
    if ((log < seen ? log : log - seen) >= busyPages) wait = busy;
    seen = log;
  } catch {
    // The writer holds a lock, or the disk is full: the writer says so, and the next turn tries again.
  }
  timer = setTimeout(turn, wait);
}
parentPort.on('message', () => {
  clearTimeout(timer);
  db.close();
  parentPort.close();
});
`;

/** Starts the thread for a database file; the result stops it and resolves when it has let go of the file. */
export function startCheckpoints(file: string, onFailure: (error: unknown) => void): () => Promise<void> {
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const worker = new Worker(CODE, {
    eval: true,
    workerData: { file, library, every: EVERY_MS, busy: BUSY_MS, busyPages: BUSY_PAGES },
  });
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
