/** Everything that happens in a history before peace; each history draws its own mixture from this list. */
import { attacks } from './attacks.ts';
import { consoleFaults } from './console-faults.ts';
import { coreFaults } from './core-faults.ts';
import { mishaps } from './mishaps.ts';
import { revise, write } from './operators.ts';
import { peopleFaults } from './people-faults.ts';
import { Random } from './random.ts';
import { ingest } from './sources.ts';
import type { World } from './world.ts';

/** How often it happens beside the others, its name, and what it does; false if there was nothing to do it to. */
export type Fault = [weight: number, name: string, run: () => unknown];

function workOf(world: World): Fault[] {
  const station = () => world.random.pick(world.stations);
  return [
    [30, 'write', () => write(world, station())],
    [20, 'ingest', () => ingest(world)],
    [8, 'revise', () => revise(world, station())],
  ];
}

/** Names of all kinds of faults, for a test that counts them. */
export const faultNames = (world: World): string[] => faultsOf(world).map(([, name]) => name);

const faultsOf = (world: World): Fault[] => [
  [3, 'ingest much', () => ingest(world, 40)],
  ...consoleFaults(world),
  ...coreFaults(world),
  ...peopleFaults(world),
  ...attacks(world),
  ...mishaps(world),
];

/** The mixture of one history: work always, of the faults about every second kind, so that many histories have few. */
export class Mixture {
  private readonly world: World;
  private readonly kinds: Fault[];
  private readonly total: number;

  constructor(world: World) {
    this.world = world;
    const faults = faultsOf(world).filter(() => world.random.chance(0.5));
    this.kinds = [...workOf(world), ...faults];
    this.total = this.kinds.reduce((sum, [weight]) => sum + weight, 0);
  }

  /** The action with this number happens, drawn from a stream of its own; returns its name. */
  act(number: number): string {
    const random = new Random(this.world.seed, 4, number);
    this.world.random = random;
    const [, name, run] = this.pick(random.next() * this.total);
    this.world.tell(() => `action ${number}: ${name}`);
    if (run() !== false) this.world.reached(name);
    return name;
  }

  private pick(point: number): Fault {
    let left = point;
    for (const kind of this.kinds) {
      left -= kind[0];
      if (left < 0) return kind;
    }
    return this.kinds[0] as Fault;
  }
}
