/** What happens in one run, drawn from its seed alone: the same seed makes the same plan. */
import { Random } from '../simulation/random.ts';
import type { Kind } from './ledger.ts';
import type { Direction } from './proxy.ts';

export type Sort = 'partition' | 'kill';

/** Faults of one station's line; those with `ms` end by themselves. */
export type LineFault =
  | { do: 'cut' }
  /** In the middle of a frame, as likely as not. */
  | { do: 'cut-after'; direction: Direction; bytes: number }
  | { do: 'refuse'; ms: number }
  /** Dead in one direction. */
  | { do: 'swallow'; direction: Direction; ms: number }
  /** Silent in one direction, and what was said arrives late. */
  | { do: 'hold'; direction: Direction; ms: number }
  | { do: 'delay'; by: number; ms: number }
  /** The console reads slowly. */
  | { do: 'trickle'; bytesPerSecond: number; ms: number };

export type StationFault =
  | { do: 'kill-station'; downMs: number }
  | { do: 'stop-station'; ms: number }
  | { do: 'power'; downMs: number; lose: number }
  | { do: 'damage-replica'; pages: number; where: number }
  | { do: 'damage-outbox'; where: number }
  /** Takes an image of the outbox, or puts it back. */
  | { do: 'image' }
  | { do: 'roll-back' }
  | { do: 'clone' }
  | { do: 'full-disk'; ms: number }
  | { do: 'station-clock'; offsetMs: number };

export type CoreFault =
  | { do: 'kill-core'; downMs: number }
  | { do: 'stop-core'; ms: number }
  | { do: 'backup-core' }
  | { do: 'restore-core' }
  | { do: 'full-core'; ms: number }
  | { do: 'core-clock'; offsetSeconds: number };

export type Event = { at: number } & (
  | { do: 'write'; station: number; n: number; kind: Kind; customer: number; long: boolean }
  | { do: 'take-back'; station: number; n: number }
  | { do: 'source'; n: number; customer: number }
  | ({ station: number } & (LineFault | StationFault))
  | CoreFault
);

export type Plan = {
  sort: Sort;
  seed: number;
  customers: number;
  stations: number;
  ms: number;
  events: Event[];
};

const STATIONS = 3;
const CUSTOMERS = 4;
const LASTS = { partition: 900, kill: 1_300 } as const;

/** One number out of the seed of all runs, the sort and the number of the run. */
const seedOf = (seed: number, sort: Sort, run: number): number =>
  Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, sort === 'kill' ? 0x85ebca6b : 0xc2b2ae35);

export function planOf(seed: number, sort: Sort, run: number): Plan {
  const own = seedOf(seed, sort, run);
  const random = new Random(own);
  const ms = LASTS[sort];
  const events = [
    ...actions(random, ms),
    ...lineFaults(random, ms, sort === 'kill' ? 3 : 7),
    ...clocks(random, ms),
  ];
  if (sort === 'kill') events.push(...kills(random, ms), ...disaster(random, ms));
  events.sort((a, b) => a.at - b.at);
  return { sort, seed: own, customers: CUSTOMERS, stations: STATIONS, ms, events };
}

const when = (random: Random, ms: number): number => Math.floor(random.between(0, ms));

function actions(random: Random, ms: number): Event[] {
  const events: Event[] = [];
  const count = 12 + random.below(10);
  for (let n = 0; n < count; n++) {
    const at = when(random, ms);
    const station = random.below(STATIONS);
    const customer = random.below(CUSTOMERS);
    const kind = random.pick<Kind>(['note', 'note', 'preference', 'seat']);
    events.push({ at, do: 'write', station, n, kind, customer, long: random.chance(0.2) });
    if (random.chance(0.15)) events.push({ at: at + random.below(200), do: 'take-back', station, n });
  }
  for (let n = 0; n < 4; n++)
    events.push({ at: when(random, ms), do: 'source', n, customer: random.below(CUSTOMERS) });
  return events;
}

function lineFault(random: Random): LineFault {
  const direction = random.pick<Direction>(['up', 'down']);
  const ms = Math.floor(random.between(30, 600));
  return random.pick<LineFault>([
    { do: 'cut' },
    { do: 'cut-after', direction, bytes: 1 + random.below(3_000) },
    { do: 'cut-after', direction, bytes: 1 + random.below(60) },
    { do: 'refuse', ms },
    { do: 'swallow', direction, ms },
    { do: 'hold', direction, ms },
    { do: 'delay', by: 1 + random.below(60), ms },
    { do: 'trickle', bytesPerSecond: 5_000 + random.below(60_000), ms },
  ]);
}

function lineFaults(random: Random, ms: number, count: number): Event[] {
  return Array.from({ length: count }, () => ({
    at: when(random, ms),
    station: random.below(STATIONS),
    ...lineFault(random),
  }));
}

/** Clocks jump by hours, and back; a customer stays with the station, an entry stays young enough to be sent. */
function clocks(random: Random, ms: number): Event[] {
  const events: Event[] = [];
  if (random.chance(0.2))
    events.push({
      at: when(random, ms),
      do: 'core-clock',
      offsetSeconds: Math.floor(random.between(-3_600, 7_200)),
    });
  if (random.chance(0.3)) {
    const offsetMs = Math.floor(random.between(-48, 48) * 3_600_000);
    events.push({ at: when(random, ms), station: random.below(STATIONS), do: 'station-clock', offsetMs });
  }
  return events;
}

function kills(random: Random, ms: number): Event[] {
  const events: Event[] = [];
  const count = 1 + random.below(3);
  for (let i = 0; i < count; i++) {
    const at = when(random, ms);
    const station = random.below(STATIONS);
    const downMs = random.below(250);
    events.push(
      random.pick<Event>([
        { at, station, do: 'kill-station', downMs },
        { at, station, do: 'kill-station', downMs },
        { at, station, do: 'power', downMs, lose: random.next() },
        { at, do: 'kill-core', downMs },
        { at, do: 'kill-core', downMs },
      ]),
    );
  }
  if (random.chance(0.3))
    events.push({
      at: when(random, ms),
      station: random.below(STATIONS),
      do: 'stop-station',
      ms: 50 + random.below(400),
    });
  if (random.chance(0.3)) events.push({ at: when(random, ms), do: 'stop-core', ms: 50 + random.below(400) });
  return events;
}

/** What is rarer than a kill and worse: at most one in a run, so that it is known what it may have destroyed. */
function disaster(random: Random, ms: number): Event[] {
  if (random.chance(0.4)) return [];
  const station = random.below(STATIONS);
  const early = Math.floor(random.between(0, ms * 0.4));
  const late = Math.floor(random.between(ms * 0.5, ms));
  return random.pick<Event[]>([
    [{ at: late, station, do: 'damage-replica', pages: 1 + random.below(4), where: random.next() }],
    [{ at: late, station, do: 'damage-outbox', where: random.next() }],
    [
      { at: early, station, do: 'image' },
      { at: late, station, do: 'roll-back' },
    ],
    [{ at: early, station, do: 'clone' }],
    [{ at: early, station, do: 'full-disk', ms: Math.floor(ms / 2) }],
    [{ at: early, do: 'full-core', ms: Math.floor(ms / 2) }],
    [
      { at: early, do: 'backup-core' },
      { at: late, do: 'restore-core' },
    ],
    [
      { at: early, do: 'backup-core' },
      { at: late, do: 'restore-core' },
    ],
  ]);
}
