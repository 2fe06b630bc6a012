import { describe, expect, it } from 'vitest';
import { parseFlags } from './flags.ts';

const GOOD = ['--url', 'http://127.0.0.1:4100', '--write-key', 'k'];
const sentence = (...argv: string[]): string => {
  const parsed = parseFlags(argv);
  return parsed.ok ? '' : parsed.sentence;
};

describe('the flags', () => {
  it('have defaults', () => {
    expect(parseFlags(GOOD)).toEqual({
      ok: true,
      flags: {
        url: 'http://127.0.0.1:4100',
        writeKey: 'k',
        passengers: 300,
        speed: 10,
        seed: 7,
        station: 'FRA',
        now: undefined,
      },
    });
  });

  it.each([
    [['--write-key', 'k'], '--url is missing'],
    [['--url', 'ftp://x', '--write-key', 'k'], '--url must be an http address, not "ftp://x"'],
    [['--url', 'http://127.0.0.1:1'], '--write-key (or KAIROS_WRITE_KEY) is missing'],
    [[...GOOD, '--passengers', '0'], '--passengers must be a whole number from 1 to 1000000, not "0"'],
    [[...GOOD, '--passengers', '1e3'], '--passengers must be a whole number'],
    [[...GOOD, '--speed', 'fast'], '--speed must be a number from 0.1 to 1000, not "fast"'],
    [[...GOOD, '--seed', '1.5'], '--seed must be a whole number'],
    [[...GOOD, '--station', 'XXX'], '--station "XXX" is not an airport of the simulation'],
    [[...GOOD, '--now', '2026-11-21T21:30:00'], '--now must be a time with zone'],
    [[...GOOD, '--now', '2026-13-41T21:30:00Z'], '--now must be a time with zone'],
    [[...GOOD, '--turbo'], "Unknown option '--turbo'"],
    [[...GOOD, 'extra'], "Unexpected argument 'extra'"],
    [[...GOOD, '--speed'], '--speed'],
  ])('%j is refused with one sentence', (argv, expected) => {
    expect(sentence(...argv)).toContain(expected);
    expect(sentence(...argv)).not.toContain('\n');
  });
});
