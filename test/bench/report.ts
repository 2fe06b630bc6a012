/** What every benchmark prints: one line per measure, beside its floor; with `--json` one object a line. */

export type Measure = {
  bench: string;
  case: string;
  /** How many operations the figures are from, all rounds together. */
  n: number;
  value: number;
  unit: string;
  p50: number | null;
  p99: number | null;
  /** The same quantity of the bare machine or the best peer, measured in the same run. */
  floor: number | null;
  /** value / floor */
  ratio: number | null;
};

export type Options = {
  json: boolean;
  quick: boolean;
  rounds: number;
  /** Size of the replica, where the benchmark has one. */
  profiles: number;
};

/** The value of `--NAME VALUE` or `--NAME=VALUE`. */
function numberFlag(argv: readonly string[], name: string): number | null {
  const at = argv.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at === -1) return null;
  const word = argv[at] as string;
  const value = Number(word.includes('=') ? word.slice(word.indexOf('=') + 1) : argv[at + 1]);
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} takes a whole number from 1 on`);
  return value;
}

/** `rounds`: how many there are unless the command line says. @throws RangeError for a number that is none */
export function readOptions(rounds = 5, argv: readonly string[] = process.argv.slice(2)): Options {
  const quick = argv.includes('--quick');
  return {
    json: argv.includes('--json'),
    quick,
    rounds: numberFlag(argv, '--rounds') ?? (quick ? 2 : rounds),
    profiles: numberFlag(argv, '--profiles') ?? (quick ? 20_000 : 100_000),
  };
}

/** How long a bench of working lasts: `--minutes`, else 3, or 1 with `--quick`. */
export const readMinutes = ({ quick }: Options, argv: readonly string[] = process.argv.slice(2)): number =>
  numberFlag(argv, '--minutes') ?? (quick ? 1 : 3);

const DIGITS = 4;
const rounded = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(DIGITS));

const shown = (value: number): string =>
  Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

function line(measure: Measure): string {
  const { bench, value, unit, p50, p99, floor, ratio } = measure;
  const tail = p50 === null || p99 === null ? '' : `   p50 ${shown(p50)}  p99 ${shown(p99)}`;
  const beside = floor === null || ratio === null ? '' : `   floor ${shown(floor)}   x ${ratio.toFixed(2)}`;
  return `${bench.padEnd(9)}${measure.case.padEnd(58)}${`${shown(value)} ${unit}`.padStart(20)}${tail}${beside}`;
}

export type Report = (
  measure: Omit<Measure, 'bench' | 'p50' | 'p99' | 'floor' | 'ratio'> & Partial<Measure>,
) => void;

/** Prints at once, so that a long run shows where it is. */
export function reporter(bench: string, { json }: Options): Report {
  return (given) => {
    const floor = given.floor ?? null;
    const measure: Measure = {
      bench,
      case: given.case,
      n: given.n,
      value: rounded(given.value) as number,
      unit: given.unit,
      p50: rounded(given.p50 ?? null),
      p99: rounded(given.p99 ?? null),
      floor: rounded(floor),
      ratio: floor === null ? null : rounded(given.value / floor),
    };
    process.stdout.write(`${json ? JSON.stringify(measure) : line(measure)}\n`);
  };
}

/** Progress that belongs to no measure; stdout stays clean. */
export const note = (sentence: string): void => {
  process.stderr.write(`bench: ${sentence}\n`);
};
