/**
 * A station's snapshot into an empty replica: in its store alone, and end to end from a real core over a real socket.
 * Floor: the raw load of the same customers in the same run (floor/raw.ts). Beside it other stores (peers.ts).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { removeFile } from '../../src/replica/store/open.ts';
import { CoreProcess } from './core-process.ts';
import { profileLines, profilesFile } from './data.ts';
import { type RawRow, RawStore } from './floor/raw.ts';
import { inFolder } from './folder.ts';
import { snapshotParts } from './parts.ts';
import { arePeersThere, loadPeer, PEERS, type Peer, preparePeers } from './peers.ts';
import { finish, KEY, newReplica, SCOPE } from './replica-file.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { fetchStation, fillCore } from './station.ts';
import { interleaved, median } from './stats.ts';

/** Times only what is asked for: reading and parsing the customers is not the store's work. */
class Watch {
  ms = 0;

  time(work: () => void): void {
    const start = performance.now();
    work();
    this.ms += performance.now() - start;
  }
}

function rawLoad(path: string, profiles: number): number {
  const watch = new Watch();
  const raw = new RawStore(path, { autocheckpoint: 0 });
  raw.create();
  let batch: RawRow[] = [];
  const flush = (): void => {
    watch.time(() => raw.load([batch]));
    batch = [];
  };
  for (const { id, text } of profileLines(profiles)) {
    if (batch.push({ id, row: JSON.parse(text) as ProfileRow, text }) === 500) flush();
  }
  if (batch.length > 0) flush();
  watch.time(() => raw.finish());
  raw.close();
  return watch.ms;
}

function storeLoad(path: string, profiles: number): number {
  const watch = new Watch();
  const filled = newReplica(path, KEY);
  for (const { rows } of snapshotParts(profiles)) watch.time(() => filled.store.stage(SCOPE, rows, []));
  watch.time(() => finish(filled));
  filled.db.close();
  return watch.ms;
}

/** So large that a peer takes minutes: one round of each. */
const LARGE = 200_000;

type Loads = Map<string, number[]>;

/** Each peer once a round, beside the others. */
function peerCases(folder: string, profiles: number, into: Loads) {
  if (!arePeersThere()) return [];
  const file = join(folder, 'peers.ndjson');
  preparePeers(file, profiles);
  return PEERS.map((peer) => ({
    name: peer.name,
    run: async (round: number) => {
      const known = into.get(peer.name) ?? [];
      if (round > 0 && (profiles > LARGE || known.length === 0)) return 0;
      const ms = await loadPeer(peer, file, join(folder, peer.name), profiles);
      if (ms !== null) into.set(peer.name, [...known, ms]);
      return ms ?? 0;
    },
  }));
}

/** The peers' rates, and ours against the best of those that keep what they were given. */
function reportPeers(loads: Loads, profiles: number, wire: number, report: Report): void {
  const size = `${profiles.toLocaleString('en')} profiles`;
  const rate = ({ name }: Peer): number => (profiles / median(loads.get(name) ?? [])) * 1000;
  const measured = PEERS.filter(({ name }) => loads.has(name));
  for (const peer of measured) {
    const n = profiles * (loads.get(peer.name)?.length ?? 0);
    report({ case: `${size}, ${peer.says}: local only`, n, value: rate(peer), unit: 'rows/s' });
  }
  const durable = measured.filter((peer) => peer.durable).sort((a, b) => rate(b) - rate(a));
  const [best] = durable;
  if (!best) return;
  const what = `${size}, core to replica against the best durable peer`;
  report({ case: what, n: profiles, value: wire, unit: 'rows/s', floor: rate(best) });
}

async function run(folder: string, { profiles, rounds }: Options, report: Report): Promise<void> {
  profilesFile(profiles);
  note('filling the core');
  fillCore(join(folder, 'core'), profiles);
  const core = await CoreProcess.start(join(folder, 'core'));
  const path = join(folder, 'load.db');
  const console = join(folder, 'console');
  const firsts: number[] = [];
  const peers: Loads = new Map();
  const took = await interleaved(rounds, [
    { name: 'raw', run: () => rawLoad(path, profiles), after: () => removeFile(path) },
    { name: 'store', run: () => storeLoad(path, profiles), after: () => removeFile(path) },
    {
      name: 'wire',
      run: async () => {
        const { first, all } = await fetchStation(console, core, profiles);
        firsts.push(first);
        return all;
      },
      after: () => rmSync(console, { recursive: true }),
    },
    ...peerCases(folder, profiles, peers),
  ]);
  await core.end();
  const rate = (name: string): number => (profiles / median(took.get(name) ?? [])) * 1000;
  const n = profiles * rounds;
  const size = `${profiles.toLocaleString('en')} profiles`;
  const rows = { n, unit: 'rows/s', floor: rate('raw') };
  report({ ...rows, case: `${size}, store alone, encrypted, indexed`, value: rate('store') });
  report({ ...rows, case: `${size}, core to replica, encrypted, indexed`, value: rate('wire') });
  report({
    case: `${size}, start to first customers in the replica`,
    n: rounds,
    value: median(firsts),
    unit: 'ms',
    p50: median(firsts),
    p99: Math.max(...firsts),
  });
  reportPeers(peers, profiles, rate('wire'), report);
}

// A round loads the station three times; five rounds would take three minutes.
const options = readOptions(3);
await inFolder((folder) => run(folder, options, reporter('snapshot', options)));
