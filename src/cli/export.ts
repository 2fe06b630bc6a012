/**
 * `npm run -s export -- events|profiles|audience/NAME --out DIR [--format jsonl|parquet] [--url URL]`: what a warehouse or an advertising
 * tool has not got yet, into files; a supervisor's token is in KAIROS_TOKEN. Exit code 0, or 2 where it cannot go on.
 * docs/spec/connectors.md "Export".
 */
import { parseArgs } from 'node:util';
import { exportTo, type Format, type What } from './export/run.ts';

const FORMATS: readonly Format[] = ['jsonl', 'parquet'];

function readOrder() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      format: { type: 'string', default: 'jsonl' },
      url: { type: 'string', default: 'http://127.0.0.1:4800' },
    },
  });
  const [what] = positionals;
  if (what === undefined || !/^(?:events|profiles|audience\/[a-z][a-z0-9-]*)$/u.test(what))
    throw new Error('events, profiles or audience/NAME is needed');
  const format = FORMATS.find((one) => one === values.format);
  if (format === undefined) throw new Error('--format takes jsonl or parquet');
  if (!values.out) throw new Error('--out needs the folder for the files');
  const token = process.env['KAIROS_TOKEN'];
  if (!token) throw new Error('KAIROS_TOKEN needs the token of a supervisor');
  return { what: what as What, format, folder: values.out, url: values.url.replace(/\/$/u, ''), token };
}

async function start(): Promise<void> {
  const done = await exportTo(readOrder());
  process.stdout.write(`${JSON.stringify(done)}\n`);
}

start().catch((error: unknown) => {
  process.stderr.write(`export: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
