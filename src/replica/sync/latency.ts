/**
 * What the status line calls latency. The protocol's frames carry no time of commit and a console's clock is not the
 * core's, so the way from the core's commit cannot be measured directly. What can be measured without any clock but
 * ours: half of the shortest round trip on this connection, plus the time from a frame's arrival to its commit in the
 * replica. The wait inside the core between its commit and sending is not in it.
 */
export class Latency {
  private shortest: number | null = null;
  private applied: number[] = [];

  roundTrip(ms: number): void {
    this.shortest = this.shortest === null ? ms : Math.min(this.shortest, ms);
  }

  /** A frame was committed so many ms after it had arrived. */
  frame(ms: number): void {
    this.applied = [...this.applied.slice(-19), ms];
  }

  /** A new connection may take another way. */
  reset(): void {
    this.shortest = null;
    this.applied = [];
  }

  /** Median over the last frames; null before the first. */
  median(): number | null {
    if (this.shortest === null || this.applied.length === 0) return null;
    const sorted = [...this.applied].sort((a, b) => a - b);
    return Math.round((this.shortest / 2 + (sorted[sorted.length >> 1] ?? 0)) * 10) / 10;
  }
}
