/** The real table: UCI Car Evaluation as a bandit. Four classes are four actions; the right one earns. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleOf, candidatesOf, type Facts, luckOf, type World } from './world.ts';

/** Real data lies beside the repository and is never part of it. */
export const DATA = process.env['KAIROS_DATA'] ?? resolve(process.cwd(), '../shared/data');

/** The rows of a table, or null where its file is not there. */
export function readTable(file: string, separator: string): Record<string, string>[] | null {
  const path = join(DATA, file);
  if (!existsSync(path)) return null;
  const [header = '', ...lines] = readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean);
  const cells = (line: string) => line.split(separator).map((cell) => cell.replace(/^"|"$/g, ''));
  const names = cells(header);
  return lines.map((line) => Object.fromEntries(cells(line).map((cell, i) => [names[i] as string, cell])));
}

const COLUMNS = ['buying', 'maint', 'doors', 'persons', 'lug_boot', 'safety'];
const PASSES = 4;

export function tableWorld(seed: string): World | null {
  const rows = readTable('uci-car/car.csv', ',');
  if (rows === null) return null;
  const classes = [...new Set(rows.map((row) => row['class'] as string))].sort();
  const facts = Object.fromEntries(COLUMNS.map((name) => [name, { type: 'text' as const }]));
  const catalogue = classes.map((id) => ({ id, lane: 2, channels: ['desk'] }));
  const order = shuffled(rows.length * PASSES, seed).map(
    (i) => rows[i % rows.length] as Record<string, string>,
  );
  return {
    family: 'a real table',
    bundle: bundleOf(facts, catalogue),
    candidates: candidatesOf(catalogue),
    rounds: order.length,
    round: (n) => {
      const row = order[n] as Record<string, string>;
      const rates = classes.map((name) => (name === row['class'] ? 1 : 0));
      const own: Facts = Object.fromEntries(COLUMNS.map((name) => [name, row[name] as string]));
      return { facts: own, channels: ['desk'], rates, override: null, u: luckOf(seed, n).next() };
    },
  };
}

function shuffled(size: number, seed: string): number[] {
  const luck = luckOf(`table/${seed}`, 0);
  const list = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = luck.int(0, i);
    [list[i], list[j]] = [list[j] as number, list[i] as number];
  }
  return list;
}
