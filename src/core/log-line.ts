import { scrubText } from '../packs/airline/roles.ts';

/**
 * A line of the core's log (docs/spec/telemetry.md LG1): JSON with a time, a severity and what went wrong where, and nothing of a
 * customer: of a parser's error only its kind, because it quotes what it read, and no e-mail address, phone number or key.
 */
export function logLine(what: unknown, now: number): string {
  const time = new Date(now).toISOString();
  if (!(what instanceof Error))
    return JSON.stringify({ time, severity: 'WARN', message: clean(String(what)) });
  const code = 'code' in what && typeof what.code === 'string' ? { code: what.code } : {};
  const message = what instanceof SyntaxError ? {} : { message: clean(what.message) };
  return JSON.stringify({
    time,
    severity: 'ERROR',
    error: what.name,
    ...code,
    ...message,
    at: framesOf(what),
  });
}

const MAX_FRAMES = 12;

/** Function, file and line of each call; the text before them may hold anything. */
const framesOf = ({ stack = '' }: Error): string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /u.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim().slice(3));

/** Tokens and keys in any of their spellings. */
const SECRETS = /\b(?:eyJ[\w-]{10,}\.[\w-]+\.[\w-]+|[0-9a-f]{64}|whsec_[\w+/=-]+)\b|\/\/[^\s/@]+@/gu;

const clean = (text: string): string =>
  scrubText(text.replaceAll(SECRETS, '***'), () => '***').slice(0, 1_000);
