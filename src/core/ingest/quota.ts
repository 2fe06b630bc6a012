import { z } from 'zod';
import { readConfiguration } from '../connectors/configured.ts';

/**
 * How much a realm and each of its sources may send, so that one of them that runs wild is refused (429) before it costs the others their
 * turn. Each node counts for itself and gives what there is for one node.
 */

const FILE = 'quotas.json';
const rate = z.number().positive().max(1_000_000);
const CONFIGURATION = z.strictObject({
  /** Events a second of all sources together, and of each write key; absent: as many as the store takes. */
  eventsPerSecond: rate.optional(),
  eventsPerSecondOfAKey: rate.optional(),
  /** What was not used lately may be used at once, for so many seconds. */
  burstSeconds: z.number().min(1).max(3_600).default(10),
});

export type Quotas = z.infer<typeof CONFIGURATION>;

export const UNLIMITED: Quotas = { burstSeconds: 1 };

/** @throws Error with the place of what is wrong in `quotas.json` */
export const readQuotas = (dataDir: string): Quotas =>
  readConfiguration(dataDir, FILE, CONFIGURATION) ?? UNLIMITED;

/** Keys are few; a stranger's never come so far. */
const MAX_KEYS = 1_000;

export class Quota {
  private readonly quotas: Quotas;
  private readonly clock: () => number;
  private readonly all: Bucket | null;
  private readonly ofKey = new Map<string, Bucket>();

  /** @param clock ms, of this machine */
  constructor(quotas: Quotas, clock: () => number) {
    this.quotas = quotas;
    this.clock = clock;
    this.all = this.bucketFor(quotas.eventsPerSecond);
  }

  /** [Q1] Whether so many events of a key may come now. A batch is taken whole and paid for afterwards, so that none is too large for ever. */
  takes(key: string, events: number): boolean {
    const buckets = [this.all, this.bucketOf(key)].filter((one) => one !== null);
    const now = this.clock();
    if (!buckets.every((bucket) => bucket.hasRoom(now))) return false;
    for (const bucket of buckets) bucket.pay(events);
    return true;
  }

  private bucketOf(key: string): Bucket | null {
    const known = this.ofKey.get(key);
    if (known !== undefined) return known;
    const bucket = this.bucketFor(this.quotas.eventsPerSecondOfAKey);
    if (this.ofKey.size >= MAX_KEYS) this.ofKey.clear();
    if (bucket !== null) this.ofKey.set(key, bucket);
    return bucket;
  }

  private bucketFor(perSecond: number | undefined): Bucket | null {
    return perSecond === undefined
      ? null
      : new Bucket(perSecond, perSecond * this.quotas.burstSeconds, this.clock());
  }
}

class Bucket {
  private readonly perSecond: number;
  private readonly most: number;
  private room: number;
  private since: number;

  constructor(perSecond: number, most: number, now: number) {
    this.perSecond = perSecond;
    this.most = most;
    this.room = most;
    this.since = now;
  }

  hasRoom(now: number): boolean {
    const earned = (Math.max(0, now - this.since) / 1000) * this.perSecond;
    this.since = now;
    this.room = Math.min(this.most, this.room + earned);
    return this.room > 0;
  }

  pay(events: number): void {
    this.room -= events;
  }
}
