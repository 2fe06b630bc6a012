import { createHash } from 'node:crypto';
import { DoorError } from '../errors.ts';
import type { Lease } from '../schedule/lease.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import type { PullPlace, PullRow, PullStore } from '../store/pulls.ts';
import { reasonOf } from './hook.ts';
import type { Connector } from './line.ts';
import { type Event, eventOf, type Row } from './mapping.ts';
import { addressOf, BadAnswer, readAnswer, type Source } from './source.ts';

/**
 * Asks one system for what changed (docs/spec/connectors.md). Its place is written down after a page's events are durable, so that
 * after a crash a page is read again, and its events are known by their messageId.
 */

export type Bad = { raw: unknown; error: DoorError; messageId: string | null };

export type PullDeps = {
  log: LogStore;
  pulls: PullStore;
  lease: Lease;
  now(): number;
  /** Takes events as the door does; how many of them it refused. */
  take(events: Event[]): Promise<number>;
  /** Keeps what stands for no event. */
  reject(bad: Bad[]): Promise<void>;
  onFailure(error: unknown): void;
};

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 20 * 1024 * 1024;
const PER_BATCH = 100;
const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
const LONGEST_AFTER_S = 86_400;
/** The same request can succeed later. */
const AGAIN: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

const START: PullPlace = { since: null, next: null, seen: null, before: null };
const NEW: PullRow = {
  ...{ place: START, due: 0, taken: 0, refused: 0 },
  ...{ failures: 0, error: null, errorAt: null, endedAt: null },
};

class Refused extends Error {
  readonly status: number;
  readonly afterMs: number;

  constructor(status: number, afterMs: number) {
    super(`HTTP ${status}`);
    this.status = status;
    this.afterMs = afterMs;
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export class Pull implements Connector {
  readonly source: Source;
  private readonly deps: PullDeps;
  private readonly closing = new AbortController();

  constructor(source: Source, deps: PullDeps) {
    this.source = source;
    this.deps = deps;
  }

  close(): void {
    this.closing.abort();
  }

  /** How it stands; a source that was never asked is due. */
  get row(): PullRow {
    return this.deps.pulls.get(this.source.name) ?? NEW;
  }

  /** One page. @throws what the store says */
  async turn(): Promise<boolean> {
    const { lease, log, now } = this.deps;
    const { row } = this;
    if (!lease.holds() || !log.isReachable || now() < row.due) return false;
    let page: { items: unknown[]; place: PullPlace; isLast: boolean };
    try {
      page = await this.ask(row.place);
    } catch (error) {
      if (!this.closing.signal.aborted) await this.failed(row, error);
      return false;
    }
    const refused = await this.takeIn(page.items);
    if (this.closing.signal.aborted) return false;
    const due = page.isLast ? now() + this.source.everySeconds * 1000 : row.due;
    await this.write(row, {
      ...{ ...row, place: page.place, due, failures: 0 },
      ...{ taken: row.taken + page.items.length - refused, refused: row.refused + refused },
      endedAt: page.isLast ? now() : row.endedAt,
    });
    return !page.isLast;
  }

  /** [P1] [P2] The page at a place, and the place behind it. @throws Refused, BadAnswer, or what the connection says */
  private async ask(place: PullPlace) {
    const text = await this.text(addressOf(this.source, place));
    const before = hashOf(text);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw new BadAnswer('it is not JSON');
    }
    const { items, next, seen } = readAnswer(this.source, place, body);
    if (next !== null && before === place.before) throw new BadAnswer('the same page came again');
    const isLast = next === null;
    const since = isLast ? (seen ?? place.since) : place.since;
    return { items, isLast, place: isLast ? { ...START, since } : { since, next, seen, before } };
  }

  private async text(url: URL): Promise<string> {
    const answer = await fetch(url, {
      headers: { accept: 'application/json', 'user-agent': 'Kairos', ...this.source.headers },
      // The headers may hold a key: they are not carried elsewhere.
      redirect: 'manual',
      signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      const after = Number(answer.headers.get('retry-after'));
      throw new Refused(answer.status, after > 0 ? Math.min(after, LONGEST_AFTER_S) * 1000 : 0);
    }
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new BadAnswer('it is larger than 20 MB');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** [P3] Returns how many of a page's items stand for no event, or for one that the core does not take. */
  private async takeIn(items: readonly unknown[]): Promise<number> {
    const events: Event[] = [];
    const bad: Bad[] = [];
    for (const raw of items) {
      const read = isRow(raw)
        ? eventOf(this.source.shape.map, raw, hashOf)
        : { ok: false as const, message: 'an item is no object' };
      if (read.ok) events.push(read.event);
      else bad.push({ raw, error: new DoorError('malformed', read.message), messageId: null });
    }
    if (bad.length > 0) await this.deps.reject(bad);
    let refused = bad.length;
    for (let at = 0; at < events.length; at += PER_BATCH)
      refused += await this.deps.take(events.slice(at, at + PER_BATCH));
    return refused;
  }

  /** [P4] The place stays; where the partner no longer knows it, the run begins anew. */
  private async failed(row: PullRow, error: unknown): Promise<void> {
    const now = this.deps.now();
    const failures = row.failures + 1;
    const isKnown = error instanceof Refused || error instanceof BadAnswer;
    const isLost =
      error instanceof BadAnswer ||
      (error instanceof Refused && error.status >= 400 && error.status < 500 && !AGAIN.has(error.status));
    const pause = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (failures - 1));
    await this.write(row, {
      ...row,
      place: isLost ? { ...START, since: row.place.since } : row.place,
      due: now + Math.max(pause, error instanceof Refused ? error.afterMs : 0),
      ...{ failures, error: isKnown ? error.message : reasonOf(error), errorAt: now },
    });
  }

  /** Unless somebody has moved it meanwhile, or another node has taken over. */
  private async write(before: PullRow, after: PullRow): Promise<void> {
    const { log, lease, pulls } = this.deps;
    const { name } = this.source;
    await written(log, () => {
      const now = pulls.get(name) ?? NEW;
      if (!lease.holds() || JSON.stringify(now.place) !== JSON.stringify(before.place)) return;
      log.transaction(() => pulls.put(name, after), 'relaxed');
    });
  }
}

/** [P5] As it stands when a person has it asked now: from a time on, or on from where it is. */
export function askedNow(row: PullRow, since: string | null | undefined, now: number): PullRow {
  const place = since === undefined ? row.place : { ...START, since };
  return { ...row, place, due: now };
}
