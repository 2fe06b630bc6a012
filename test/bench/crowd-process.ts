/** Consoles of the wire alone in a process of their own, told by its parent what to do (crowd.ts). */
import type { CrowdAsk, CrowdReply, Returned } from './crowd.ts';
import { type Counts, Histogram } from './histogram.ts';
import { WireClient } from './wire-client.ts';

/** Handshakes at once, so that opening a crowd is not a storm of its own. */
const AT_ONCE = 20;
const PATIENCE_MS = 120_000;

const clients: WireClient[] = [];
/** [seq of an event's commit, when its row came to one of the consoles] */
let told: number[] = [];

async function until(condition: () => boolean, what: () => string): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`the consoles wait in vain: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const onEvent = (seq: number, at: number): void => {
  told.push(seq, at);
};

async function open({ url, consoles, manner }: Extract<CrowdAsk, { do: 'open' }>): Promise<void> {
  for (let i = 0; i < consoles.length; i += AT_ONCE) {
    const some = consoles.slice(i, i + AT_ONCE).map((one) => new WireClient({ ...one, url, onEvent }));
    clients.push(...some);
    for (const client of some) {
      client.acking = manner === 'live';
      client.reading = manner !== 'blind';
      client.connect();
    }
    const isThere = (client: WireClient): boolean =>
      manner === 'deaf' || manner === 'blind' ? client.welcomedAt > 0 : client.isReady;
    await until(
      () => some.every(isThere),
      () => 'to become live',
    );
  }
}

function latencies(commits: [seq: number, at: number][]): Counts {
  const at = new Map(commits);
  const histogram = new Histogram();
  for (let i = 0; i < told.length; i += 2) {
    const committed = at.get(told[i] as number);
    if (committed !== undefined) histogram.add((told[i + 1] as number) - committed);
  }
  told = [];
  return histogram.counts;
}

/** Waits until every console was welcomed after `since` and has caught up. */
async function returned(since: number): Promise<Returned> {
  await until(
    () => clients.every((client) => client.welcomedAt > since && client.caughtUpAt > since),
    () => `to come back, ${clients.filter((client) => client.caughtUpAt <= since).length} are not`,
  );
  return {
    back: clients.map((client) => client.caughtUpAt - since),
    resets: clients.reduce((sum, client) => sum + client.resets, 0),
    waits: clients.reduce((sum, client) => sum + client.waits, 0),
    byes: clients.reduce((sum, client) => sum + client.byes.length, 0),
  };
}

async function answer(ask: CrowdAsk): Promise<CrowdReply> {
  switch (ask.do) {
    case 'open':
      await open(ask);
      return {};
    case 'begin':
      told = [];
      for (const client of clients) {
        client.resets = 0;
        client.waits = 0;
        client.byes = [];
      }
      return {};
    case 'reach':
      await until(
        () => clients.every((client) => client.cursor >= ask.seq),
        () => `for commit ${ask.seq}`,
      );
      return {};
    case 'latencies':
      return { counts: latencies(ask.commits) };
    case 'returned':
      return { returned: await returned(ask.since) };
    case 'close':
      for (const client of clients.splice(0)) client.close();
      return {};
  }
}

process.on('message', (ask: CrowdAsk) => {
  answer(ask).then(
    (reply) => process.send?.(reply),
    (error: Error) => process.send?.({ failed: error.message }),
  );
});
process.once('disconnect', () => process.exit(0));
