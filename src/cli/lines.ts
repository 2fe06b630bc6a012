import { LONGEST_LINE, oversizedLine, undecodableLine } from '../decision/cli.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Cuts chunks of bytes into lines and answers them; a line that is too long is answered once and skipped. */
export class LineAnswerer {
  private readonly answer: (line: string) => string;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private pending: Buffer[] = [];
  private pendingSize = 0;
  private isOversized = false;

  constructor(answer: (line: string) => string) {
    this.answer = answer;
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
    return this.answer(text);
  }
}
