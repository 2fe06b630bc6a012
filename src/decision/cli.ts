import { canonicalJson } from '../domain/canonical.ts';
import { sha256Hex } from '../domain/sha256.ts';
import { type CompiledBundle, loadBundle } from './bundle.ts';
import { consider } from './decide.ts';
import { FeedbackBook } from './feedback.ts';
import type { Learner } from './learner.ts';
import { readFeedback, readRequest, refuseLoneSurrogates } from './request.ts';
import { isObject, RequestError, UnknownIdError } from './shape.ts';

/** The command line contract of decisioning.md as lines in and lines out; the rim reads and writes them. */

export type ErrorCode = 'line' | 'request' | 'size' | 'unknown-id' | 'internal';

/** Longest line in bytes, without its line feed. */
export const LONGEST_LINE = 1_048_576;

export interface CliOptions {
  readonly bundleFile: string;
  readonly seed: number;
  readonly learn: boolean;
}

export type ReadOptions =
  | { readonly ok: true; readonly options: CliOptions }
  | { readonly ok: false; readonly message: string };

/** Reads the flags: `--bundle FILE [--seed N] [--learn]`. */
export function readOptions(args: readonly string[]): ReadOptions {
  let bundleFile: string | null = null;
  let seed = 0;
  let learn = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [flag, ...inline] = arg.split('=');
    const takesValue = flag === '--bundle' || flag === '--seed';
    const value = takesValue ? (inline.length > 0 ? inline.join('=') : args[++i]) : undefined;
    if (arg === '--learn') learn = true;
    else if (!takesValue)
      return { ok: false, message: 'unknown flag: there are --bundle FILE, --seed N, --learn' };
    else if (value === undefined || value === '') return { ok: false, message: `${flag} needs a value` };
    else if (flag === '--bundle') bundleFile = value;
    else if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(Number(value))) {
      return { ok: false, message: '--seed is an integer from 0 to 2^53 - 1' };
    } else seed = Number(value);
  }
  if (bundleFile === null) return { ok: false, message: '--bundle FILE is missing' };
  return { ok: true, options: { bundleFile, seed, learn } };
}

/** The one line on standard error with which a bad bundle, flag or file ends the program. */
export function bundleErrorLine(message: string): string {
  return JSON.stringify({ error: { code: 'bundle', message: message.slice(0, 200) } });
}

export type OpenedDesk =
  | { readonly ok: true; readonly desk: DecisionDesk }
  | { readonly ok: false; readonly errorLine: string };

export interface DeskOptions extends Pick<CliOptions, 'seed' | 'learn'> {
  /** SHA-256 in lower-case hex; a platform's own is faster than ours and answers the same. */
  readonly hash?: (text: string) => string;
}

/** Loads the text of a bundle and answers what takes its lines. */
export function openDesk(bundleText: string, options: DeskOptions): OpenedDesk {
  let json: unknown;
  try {
    json = JSON.parse(bundleText);
  } catch {
    return { ok: false, errorLine: bundleErrorLine('the bundle is not JSON') };
  }
  const loaded = loadBundle(json);
  if (!loaded.ok) return { ok: false, errorLine: bundleErrorLine(loaded.error.message) };
  return { ok: true, desk: new DecisionDesk(loaded.bundle, options) };
}

const escapedSurrogate = /\\u[dD][89a-fA-F]/;

/** Takes one line after the other and answers each with exactly one line. */
export class DecisionDesk {
  private readonly bundle: CompiledBundle;
  private readonly seed: number;
  private readonly model: Learner;
  private readonly hash: (text: string) => string;
  private readonly book: FeedbackBook;

  constructor(bundle: CompiledBundle, { seed, learn, hash = sha256Hex }: DeskOptions) {
    this.hash = hash;
    this.bundle = bundle;
    this.seed = seed;
    this.model = learn ? bundle.model.copy() : bundle.model;
    this.book = new FeedbackBook(bundle, learn ? this.model : null);
  }

  /** The answer to one line, without line feeds. Never throws. */
  answer(line: string): string {
    try {
      return this.dispatch(line);
    } catch (error) {
      if (error instanceof LineError) return errorLine('line', error.message);
      if (error instanceof RequestError) return errorLine('request', error.message);
      if (error instanceof UnknownIdError)
        return errorLine('unknown-id', 'no decision of that id is remembered');
      return errorLine('internal', 'this line could not be answered');
    }
  }

  private dispatch(line: string): string {
    const { key, value } = readLine(line);
    if (escapedSurrogate.test(line)) refuseLoneSurrogates(value);
    switch (key) {
      case 'decide':
        return this.decide(value);
      case 'feedback':
        this.book.take(readFeedback(value));
        return '{"ok":true}';
      case 'model':
        refuseNonObject(value);
        return canonicalJson({ model: this.model.toData() });
      default:
        refuseNonObject(value);
        return canonicalJson({ state: this.hash(canonicalJson(this.model.toData())) });
    }
  }

  private decide(value: unknown): string {
    const request = readRequest(value);
    const decision = consider(this.bundle, request, { seed: this.seed, model: this.model });
    this.book.remember(request, decision);
    // The canonical text serves both the hash and the answer: the order of members means nothing to a reader.
    const text = canonicalJson(decision);
    return `${text.slice(0, -1)},"hash":"${this.hash(text)}"}`;
  }
}

/** The answer to a line that was too long to be read. */
export function oversizedLine(): string {
  return errorLine('size', 'a line has at most 1 MiB');
}

/** The answer to a line that is not UTF-8. */
export function undecodableLine(): string {
  return errorLine('line', 'the line is not UTF-8');
}

class LineError extends Error {}

const KEYS: ReadonlySet<string> = new Set(['decide', 'feedback', 'model', 'state']);

function readLine(line: string): { readonly key: string; readonly value: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new LineError('the line is not JSON');
  }
  if (!isObject(json)) throw new LineError('the line is not an object');
  const keys = Object.keys(json);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined || !KEYS.has(key)) {
    throw new LineError('the line has not exactly one of decide, feedback, model and state');
  }
  return { key, value: json[key] };
}

function refuseNonObject(value: unknown): void {
  if (!isObject(value)) throw new RequestError('model and state take an object');
}

function errorLine(code: ErrorCode, message: string): string {
  return JSON.stringify({ error: { code, message: message.slice(0, 200) } });
}
