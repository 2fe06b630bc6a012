/**
 * One change after the other at 1,000 a second into a full replica: from the sending to the commit. Floor: a bare
 * SQLite transaction a change, with SQLite's own checkpoints and with the checkpoint in a thread.
 */
import { join } from 'node:path';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { startCheckpoints } from '../../src/replica/store/checkpoint.ts';
import { BenchConsole } from './console.ts';
import { profileId, profileLines } from './data.ts';
import { RawStore } from './floor/raw.ts';
import { inFolder } from './folder.ts';
import { snapshotParts } from './parts.ts';
import { EPOCH, fill, KEY, newReplica, SCOPE } from './replica-file.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, overRounds } from './stats.ts';
import { clock, Stream } from './stream.ts';

const RATE = 1_000;
/** Own commands a second, in the case that has them: far more than an operator can give. */
const OWN_EVERY = 100;

type Case = { run: (stream: Stream, count: number) => Promise<number[]>; end: () => Promise<void> | void };

function bare(folder: string, name: string, profiles: number, autocheckpoint: number): Case {
  const path = join(folder, `${name}.db`);
  const raw = new RawStore(path, { autocheckpoint, cacheKib: 65_536 });
  raw.create();
  const rows = function* () {
    for (const { id, text } of profileLines(profiles))
      yield [{ id, text, row: JSON.parse(text) as ProfileRow }];
  };
  raw.db.transaction(() => raw.load(rows()))();
  raw.finish();
  const change = raw.changer();
  const thread = autocheckpoint === 0 ? startCheckpoints(path, null, raw.db) : null;
  let cursor = profiles;
  return {
    run: (stream, count) =>
      measure(stream, { n: 1, cursor }, count, (text) => {
        const [, body] = JSON.parse(text);
        const { row } = body.ops[0];
        change(row, body.to, JSON.stringify(row));
        cursor = body.to;
      }),
    end: async () => {
      await thread?.stop();
      raw.close();
    },
  };
}

/** Latencies in ms from the sending to the end of `apply`. */
async function measure(
  stream: Stream,
  from: { n: number; cursor: number },
  count: number,
  apply: (text: string) => void,
): Promise<number[]> {
  const took: number[] = [];
  await stream.send({ ...from, scope: SCOPE }, count, ({ text, sentAt }) => {
    apply(text);
    took.push(clock() - sentAt);
  });
  return took;
}

function replica(folder: string, profiles: number): { quiet: Case; own: Case } {
  const path = join(folder, 'replica.db');
  const filled = newReplica(path, KEY);
  fill(filled, snapshotParts(profiles));
  filled.store.applyFrame({
    ops: [],
    drop: [],
    cursor: profiles,
    chain: 'c',
    proof: 'p',
    clientId: 'bench-client',
    lmid: 0,
    granted: [SCOPE],
  });
  filled.db.close();
  const console = new BenchConsole(folder, path);
  const from = () => ({ n: console.next, cursor: console.store.meta().cursor });
  return {
    quiet: {
      run: (stream, count) => measure(stream, from(), count, (text) => console.frame(text)),
      end: () => console.end(),
    },
    own: {
      run: async (stream, count) => {
        let i = 0;
        return measure(stream, from(), count, (text) => {
          if (++i % OWN_EVERY === 0) console.act(profileId(i));
          console.frame(text);
        });
      },
      end: () => undefined,
    },
  };
}

async function run(folder: string, { profiles, rounds, quick }: Options, report: Report): Promise<void> {
  note('filling three stores');
  const auto = bare(folder, 'auto', profiles, 1_000);
  const thread = bare(folder, 'thread', profiles, 0);
  const { quiet, own } = replica(folder, profiles);
  const stream = new Stream(profiles, RATE, EPOCH);
  const count = (quick ? 1 : 3) * RATE;
  const of = (one: Case) => () => one.run(stream, count);
  const cases = [
    { name: 'auto', run: of(auto) },
    { name: 'thread', run: of(thread) },
    { name: 'quiet', run: of(quiet) },
    { name: 'own', run: of(own) },
  ];
  // Changes are measured in a process that runs, not in one that starts: a full garbage collection throws optimised code
  // away with the shapes of the rows, and with two processors the thread that makes it anew holds the other one back for
  // 2 to 4 ms at a time, during the next ten seconds. So there is none between rounds, and the first two do not count.
  note('warming up');
  for (const { run } of [...cases, ...cases]) await run();
  const took = await interleaved(rounds, cases, { collects: false });
  await stream.end();
  for (const one of [auto, thread, quiet, own]) await one.end();
  const figures = (name: string) => overRounds(took.get(name) ?? []);
  const floor = Math.min(figures('auto').p99, figures('thread').p99);
  const say = (name: string, what: string, beside?: number): void => {
    const { p50, p99, n } = figures(name);
    report({ case: what, n, value: p99, unit: 'ms (p99)', p50, p99, ...(beside ? { floor: beside } : {}) });
  };
  const size = `${profiles.toLocaleString('en')} profiles, 1,000 changes/s`;
  say('quiet', `${size}, replica`, floor);
  say('own', `${size}, replica, 10 own commands/s`, floor);
  say('auto', `${size}, bare SQLite`);
  say('thread', `${size}, bare SQLite, checkpoint in a thread`);
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('live', options)));
