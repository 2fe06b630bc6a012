/**
 * The rim of the command line contract (docs/spec/decisioning.md): reads the bundle and standard input, writes
 * standard output. Everything else is src/decision/cli.ts.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import {
  bundleErrorLine,
  type DecisionDesk,
  LONGEST_LINE,
  openDesk,
  oversizedLine,
  readOptions,
  undecodableLine,
} from '../decision/cli.ts';

const BAD_START = 2;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

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

/** Cuts chunks of bytes into lines and answers them; a line that is too long is answered once and skipped. */
class LineAnswerer {
  private readonly desk: DecisionDesk;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private pending: Buffer[] = [];
  private pendingSize = 0;
  private isOversized = false;

  constructor(desk: DecisionDesk) {
    this.desk = desk;
  }

  /** The answers to all lines that end in this chunk. */
  take(chunk: Buffer): string {
    let answers = '';
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      this.keep(chunk.subarray(from, end));
      answers += `${this.finish()}\n`;
      from = end + 1;
    }
    // A chunk's memory belongs to the stream: what waits for its end is copied.
    if (from < chunk.length) this.keep(Buffer.from(chunk.subarray(from)));
    return answers;
  }

  /** The answer to a last line that has no line feed; empty where there is none. */
  end(): string {
    return this.pendingSize === 0 && !this.isOversized ? '' : `${this.finish()}\n`;
  }

  private keep(part: Buffer): void {
    this.pendingSize += part.length;
    // One more byte for the carriage return that does not count.
    if (this.pendingSize > LONGEST_LINE + 1) {
      this.isOversized = true;
      this.pending = [];
    } else this.pending.push(part);
  }

  private finish(): string {
    const parts = this.pending;
    const isOversized = this.isOversized;
    this.pending = [];
    this.pendingSize = 0;
    this.isOversized = false;
    if (isOversized) return oversizedLine();
    let line = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1);
    if (line.length > LONGEST_LINE) return oversizedLine();
    let text: string;
    try {
      text = this.decoder.decode(line);
    } catch {
      return undecodableLine();
    }
    return this.desk.answer(text);
  }
}

const answerer = new LineAnswerer(start());
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
