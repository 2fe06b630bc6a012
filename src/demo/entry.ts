import { openDoor } from './door.ts';
import { type Flags, parseFlags, USAGE } from './flags.ts';
import { startRun } from './plan.ts';
import { play } from './play.ts';
import { readFlightRecords } from './records.ts';

/** How long the end waits for answers to what is on the way, ms. */
const LAST_CALL_MS = 2000;

const warn = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** One signal for every way of being told to stop: by the system, or by a parent that has gone. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGTERM', abort);
  process.once('SIGINT', abort);
  process.once('disconnect', abort);
  return stop.signal;
}

async function main(flags: Flags): Promise<number> {
  const stopped = stopSignal();
  const started = Date.now();
  const now = flags.now ?? started;
  const { passengers, speed, station } = flags;
  const run = startRun(flags.seed, { passengers, speed, station, records: readFlightRecords() }, now);
  const door = openDoor(flags.url, flags.writeKey, stopped, warn);
  let useless = false;
  await play(
    run,
    door,
    () => Date.now() + (now - started),
    stopped,
    (tally) => {
      process.stdout.write(`${JSON.stringify(tally)}\n`);
      useless = tally.loaded === 0;
      return !useless;
    },
  );
  await door.close(LAST_CALL_MS);
  if (useless) warn('The core took none of the events: the write key or the address is wrong.');
  return useless ? 1 : 0;
}

const parsed = parseFlags(process.argv.slice(2), process.env.KAIROS_WRITE_KEY);
if (parsed.ok) {
  try {
    process.exitCode = await main(parsed.flags);
  } catch (error) {
    warn(`The simulated airport stopped: ${(error as Error).message}`);
    process.exitCode = 1;
  }
} else {
  warn(`${parsed.sentence} Usage: ${USAGE}`);
  process.exitCode = 2;
}
process.exit();
