/** The six families of decisioning.md "Proof". */
import type { ActionData } from '../../src/decision/contract.ts';
import { chance } from '../../src/demo/random.ts';
import { tableWorld } from './table.ts';
import {
  bundleOf,
  candidatesOf,
  columnsOf,
  customer,
  declared,
  luckOf,
  type Scorer,
  scorer,
  sigmoid,
  type World,
} from './world.ts';

const logit = (p: number): number => Math.log(p / (1 - p));

type Shape = {
  family: string;
  rounds: number;
  actions: number;
  channels: string[];
  approaches: string[];
  /** Columns: texts, numbers, booleans. */
  columns: [number, number, number];
  rate: [low: number, high: number];
  /** Standard deviation of the actions' own scores, in logits. */
  size: number;
  /** The same for channel and approach. */
  ways: number;
  /** How often the true rates of some actions are drawn anew. */
  drifts: number;
  overrides: number;
};

const NEXT_BEST: Shape = {
  family: 'next best action',
  rounds: 10_000,
  actions: 10,
  channels: ['desk'],
  approaches: ['plain'],
  columns: [5, 4, 3],
  rate: [0.1, 0.4],
  size: 1.2,
  ways: 0,
  drifts: 0,
  overrides: 0,
};

const SHAPES: readonly Shape[] = [
  NEXT_BEST,
  { ...NEXT_BEST, family: 'sparse', rate: [0.01, 0.06], columns: [6, 3, 6] },
  { ...NEXT_BEST, family: 'drift', drifts: 2 },
  { ...NEXT_BEST, family: 'operator overrides', overrides: 0.25 },
  {
    ...NEXT_BEST,
    family: 'channels',
    actions: 5,
    channels: ['phone', 'email', 'app'],
    approaches: ['plain', 'warm'],
    size: 0.8,
    ways: 0.8,
  },
];

/** The generated families; the table of real data is worlds' sixth and may be absent. */
export const GENERATED: readonly string[] = SHAPES.map(({ family }) => family);

/** The share of the actions that a drift concerns. */
const MOVED = 0.4;

type Epoch = { base: number[]; action: Scorer[]; channel: Scorer[]; approach: Scorer[] };

function generatedWorld(shape: Shape, seed: string): World {
  const luck = chance(`${shape.family}/${seed}`);
  const columns = columnsOf(luck, ...shape.columns);
  const catalogue: ActionData[] = Array.from({ length: shape.actions }, (_, i) => ({
    id: `action${i}`,
    lane: 2,
    channels: shape.channels,
    approaches: shape.approaches,
  }));
  const candidates = candidatesOf(catalogue);
  const baseOf = () => logit(shape.rate[0] + luck.next() * (shape.rate[1] - shape.rate[0]));
  const actionOf = () => scorer(luck, columns, shape.size, 0.5);
  const epochs: Epoch[] = [
    {
      base: catalogue.map(baseOf),
      action: catalogue.map(actionOf),
      channel: shape.channels.map(() => scorer(luck, columns, shape.ways, 0.4)),
      approach: shape.approaches.map(() => scorer(luck, columns, shape.ways / 2, 0.4)),
    },
  ];
  for (let drift = 0; drift < shape.drifts; drift++) {
    // A change concerns some actions and not all: offers change, seasons pass, a competitor moves.
    const before = epochs[drift] as Epoch;
    const isMoved = catalogue.map(() => luck.once(MOVED));
    epochs.push({
      ...before,
      base: before.base.map((base, a) => (isMoved[a] ? baseOf() : base)),
      action: before.action.map((action, a) => (isMoved[a] ? actionOf() : action)),
    });
  }
  const ratesOf = (epoch: Epoch, facts: Record<string, string | number | boolean>): number[] => {
    const scores = (list: Scorer[]) => list.map((one) => one(facts));
    const [action, channel, approach] = [scores(epoch.action), scores(epoch.channel), scores(epoch.approach)];
    return epoch.base.flatMap((base, a) =>
      channel.flatMap((c) => approach.map((t) => sigmoid(base + (action[a] as number) + c + t))),
    );
  };
  // An operator's habit: the same favourites, whoever the customer is.
  const favourites = candidates.map((_, i) => i).filter(() => luck.once(0.3));
  return {
    family: shape.family,
    bundle: bundleOf(declared(columns), catalogue),
    candidates,
    rounds: shape.rounds,
    round: (n) => {
      const own = luckOf(`${shape.family}/${seed}`, n);
      const facts = customer(own, columns);
      const epoch = epochs[Math.floor((n * epochs.length) / shape.rounds)] as Epoch;
      const override = own.once(shape.overrides) && favourites.length > 0 ? own.pick(favourites) : null;
      return { facts, channels: shape.channels, rates: ratesOf(epoch, facts), override, u: own.next() };
    },
  };
}

/** One world of every family, all of the same seed; the real table only where its data is there. */
export function worldsOf(seed: string): World[] {
  const table = tableWorld(seed);
  return [...SHAPES.map((shape) => generatedWorld(shape, seed)), ...(table === null ? [] : [table])];
}
