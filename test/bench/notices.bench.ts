/**
 * Notices that are due at once at two nodes on PostgreSQL, each node killed once while they are sent: how long until the
 * receiver has them all, and how many came again. It ends with an error where one has two keys or is missing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hookServer } from '../integration/receivers.ts';
import { cancelledFlights, destinations, keysOf } from '../nodes/due.ts';
import { BusyStation } from './busy-station.ts';
import { inFolder } from './folder.ts';
import { Nodes, withDatabase } from './nodes.ts';
import { note, type Report, readOptions, reporter } from './report.ts';
import { wallClock } from './wire-client.ts';

const PLACES = 128;

/** All notices are due together; the receiver counts; each node is killed once while they are sent. */
async function due(folder: string, notices: number, report: Report): Promise<void> {
  const receiver = await hookServer();
  await withDatabase(async (database) => {
    for (const name of ['node-0', 'node-1']) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'destinations.json'), destinations(receiver.url, PLACES));
    }
    const nodes = await Nodes.start(folder, new BusyStation(0), database);
    const { bookings, cancellations } = cancelledFlights(notices);
    note(`${notices} customers book`);
    for (let i = 0; i < bookings.length; i += 100)
      await nodes.batch(Buffer.from(JSON.stringify({ batch: bookings.slice(i, i + 100) })));
    note(`${notices} notices`);
    const since = wallClock();
    for (const batch of cancellations) await nodes.batch(Buffer.from(JSON.stringify({ batch: [batch] })));
    for (const index of [0, 1]) {
      await arrived(receiver.hooks, (notices * (index + 1)) / 3);
      note(`${keysOf(receiver.hooks).size} have come; node ${index} is killed`);
      await nodes.kill(index);
      await nodes.back(index);
    }
    await arrived(receiver.hooks, notices);
    const seconds = (wallClock() - since) / 1000;
    await nodes.end();
    const keys = keysOf(receiver.hooks);
    const twice = [...keys.values()].filter(({ size }) => size > 1).length;
    if (twice > 0 || keys.size !== notices)
      throw new Error(`${twice} of ${keys.size} notices under two keys`);
    report({
      case: 'two nodes, each killed: notices due at once, all sent',
      n: notices,
      value: seconds,
      unit: 's',
    });
    const again = receiver.hooks.length - notices;
    report({
      case: 'two nodes, each killed: notices that came again under their key',
      n: notices,
      value: again,
      unit: '',
    });
  });
  await receiver.close();
}

async function arrived(hooks: Parameters<typeof keysOf>[0], count: number): Promise<void> {
  for (let waited = 0; keysOf(hooks).size < count; waited++) {
    if (waited > 1_800) throw new Error(`${keysOf(hooks).size} notices came, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const options = readOptions(1);
const notices = options.quick ? 1_000 : 10_000;
await inFolder((folder) => due(folder, notices, reporter('notices', options)));
