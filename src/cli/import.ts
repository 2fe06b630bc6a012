/**
 * `npm run -s import -- FILE [--mapping FILE] [--preview] [--url URL] [--delimiter C]`: a CSV or JSONL file into a core, by its
 * public door; the write key is in KAIROS_WRITE_KEY. Exit code 0 when every row was accepted, 1 with bad rows, 2 where it
 * cannot go on. docs/import.md.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Mapping, mappingSchema } from '../core/connectors/mapping.ts';
import { badFile, importFile, type Order, preview } from './import/run.ts';

const BAD_START = 2;
const SAY_MS = 1_000;

const say = (sentence: string): void => void process.stderr.write(`import: ${sentence}\n`);

function readMapping(file: string | undefined): Mapping | null {
  if (file === undefined) return null;
  const read = mappingSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
  return read.data;
}

function readOrder(): { order: Order; isPreview: boolean; url: string } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      preview: { type: 'boolean', default: false },
      url: { type: 'string', default: 'http://127.0.0.1:4800' },
      delimiter: { type: 'string' },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error('one file is needed');
  const { mapping, delimiter, url } = values;
  if (!/^https?:/u.test(url) || !URL.canParse(url))
    throw new Error(`--url needs the address of a core, not "${url}"`);
  const order = { file, mapping: readMapping(mapping), delimiter };
  if (order.mapping === null && /\.[ct]sv$/iu.test(file)) throw new Error('a table needs --mapping');
  return { order, isPreview: values.preview, url: url.replace(/\/$/u, '') };
}

async function takeIn(order: Order, url: string): Promise<number> {
  const writeKey = process.env['KAIROS_WRITE_KEY'];
  if (!writeKey) throw new Error('KAIROS_WRITE_KEY needs a write key of the core');
  let saidAt = 0;
  const place = await importFile(
    order,
    { url, writeKey },
    {
      progress({ rows, accepted, refused }) {
        if (Date.now() - saidAt < SAY_MS) return;
        saidAt = Date.now();
        say(`${rows} rows, ${accepted} accepted, ${refused} bad`);
      },
      waiting: (why, ms) => say(`${why}; again in ${Math.round(ms / 1000)} s`),
    },
  );
  const { rows, accepted, refused } = place;
  process.stdout.write(`${JSON.stringify({ rows, accepted, refused })}\n`);
  if (refused > 0) say(`the bad rows and their reasons are in ${badFile(order.file)}`);
  return refused > 0 ? 1 : 0;
}

async function start(): Promise<number> {
  const { order, isPreview, url } = readOrder();
  if (!isPreview) return takeIn(order, url);
  const found = await preview(order);
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  return found.bad.length > 0 ? 1 : 0;
}

start().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = BAD_START;
  },
);
