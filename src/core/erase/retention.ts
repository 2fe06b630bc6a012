import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditStore } from '../store/audit.ts';
import type { ErasedMessages } from '../store/erased-messages.ts';
import type { RetentionStore } from '../store/retention.ts';
import type { Eraser } from './erase.ts';

/**
 * How long each kind of data is kept. Customers of whom nothing was heard for so long are erased as on request; the rest
 * is cut by age. Kinds that are cut elsewhere are listed with their fixed times, so that one table tells everything.
 */

/** Days; the administrator sets these in `retention.json` of the data folder. */
export type RetentionDays = { customers: number; anonymous: number; audit: number; alarms: number };

export const DEFAULT_DAYS: RetentionDays = { customers: 1_095, anonymous: 395, audit: 1_095, alarms: 90 };

/** Days of kinds whose time is part of what others rely on (docs/spec/wire.md, doors.md, righttime.md). */
export const FIXED_DAYS = {
  timeline: 30,
  changes: 7,
  refusedEvents: 7,
  commandPlaces: 30,
  commands: 60,
  erasedMessages: 30,
} as const;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PER_LOOK = 500;

/** @throws Error that says what is wrong with the file */
export function readRetention(dataDir: string): RetentionDays {
  const path = join(dataDir, 'retention.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return DEFAULT_DAYS;
  }
  return retentionOf(text);
}

/** @throws Error that says what is wrong with the text */
export function retentionOf(text: string): RetentionDays {
  const set = JSON.parse(text) as Partial<Record<string, unknown>>;
  const days: RetentionDays = { ...DEFAULT_DAYS };
  for (const [kind, value] of Object.entries(set)) {
    if (!Object.hasOwn(DEFAULT_DAYS, kind))
      throw new Error(
        `retention.json: there is no kind ${kind}; ${Object.keys(DEFAULT_DAYS).join(', ')} can be set.`,
      );
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 36_500)
      throw new Error(`retention.json: ${kind} must be a whole number of days from 1 to 36500.`);
    days[kind as keyof RetentionDays] = value;
  }
  return days;
}

type Deps = {
  retained: RetentionStore;
  trail: AuditStore;
  messages: ErasedMessages;
  eraser: Pick<Eraser, 'erase' | 'tend'>;
  now(): number;
};

export class Retention {
  readonly days: RetentionDays;
  private readonly deps: Deps;
  private appliedAt: number | null = null;
  private gone: { [kind: string]: number } = {};
  /** The customer up to whom this round has looked. */
  private after = '';

  constructor(deps: Deps, days: RetentionDays) {
    this.deps = deps;
    this.days = days;
  }

  /** Once a second: a piece of a round, which begins anew every hour. */
  async tend(): Promise<void> {
    const now = this.deps.now();
    this.deps.eraser.tend();
    if (this.after === '' && this.appliedAt !== null && Math.abs(now - this.appliedAt) < HOUR_MS) return;
    if (this.after === '') this.cut(now);
    await this.eraseIdle(now);
  }

  /** What is kept how long, when it was last applied, and what has gone since the start. */
  view() {
    const { appliedAt, gone } = this;
    return { days: { ...FIXED_DAYS, ...this.days }, appliedAt, gone };
  }

  private cut(now: number): void {
    const { trail, retained, messages } = this.deps;
    this.appliedAt = now;
    this.count('audit', trail.cut(now - this.days.audit * DAY_MS));
    this.count('alarms', retained.cutAlarms(now - this.days.alarms * DAY_MS));
    this.count('erasedMessages', messages.cut(now - FIXED_DAYS.erasedMessages * DAY_MS));
  }

  private async eraseIdle(now: number): Promise<void> {
    const { retained, eraser } = this.deps;
    const page = retained.customersAfter(this.after, PER_LOOK);
    this.after = page.length < PER_LOOK ? '' : (page.at(-1)?.id ?? '');
    for (const { id, last, isAnonymous } of page) {
      const kind = isAnonymous ? 'anonymous' : 'customers';
      if (last >= now - this.days[kind] * DAY_MS) continue;
      await eraser.erase(id, 'retention', `nothing new for ${this.days[kind]} days`);
      this.count(kind, 1);
    }
  }

  private count(kind: string, more: number): void {
    if (more > 0) this.gone[kind] = (this.gone[kind] ?? 0) + more;
  }
}
