import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditStore } from '../store/audit.ts';
import type { ErasedMessages } from '../store/erased-messages.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import type { IdleCustomer, RetentionStore } from '../store/retention.ts';
import type { Eraser } from './erase.ts';

/**
 * How long each kind of data is kept. Nothing is set unless the administrator sets it: what was not set is kept. Customers of
 * whom nothing was heard for so long are erased as on request; the rest is cut by age. Kinds that are cut elsewhere are
 * listed with their fixed times, so that one table tells everything.
 */

/** Days; the administrator sets these in `retention.json` of the data folder. null: kept. */
export type RetentionDays = {
  customers: number | null;
  anonymous: number | null;
  audit: number | null;
  alarms: number | null;
};

export const KEPT: RetentionDays = { customers: null, anonymous: null, audit: null, alarms: null };

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
/** Erased in one go: others get their turn in between. */
const PER_TURN = 50;

/** @throws Error that says what is wrong with the file */
export function readRetention(dataDir: string): RetentionDays {
  const path = join(dataDir, 'retention.json');
  return existsSync(path) ? retentionOf(readFileSync(path, 'utf8')) : KEPT;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('retention.json: it is not JSON', { cause: error });
  }
}

/** @throws Error that says what is wrong with the text */
export function retentionOf(text: string): RetentionDays {
  const set = json(text);
  if (typeof set !== 'object' || set === null || Array.isArray(set))
    throw new Error('retention.json: an object of kinds and days is expected.');
  const days: RetentionDays = { ...KEPT };
  for (const [kind, value] of Object.entries(set)) {
    if (!Object.hasOwn(KEPT, kind))
      throw new Error(
        `retention.json: there is no kind ${kind}; ${Object.keys(KEPT).join(', ')} can be set.`,
      );
    if (value !== null && (!Number.isInteger(value) || value < 1 || value > 36_500))
      throw new Error(`retention.json: ${kind} must be a whole number of days from 1 to 36500, or null.`);
    days[kind as keyof RetentionDays] = value;
  }
  return days;
}

type Deps = {
  log: LogStore;
  retained: RetentionStore;
  trail: AuditStore;
  messages: ErasedMessages;
  eraser: Pick<Eraser, 'eraseAll'>;
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
    if (this.after === '' && this.appliedAt !== null && Math.abs(now - this.appliedAt) < HOUR_MS) return;
    if (this.after === '') await written(this.deps.log, () => this.cut(now));
    if (this.days.customers !== null || this.days.anonymous !== null) await this.eraseIdle(now);
    this.appliedAt = now;
  }

  /** Whether a round has begun and not ended. */
  get isUnderWay(): boolean {
    return this.after !== '';
  }

  /** What is kept how long, when it was last applied, and what has gone since the start. */
  view() {
    const { appliedAt, gone } = this;
    return { days: { ...FIXED_DAYS, ...this.days }, appliedAt, gone };
  }

  private cut(now: number): void {
    const { trail, retained, messages } = this.deps;
    const { audit, alarms } = this.days;
    if (audit !== null) this.count('audit', trail.cut(now - audit * DAY_MS, now));
    if (alarms !== null) this.count('alarms', retained.cutAlarms(now - alarms * DAY_MS));
    this.count('erasedMessages', messages.cut(now - FIXED_DAYS.erasedMessages * DAY_MS));
  }

  private async eraseIdle(now: number): Promise<void> {
    const { retained, eraser } = this.deps;
    const page = retained.customersAfter(this.after, PER_LOOK);
    const idle = page.filter((one) => this.isIdle(one, now)).slice(0, PER_TURN);
    const last = idle.length === PER_TURN ? idle.at(-1) : page.length === PER_LOOK ? page.at(-1) : undefined;
    this.after = last?.id ?? '';
    for (const kind of ['customers', 'anonymous'] as const) {
      const ids = idle.filter((one) => kindOf(one) === kind).map(({ id }) => id);
      await eraser.eraseAll(ids, 'retention', `nothing new for ${this.days[kind]} days`);
      this.count(kind, ids.length);
    }
  }

  /** Nothing was heard of him for so long, and no trip or contact of his is open. */
  private isIdle(one: IdleCustomer, now: number): boolean {
    const days = this.days[kindOf(one)];
    return days !== null && !one.isServed && one.last < now - days * DAY_MS;
  }

  private count(kind: string, more: number): void {
    if (more > 0) this.gone[kind] = (this.gone[kind] ?? 0) + more;
  }
}

const kindOf = ({ isAnonymous }: IdleCustomer) => (isAnonymous ? 'anonymous' : 'customers');
