import type { ModelData } from './model-data.ts';

/** A row of a console's replica has at most 200 KB: so many slots of about 22 bytes are well below it. */
export const MOST_FROZEN_SLOTS = 5_000;
const DIGITS = 5;

/**
 * The model as it travels to consoles: the outcome head alone, five digits, without the samples that scales were drawn
 * from, and where there are more slots than fit, those that say most. It decides like the model to about four digits and
 * does not learn on.
 */
export function freeze(model: ModelData): ModelData {
  const { slots } = model.outcome;
  const triples = Array.from({ length: slots.length / 3 }, (_, i) => slots.slice(3 * i, 3 * i + 3));
  const kept =
    triples.length <= MOST_FROZEN_SLOTS
      ? triples
      : triples
          .sort((a, b) => Math.abs(b[1] as number) - Math.abs(a[1] as number))
          .slice(0, MOST_FROZEN_SLOTS)
          .sort((a, b) => (a[0] as number) - (b[0] as number));
  const brief = (value: number) => Number(value.toPrecision(DIGITS));
  return {
    ...model,
    numbers: model.numbers.map((scale) => ({ ...scale, values: [] })),
    outcome: {
      ...model.outcome,
      slots: kept.flatMap(([at, m, v]) => [at as number, brief(m as number), brief(v as number)]),
    },
    presented: { ...model.presented, slots: [], updates: 0 },
  };
}
