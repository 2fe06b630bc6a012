import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LARGEST = 1024 * 1024;

/** Tokens and keys in any of their spellings; what a library prints is not under our control (S27). */
const SECRETS =
  /\b(?:eyJ[\w-]{10,}\.[\w-]+\.[\w-]+|[0-9a-f]{64})\b|(?<=(?:token|writeKey|authorization)["']?[:=]\s*["']?)[^\s"',}]+/giu;

export const redact = (text: string): string => text.replaceAll(SECRETS, '[redacted]');

/** What comes from outside begins no line of its own, and sends nothing to a terminal. */
const oneEntry = (text: string): string =>
  text.replaceAll(/\r\n|[\r\n\u2028\u2029]/gu, '\n    ').replaceAll(/(?![\n\t])\p{Cc}/gu, '?');

/** A log of the last one to two megabytes, without secrets; `echo` also gets each line (development, smoke). */
export function openLog(dataDir: string, echo: (line: string) => void): (line: string) => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'console.log');
  return (line) => {
    const clean = oneEntry(redact(line));
    echo(clean);
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) renameSync(file, `${file}.1`);
      appendFileSync(file, `${new Date().toISOString()} ${clean}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not take the console down; the echo has the line.
    }
  };
}
