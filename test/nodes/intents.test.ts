/** Notices that are due at once, two nodes that could send them, and each node killed in the middle (docs/spec/store.md). */
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Core } from '../contract/core-process.ts';
import { type HookServer, hookServer } from '../integration/receivers.ts';
import { cancelledFlights, destinations, type Event, keysOf } from './due.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { until } from './site.ts';

const NOTICES = 300;
/** So many are on their way to the receiver at once. */
const PLACES = 20;

let postgres: Postgres;
let watcher: pg.Client;
let receiver: HookServer;
let nodes: [Core, Core];

beforeAll(async () => {
  receiver = await hookServer();
  postgres = await startPostgres();
  watcher = new pg.Client(postgres.url);
  await watcher.connect();
  const node = () => {
    const dir = mkdtempSync(join(tmpdir(), 'kairos-due-'));
    writeFileSync(join(dir, 'destinations.json'), destinations(receiver.url, PLACES));
    return new Core(dir, postgres.url).start();
  };
  nodes = [await node(), await node()];
}, 120_000);

afterAll(async () => {
  for (const core of nodes) await core.dispose();
  await watcher.end();
  await postgres.stop();
  await receiver.close();
});

/** Of the notices; what the customers were to be told of flights that did not take place is cancelled with them. */
async function states(): Promise<{ [state: string]: number }> {
  const { rows } = await watcher.query(
    'SELECT state, count(*)::int AS n FROM kairos.intent WHERE lane = 0 GROUP BY state',
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

/** Again where the database did not answer in time, as sources do. */
const deliver = (core: Core, batch: Event[]): Promise<void> =>
  until(
    () =>
      core.batch(batch).then(
        () => true,
        () => false,
      ),
    'a batch to be accepted',
  );

it('[N8] each notice is sent once and under one key, though each node is killed while they are sent', async () => {
  const { bookings, cancellations } = cancelledFlights(NOTICES);
  for (let i = 0; i < bookings.length; i += 100) await deliver(nodes[0], bookings.slice(i, i + 100));
  await deliver(nodes[1], cancellations);
  const held: ServerResponse[] = [];
  const unanswered = new Set<string>();
  for (const [i, core] of nodes.entries()) {
    // In the middle: from here on the receiver answers nobody, until the node has gone and is back.
    const some = (NOTICES * (i + 1)) / 3;
    const answer = receiver.answer;
    receiver.answer = (response, hook) => {
      if (keysOf(receiver.hooks).size < some) return answer(response, hook);
      held.push(response);
      unanswered.add(String(hook.headers['webhook-id']));
    };
    await until(() => held.length >= PLACES, 'notices that nobody answers');
    await core.restart('SIGKILL');
    receiver.answer = answer;
    for (const response of held.splice(0)) answer(response, { headers: {}, body: '' });
  }
  await until(async () => (await states())['sent'] === NOTICES, `${NOTICES} notices marked as sent`);
  expect(await states()).toEqual({ sent: NOTICES });
  const keys = keysOf(receiver.hooks);
  expect(keys.size).toBe(NOTICES);
  expect([...keys.values()].filter(({ size }) => size !== 1)).toEqual([]);
  // What nobody answered comes again, and what a node had handed over and not marked when it was killed; nothing else does.
  const asked = new Map<string, number>();
  for (const { headers } of receiver.hooks)
    asked.set(String(headers['webhook-id']), 1 + (asked.get(String(headers['webhook-id'])) ?? 0));
  const again = [...asked].filter(([key, times]) => times > 1 && !unanswered.has(key));
  expect(again.length).toBeLessThanOrEqual(nodes.length * PLACES);
  for (const core of nodes) {
    const { id } = await core.profile('userId', 'p7');
    const { events } = await core.events(id);
    expect(events.filter(({ name }) => name === 'Message Sent')).toHaveLength(1);
  }
}, 240_000);
