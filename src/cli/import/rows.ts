import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import type { Row } from '../../core/connectors/mapping.ts';

/** A file as rows, one after the other, however large it is. `number` counts rows from 1, without the line of names. */
export type Numbered = { number: number } & ({ row: Row } | { problem: string; text: string });

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function* jsonLines(file: string): AsyncGenerator<Numbered> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const text = number === 0 ? line.replace(/^\uFEFF/u, '') : line;
    if (text.trim() === '') continue;
    number++;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (isRow(value)) yield { number, row: value };
    else yield { number, problem: 'this line is no JSON object', text: text.slice(0, 1_000) };
  }
}

/** A row with too few or too many cells is a bad row; quotes that never end make the file unreadable from there on. */
async function* csv(file: string, delimiter: string): AsyncGenerator<Numbered> {
  const parser = pipeline(
    createReadStream(file),
    parse({ delimiter, bom: true, relax_column_count: true, skip_empty_lines: true }),
    () => {}, // what fails is thrown to whoever reads the rows
  );
  let names: string[] | null = null;
  let number = 0;
  for await (const cells of parser as AsyncIterable<string[]>) {
    if (names === null) {
      names = cells.map((name) => name.trim());
      continue;
    }
    number++;
    if (cells.length === names.length)
      yield { number, row: Object.fromEntries(names.map((name, i) => [name, cells[i]])) };
    else
      yield {
        ...{ number, text: cells.join(delimiter).slice(0, 1_000) },
        problem: `${cells.length} cells, not ${names.length}`,
      };
  }
}

/** By the end of its name: `.csv` and `.tsv`, otherwise JSON a line. @throws Error where the file cannot be read on */
export function rowsOf(file: string, delimiter: string | undefined): AsyncGenerator<Numbered> {
  if (/\.tsv$/iu.test(file)) return csv(file, delimiter ?? '\t');
  return /\.csv$/iu.test(file) ? csv(file, delimiter ?? ',') : jsonLines(file);
}
