/**
 * The rim of the command line contract (docs/spec/decisioning.md): reads the bundle and standard input, writes
 * standard output. Everything else is src/decision/cli.ts.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { bundleErrorLine, type DecisionDesk, openDesk, readOptions } from '../decision/cli.ts';
import { LineAnswerer } from './lines.ts';

const BAD_START = 2;

function fail(line: string): never {
  writeSync(2, `${line}\n`);
  process.exit(BAD_START);
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

function start(): DecisionDesk {
  const read = readOptions(process.argv.slice(2));
  if (!read.ok) fail(bundleErrorLine(read.message));
  let text: string;
  try {
    text = readFileSync(read.options.bundleFile, 'utf8');
  } catch {
    fail(bundleErrorLine('the bundle file cannot be read'));
  }
  const opened = openDesk(text, { ...read.options, hash });
  if (!opened.ok) fail(opened.errorLine);
  return opened.desk;
}

const desk = start();
const answerer = new LineAnswerer((line) => desk.answer(line));
// Whoever reads the answers may stop; that is no failure of ours.
process.stdout.on('error', () => process.exit(0));
process.stdin.on('data', (chunk: Buffer) => {
  const answers = answerer.take(chunk);
  if (answers !== '') process.stdout.write(answers);
});
process.stdin.on('end', () => {
  const answers = answerer.end();
  if (answers !== '') process.stdout.write(answers);
});
