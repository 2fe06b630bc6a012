// Runs seeds in several processes: each gets some, and some more when it has done them.
import { fork } from 'node:child_process';
import { SetupError } from '../setup/base.mjs';

const SOME = 25;
/** Much is made and soon gone; there is a worker for each processor, and none is left for threads that collect it. */
const MEMORY = ['--max-semi-space-size=64', '--single-threaded-gc'];

/**
 * @param seeds an iterator of seeds @param told what became of one; true ends it all
 * @returns when there are no more seeds or it was ended
 */
export async function runSeeds({ program, workers, seeds, options, told }) {
  let ended = false;
  const children = new Set();
  const one = () =>
    new Promise((resolve, reject) => {
      const child = fork(program, { execArgv: MEMORY, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      children.add(child);
      child.on('message', (message) => {
        if (ended) return;
        if (!message.idle) {
          if (told(message)) end();
          return;
        }
        const some = take(seeds, SOME);
        if (some.length > 0) child.send({ seeds: some, options });
        else child.disconnect();
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        children.delete(child);
        if (code === 0 || ended) resolve();
        else reject(new SetupError('a worker ended in the middle of its seeds.'));
      });
    });
  const end = () => {
    ended = true;
    for (const child of children) child.kill();
  };
  try {
    await Promise.all(Array.from({ length: workers }, one));
  } finally {
    end();
  }
}

/** One process that runs a seed at a time, each with options of its own. */
export function startWorker(program) {
  const child = fork(program, { execArgv: MEMORY, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let asked = null;
  child.on('message', (message) => message.idle || asked?.resolve(message));
  child.on('exit', () => asked?.reject(new SetupError('a worker ended in the middle of a seed.')));
  return {
    run: (seed, options) =>
      new Promise((resolve, reject) => {
        asked = { resolve, reject };
        child.send({ seeds: [seed], options });
      }),
    end: () => child.kill(),
  };
}

function take(iterator, count) {
  const taken = [];
  while (taken.length < count) {
    const { done, value } = iterator.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
