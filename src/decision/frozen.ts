import type { ModelData } from './model-data.ts';
import { PRIOR_VARIANCE } from './weights.ts';

/**
 * The model as it travels to consoles: the outcome head alone, without the samples that scales were drawn from, each slot
 * in eight digits of base 64: three for its position (18 bits), three for its mean, two for its variance. It decides like
 * the model to about three decimals and does not learn on.
 */

/** A row of a console's replica has at most 200 KB; so many slots and a large catalogue are below it. */
export const MOST_FROZEN_SLOTS = 20_000;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const PER_SLOT = 8;
/** Means from -16 to 16 in steps of 1/8192. */
const MEAN_OFFSET = 16;
const MEAN_STEPS = 8_192;
const MOST_MEAN = 262_143;
/** The root of the variance over that of the prior: small ones are told apart best. */
const VARIANCE_STEPS = 4_095;

/** Where there are more slots than fit, those that say most are kept. */
export function freeze(model: ModelData): ModelData {
  const { slots, bits, updates } = model.outcome;
  const triples = Array.from({ length: slots.length / 3 }, (_, i) => slots.slice(3 * i, 3 * i + 3));
  if (triples.length > MOST_FROZEN_SLOTS)
    triples.sort((a, b) => Math.abs(b[1] as number) - Math.abs(a[1] as number));
  const packed = triples
    .slice(0, MOST_FROZEN_SLOTS)
    .map(([at, mean, variance]) => pack(at as number, mean as number, variance as number));
  return {
    ...model,
    numbers: model.numbers.map((scale) => ({ ...scale, values: [] })),
    outcome: { bits, slots: [], packed: packed.join(''), updates },
    presented: { ...model.presented, slots: [], updates: 0 },
  };
}

/** Position, mean and variance of every slot of a packed head; null where it is none. */
export function unpack(text: string): number[] | null {
  if (text.length % PER_SLOT !== 0 || !/^[A-Za-z0-9_-]*$/u.test(text)) return null;
  const slots: number[] = [];
  for (let i = 0; i < text.length; i += PER_SLOT) {
    const root = Math.max(1, readDigits(text, i + 6, 2)) / VARIANCE_STEPS;
    slots.push(
      readDigits(text, i, 3),
      readDigits(text, i + 3, 3) / MEAN_STEPS - MEAN_OFFSET,
      PRIOR_VARIANCE * root * root,
    );
  }
  return slots;
}

function pack(at: number, mean: number, variance: number): string {
  const steps = Math.round((mean + MEAN_OFFSET) * MEAN_STEPS);
  const root = Math.round(Math.sqrt(variance / PRIOR_VARIANCE) * VARIANCE_STEPS);
  return (
    writeDigits(at, 3) +
    writeDigits(Math.max(0, Math.min(MOST_MEAN, steps)), 3) +
    writeDigits(Math.max(1, Math.min(VARIANCE_STEPS, root)), 2)
  );
}

function writeDigits(value: number, count: number): string {
  let text = '';
  for (let shift = 6 * (count - 1); shift >= 0; shift -= 6) text += DIGITS[(value >> shift) & 63];
  return text;
}

function readDigits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) value = value * 64 + DIGITS.indexOf(text[i] as string);
  return value;
}
