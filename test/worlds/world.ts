/**
 * Generated worlds in which a policy earns outcomes: customers come with facts, each candidate has a true rate of a
 * positive outcome for each of them. A world is made of its seed alone; a round is made of world and number alone, so
 * that every policy meets the same customers.
 */
import type { ActionData, BundleData, CandidateName, FactType } from '../../src/decision/contract.ts';
import { type Chance, chance } from '../../src/demo/random.ts';

export type Facts = Record<string, string | number | boolean>;
export type Round = {
  facts: Facts;
  channels: string[];
  /** True rate of each candidate of these channels, in their order. */
  rates: number[];
  /** What the operator presents in place of the suggestion; null where he follows it. Position of a candidate. */
  override: number | null;
  /** u in [0, 1): the outcome is positive where it lies below the rate of what was presented. */
  u: number;
};
export type World = {
  family: string;
  bundle: BundleData;
  candidates: CandidateName[];
  rounds: number;
  round(n: number): Round;
};

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Standard normal, by Box and Muller. */
export function normal(luck: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - luck.next())) * Math.cos(2 * Math.PI * luck.next());
}

export function candidatesOf(catalogue: readonly ActionData[]): CandidateName[] {
  return catalogue.flatMap(({ id, channels, approaches = ['plain'] }) =>
    channels.flatMap((channel) => approaches.map((approach) => ({ action: id, channel, approach }))),
  );
}

/** A fact of a generated customer, and what it adds to a linear score. */
type Column = { name: string; type: FactType; levels: string[]; isSkewed: boolean };

export function columnsOf(luck: Chance, texts: number, numbers: number, booleans: number): Column[] {
  const column = (name: string, type: FactType, levels: string[] = []): Column => ({
    name,
    type,
    levels,
    isSkewed: luck.once(0.3),
  });
  return [
    ...Array.from({ length: texts }, (_, i) => {
      const size = luck.int(2, 8);
      return column(
        `text${i}`,
        'text',
        Array.from({ length: size }, (_level, k) => `v${k}`),
      );
    }),
    ...Array.from({ length: numbers }, (_, i) => column(`number${i}`, 'number')),
    ...Array.from({ length: booleans }, (_, i) => column(`flag${i}`, 'boolean')),
  ];
}

export function customer(luck: Chance, columns: readonly Column[]): Facts {
  const facts: Facts = {};
  for (const { name, type, levels, isSkewed } of columns) {
    if (type === 'text')
      facts[name] = levels[Math.floor(luck.next() ** (isSkewed ? 2 : 1) * levels.length)] as string;
    else if (type === 'boolean') facts[name] = luck.once(isSkewed ? 0.15 : 0.5);
    else facts[name] = isSkewed ? Math.exp(normal(luck)) * 10 : Math.round(50 + 20 * normal(luck));
  }
  return facts;
}

export type Scorer = (facts: Facts) => number;

/** A linear score over few of the columns, standard deviation about `size`; some numbers count by a threshold. */
export function scorer(luck: Chance, columns: readonly Column[], size: number, share: number): Scorer {
  const parts: Scorer[] = [];
  for (const { name, type, levels, isSkewed } of columns) {
    if (!luck.once(share)) continue;
    if (type === 'text') {
      const effect = new Map(levels.map((level) => [level, normal(luck)]));
      parts.push((facts) => effect.get(facts[name] as string) as number);
    } else if (type === 'boolean') {
      const effect = normal(luck);
      parts.push((facts) => (facts[name] ? effect : -effect));
    } else {
      const effect = normal(luck);
      const middle = isSkewed ? 10 : 50;
      const width = isSkewed ? 15 : 20;
      const isStep = luck.once(0.4);
      parts.push((facts) => {
        const z = ((facts[name] as number) - middle) / width;
        return effect * (isStep ? (z > 0.3 ? 1 : -1) : Math.max(-3, Math.min(3, z)));
      });
    }
  }
  const scale = parts.length === 0 ? 0 : size / Math.sqrt(parts.length);
  return (facts) => scale * parts.reduce((sum, part) => sum + part(facts), 0);
}

export function declared(columns: readonly Column[]): BundleData['facts'] {
  return Object.fromEntries(columns.map(({ name, type }) => [name, { type }]));
}

/** A bundle whose policy learns from all facts and leaves all else at its default. */
export function bundleOf(facts: BundleData['facts'], catalogue: readonly ActionData[]): BundleData {
  return { version: 'world', facts, catalogue, policy: { learn: Object.keys(facts) }, model: null };
}

/** A round's own source of chance. */
export const luckOf = (seed: string, n: number): Chance => chance(`${seed}/round/${n}`);
