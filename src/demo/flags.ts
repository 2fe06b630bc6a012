import { parseArgs } from 'node:util';
import { AIRPORTS } from './airports.ts';

export type Flags = {
  url: string;
  writeKey: string;
  passengers: number;
  speed: number;
  seed: number;
  station: string;
  /** Epoch milliseconds; undefined means the clock. */
  now: number | undefined;
};

/** What a person typed, understood, or one sentence on what is wrong with it. */
export type Parsed = { ok: true; flags: Flags } | { ok: false; sentence: string };

export const USAGE =
  'demo --url http://127.0.0.1:PORT --write-key KEY [--passengers 300] [--speed 10] [--seed 7] [--station FRA] [--now ISO]';

const OPTIONS = {
  url: { type: 'string' },
  'write-key': { type: 'string' },
  passengers: { type: 'string', default: '300' },
  speed: { type: 'string', default: '10' },
  seed: { type: 'string', default: '7' },
  station: { type: 'string', default: 'FRA' },
  now: { type: 'string' },
} as const;

class BadFlag extends Error {}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new BadFlag(`--${name} must be a whole number from ${low} to ${high}, not "${text}".`);
  }
  return value;
}

function speedOf(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < 0.1 || value > 1000) {
    throw new BadFlag(`--speed must be a number from 0.1 to 1000, not "${text}".`);
  }
  return value;
}

function urlOf(text: string | undefined): string {
  if (text === undefined)
    throw new BadFlag('--url is missing: the address of the core, such as http://127.0.0.1:4100.');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new BadFlag(`--url must be an http address, not "${text}".`);
  }
  return url.origin;
}

function stationOf(text: string): string {
  if (AIRPORTS.has(text)) return text;
  throw new BadFlag(
    `--station "${text}" is not an airport of the simulation; it knows ${[...AIRPORTS.keys()].join(' ')}.`,
  );
}

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function timeOf(text: string): number {
  const ms = Date.parse(text);
  if (ISO_WITH_ZONE.test(text) && Number.isFinite(ms)) return ms;
  throw new BadFlag(`--now must be a time with zone such as 2026-11-21T21:30:00+01:00, not "${text}".`);
}

/**
 * Reads the command line (without node and script). The write key may come from elsewhere: a command line can be
 * read by every process of the machine.
 */
export function parseFlags(argv: readonly string[], writeKeyElsewhere?: string): Parsed {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: OPTIONS,
      strict: true,
      allowPositionals: false,
    });
    const writeKey = values['write-key'] ?? writeKeyElsewhere;
    if (!writeKey)
      throw new BadFlag(
        "--write-key (or KAIROS_WRITE_KEY) is missing: the core's key for sources of events.",
      );
    return {
      ok: true,
      flags: {
        url: urlOf(values.url),
        writeKey,
        passengers: whole('passengers', values.passengers, 1, 1_000_000),
        speed: speedOf(values.speed),
        seed: whole('seed', values.seed, 0, 4_294_967_295),
        station: stationOf(values.station),
        now: values.now === undefined ? undefined : timeOf(values.now),
      },
    };
  } catch (error) {
    if (error instanceof BadFlag) return { ok: false, sentence: error.message };
    const [first = 'The flags could not be read.'] = String((error as Error).message).split('\n');
    return { ok: false, sentence: first };
  }
}
