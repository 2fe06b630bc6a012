/**
 * `npm run -s trace -- DIR [--event ID | --command ID | --trace ID] [--last N]`: the traces that processes have told into a
 * folder (`--traces DIR`), as pictures. Exit code 0, 1 where there is none, 2 where it cannot be read.
 */
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { picture, stepsOf, type Told, traceIdOf, tracesOf } from '../telemetry/waterfall.ts';

const LAST = 5;

function fail(message: string): never {
  writeSync(2, `trace: ${message}\n`);
  process.exit(2);
}

/** A process that was killed may have left half a line, which says nothing. */
function readLine(line: string): Told[] {
  try {
    return stepsOf(JSON.parse(line));
  } catch {
    return [];
  }
}

function readFolder(folder: string): Told[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').flatMap(readLine));
  } catch {
    return fail(`${folder} cannot be read`);
  }
}

function readWords() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        event: { type: 'string' },
        command: { type: 'string' },
        trace: { type: 'string' },
        last: { type: 'string' },
      },
    });
    const id = values.event ?? values.command;
    const last = values.last === undefined ? LAST : Number(values.last);
    if (!Number.isInteger(last) || last < 1) return fail('--last takes a number from 1 on');
    return {
      folder: positionals[0] ?? fail('which folder? trace DIR [--event ID]'),
      ...{ trace: values.trace, id, last },
    };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { folder, trace, id, last } = readWords();
const steps = readFolder(folder);
const traces = tracesOf(steps);
const wanted = trace ?? (id === undefined ? null : traceIdOf(id, steps));
const found = wanted === null ? traces.slice(-last) : traces.filter(([first]) => first?.traceId === wanted);
process.stdout.write(found.map((trace) => `${picture(trace)}\n`).join('\n'));
if (found.length === 0) writeSync(2, 'trace: no such trace is there\n');
process.exitCode = found.length === 0 ? 1 : 0;
