/**
 * Calibration on a real call-centre campaign (UCI Bank Marketing), test then train: each customer's P is said before
 * the outcome is learned. `duration` is known only after the call and is left out.
 */
import { compileBundle } from '../../src/decision/bundle.ts';
import { consider } from '../../src/decision/decide.ts';
import { FeedbackBook } from '../../src/decision/feedback.ts';
import { readRequest } from '../../src/decision/request.ts';
import { readTable } from './table.ts';

const NUMBERS = [
  'age',
  'campaign',
  'pdays',
  'previous',
  'emp.var.rate',
  'cons.price.idx',
  'cons.conf.idx',
  'euribor3m',
  'nr.employed',
];
const LEFT_OUT = ['duration', 'y'];
const AT = Date.parse('2026-11-21T10:00:00Z');

export type Calibration = { n: number; auc: number; logLoss: number };

/** Null where the data is not there. */
export function calibration(): Calibration | null {
  const rows = readTable('uci-bank-marketing/bank-additional-part1.csv', ';');
  if (rows === null) return null;
  const names = Object.keys(rows[0] as object).filter((name) => !LEFT_OUT.includes(name));
  const isNumber = (name: string) => NUMBERS.includes(name);
  const bundle = compileBundle({
    version: 'bank',
    facts: Object.fromEntries(names.map((name) => [name, { type: isNumber(name) ? 'number' : 'text' }])),
    catalogue: [{ id: 'deposit', lane: 2, channels: ['phone'] }],
    policy: { learn: names },
  });
  const model = bundle.model.copy();
  const book = new FeedbackBook(bundle, model);
  const said: { p: number; y: number }[] = [];
  for (const [n, row] of rows.entries()) {
    const facts = Object.fromEntries(
      names.map((name) => [name, isNumber(name) ? Number(row[name]) : row[name]]),
    );
    const at = AT + n * 60_000;
    const id = `d${n}`;
    const request = readRequest({
      id,
      at: new Date(at).toISOString(),
      profile: { facts },
      channels: ['phone'],
    });
    const decision = consider(bundle, request, { model });
    book.remember(request, decision);
    const y = row['y'] === 'yes' ? 1 : 0;
    said.push({ p: decision.candidates[0]?.p as number, y });
    book.take({ id, outcome: 'presented', at });
    book.take({ id, outcome: y === 1 ? 'positive' : 'customer-declined', at });
  }
  return { n: said.length, auc: aucOf(said), logLoss: logLossOf(said) };
}

function logLossOf(said: readonly { p: number; y: number }[]): number {
  const loss = ({ p, y }: { p: number; y: number }) => -Math.log(Math.max(1e-15, y === 1 ? p : 1 - p));
  return said.reduce((sum, one) => sum + loss(one), 0) / said.length;
}

/** The area under the curve as the share of pairs in order (Mann and Whitney), ties by half. */
export function aucOf(said: readonly { p: number; y: number }[]): number {
  const sorted = [...said].sort((a, b) => a.p - b.p);
  let ranks = 0;
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && sorted[to]?.p === sorted[from]?.p) to++;
    for (let i = from; i < to; i++) if (sorted[i]?.y === 1) ranks += (from + to + 1) / 2;
  }
  const positive = said.filter(({ y }) => y === 1).length;
  return (ranks - (positive * (positive + 1)) / 2) / (positive * (said.length - positive));
}
