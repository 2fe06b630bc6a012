/**
 * Loads prepared customers into one peer and prints the milliseconds that it took: `node load.mjs PEER FILE FOLDER`. A
 * process of its own, so that none has another's heap. What is timed is the peer's own call, from objects that were
 * parsed before to the last commit; no wire, no encryption, no search index.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PEERS } from './peers.mjs';

const BATCH = 500;

async function* batches(file) {
  let batch = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (batch.push(JSON.parse(line)) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const [peer, file, folder] = process.argv.slice(2);
const { put, finish, count } = await PEERS[peer](folder);
let ms = 0;
let given = 0;
const timed = async (work) => {
  const start = performance.now();
  await work();
  ms += performance.now() - start;
};
for await (const batch of batches(file)) {
  given += batch.length;
  await timed(() => put(batch));
}
await timed(finish);
const held = await count();
if (held !== given) throw new Error(`${peer} holds ${held} of ${given} customers`);
process.stdout.write(`${JSON.stringify({ ms })}\n`);
process.exit(0);
