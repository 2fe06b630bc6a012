/** Latencies by tenths of a millisecond, small enough to be handed from process to process. */

const PER_MS = 10;

/** Counts by bucket; what is below zero (two clocks that round) counts as zero. */
export type Counts = { [bucket: number]: number };

export class Histogram {
  readonly counts: Counts = {};

  add(ms: number, times = 1): void {
    const bucket = Math.max(0, Math.floor(ms * PER_MS));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
  }

  merge(counts: Counts): void {
    for (const [bucket, times] of Object.entries(counts)) this.add(Number(bucket) / PER_MS, times);
  }

  get size(): number {
    return Object.values(this.counts).reduce((sum, times) => sum + times, 0);
  }

  /** In ms. @throws RangeError where nothing was counted */
  quantile(share: number): number {
    let left = Math.floor(this.size * share);
    for (const [bucket, times] of Object.entries(this.counts)) {
      if (times > left) return Number(bucket) / PER_MS;
      left -= times;
    }
    throw new RangeError('no values');
  }
}
