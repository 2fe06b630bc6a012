/**
 * Two nodes on PostgreSQL beside one core with its own file: consoles and events at a rate, what twice as many of each and
 * ten times the customers cost, and how soon all are back after each node is killed. It ends with an error where an event is
 * lost or doubled.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { BusyStation } from './busy-station.ts';
import { inFolder } from './folder.ts';
import { type Load, Nodes, type Round, withDatabase } from './nodes.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { median, quantile } from './stats.ts';

type Scale = { consoles: number; rate: number; seconds: number; customers: number };

const scaleOf = (quick: boolean): Scale =>
  quick
    ? { consoles: 200, rate: 100, seconds: 5, customers: 200 }
    : { consoles: 1_000, rate: 500, seconds: 15, customers: 1_000 };

/** @param database undefined: one core with its own file, otherwise two nodes */
async function withNodes<T>(
  place: { folder: string; database?: string | undefined },
  station: BusyStation,
  work: (nodes: Nodes) => Promise<T>,
): Promise<T> {
  const nodes = await Nodes.start(place.folder, station, place.database);
  try {
    await station.fill(nodes);
    return await work(nodes);
  } finally {
    await nodes.end();
  }
}

function tell(report: Report, name: string, load: Load, round: Round, floor: Round | null): void {
  const size = `${name}: ${load.consoles} consoles, ${load.rate} events/s`;
  const { told, acks } = round;
  const n = round.sent;
  report({ case: `${size}, accepted`, n, value: n / round.seconds, unit: 'events/s' });
  const [p50, p99] = [quantile(acks, 0.5), quantile(acks, 0.99)];
  const beside = floor && { floor: quantile(floor.acks, 0.99) };
  report({ case: `${size}, sent to durable`, n, value: p99, unit: 'ms (p99)', p50, p99, ...beside });
  report({
    ...{ case: `${size}, committed to its console`, n: told.size, unit: 'ms (p99)' },
    ...{ value: told.quantile(0.99), p50: told.quantile(0.5), p99: told.quantile(0.99) },
    ...(floor && { floor: floor.told.quantile(0.99) }),
  });
  const cost = (one: Round): number => (one.cpu / one.sent) * 1000;
  report({
    ...{ case: `${size}, nodes' processor time an event`, n, value: cost(round), unit: 'ms' },
    ...(floor && { floor: cost(floor) }),
  });
}

/** How much of the machine the nodes had: beside others a figure says what they left. The floor is all that was used. */
function tellShare(report: Report, name: string, { cpu, busy, seconds, sent }: Round): void {
  const whole = seconds * availableParallelism();
  const [value, floor] = [cpu, busy].map((one) => (one / whole) * 100) as [number, number];
  report({
    case: `${name}: processors used by nodes (floor: by all on the machine)`,
    n: sent,
    value,
    unit: '%',
    floor,
  });
}

/** The whole load, on the core's own file and on two nodes; then each node is killed under it. */
async function beside(folder: string, scale: Scale, report: Report): Promise<void> {
  const load: Load = scale;
  note('one core with its own file');
  const alone = await withNodes({ folder: join(folder, 'alone') }, new BusyStation(scale.customers), (one) =>
    one.round(load),
  );
  tell(report, 'one core, SQLite', load, alone, null);
  tellShare(report, 'one core, SQLite', alone);
  await withDatabase((database) =>
    withNodes({ folder: join(folder, 'two'), database }, new BusyStation(scale.customers), async (nodes) => {
      note('two nodes');
      const both = await nodes.round(load);
      tell(report, 'two nodes', load, both, alone);
      tellShare(report, 'two nodes', both);
      // What is left of the machine must carry the rest: under more than it bears, recovery is the length of the queue.
      const half = { ...load, rate: load.rate / 2 };
      for (const index of [0, 1]) {
        note(`node ${index} is killed`);
        const { back, away } = await nodes.roundWithKill(half, index);
        report({
          ...{
            case: `two nodes, ${half.consoles} consoles, ${half.rate} events/s: node ${index} killed, last console back`,
          },
          ...{ n: back.length, value: Math.max(...back) / 1000, unit: 's', p50: median(back) / 1000 },
          p99: quantile(back, 0.99) / 1000,
        });
        report({
          ...{ case: `two nodes: node ${index} killed, the longest that an event waited`, n: away.length },
          ...{ value: Math.max(...away) / 1000, unit: 's' },
        });
      }
    }),
  );
}

/** Twice the consoles, twice the events, ten times the customers: the nodes' processor time, floor the small case. */
async function growth(folder: string, scale: Scale, report: Report): Promise<void> {
  const small: Load = { consoles: scale.consoles / 2, rate: scale.rate / 2, seconds: scale.seconds };
  const cost = async (name: string, customers: number, loads: Load[]): Promise<Round[]> =>
    withDatabase((database) =>
      withNodes({ folder: join(folder, name), database }, new BusyStation(customers), async (nodes) => {
        const rounds: Round[] = [];
        for (const load of loads) rounds.push(await nodes.round(load));
        return rounds;
      }),
    );
  note('twice the consoles, twice the events');
  // The first round warms the programs up.
  const loads = [
    small,
    small,
    { ...small, consoles: small.consoles * 2 },
    { ...small, rate: small.rate * 2 },
  ];
  const [, base, consoles, events] = await cost('grow', scale.customers, loads);
  if (!base || !consoles || !events) throw new Error('three rounds');
  const perSecond = (one: Round): number => (one.cpu / one.seconds) * 1000;
  const say = (what: string, value: number, floor: number, n: number): void =>
    report({ case: `two nodes, ${what}: nodes' processor time`, n, value, unit: 'ms', floor });
  say('consoles x 2, a second', perSecond(consoles), perSecond(base), consoles.sent);
  say('events x 2, all of them', events.cpu * 1000, base.cpu * 1000, events.sent);
  note('ten times the customers');
  const [, many] = await cost('many', scale.customers * 10, [small, small]);
  if (!many) throw new Error('one round');
  const perEvent = (one: Round): number => (one.cpu / one.sent) * 1000;
  say('customers x 10, an event', perEvent(many), perEvent(base), many.sent);
}

async function run(folder: string, options: Options, report: Report): Promise<void> {
  const scale = scaleOf(options.quick);
  await beside(folder, scale, report);
  await growth(folder, scale, report);
}

const options = readOptions(1);
await inFolder((folder) => run(folder, options, reporter('nodes', options)));
