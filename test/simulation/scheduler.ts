/** The virtual clock: what is due runs in the order of time, and at equal times in the order in which it was planned. */
type Due = { at: number; order: number; run: () => void; off: boolean };

export type Cancel = () => void;

export class Scheduler {
  now: number;
  private readonly heap: Due[] = [];
  private order = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** Plans `run` in `ms` from now. */
  after(ms: number, run: () => void): Cancel {
    const due = { at: this.now + Math.max(0, ms), order: this.order++, run, off: false };
    this.heap.push(due);
    this.rise(this.heap.length - 1);
    return () => {
      due.off = true;
    };
  }

  /** Runs the next thing that is due until `end`; false if there is none, then it is `end`. */
  step(end: number): boolean {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined || next.at > end) {
        this.now = Math.max(this.now, end);
        return false;
      }
      this.removeFirst();
      if (next.off) continue;
      // Time that has passed at once makes everything late, and never goes back.
      this.now = Math.max(this.now, next.at);
      next.run();
      return true;
    }
  }

  private before(a: number, b: number): boolean {
    const [x, y] = [this.heap[a] as Due, this.heap[b] as Due];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  private swap(a: number, b: number): void {
    const kept = this.heap[a] as Due;
    this.heap[a] = this.heap[b] as Due;
    this.heap[b] = kept;
  }

  private rise(from: number): void {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.before(i, parent)) return;
      this.swap(i, parent);
      i = parent;
    }
  }

  private removeFirst(): void {
    const last = this.heap.pop() as Due;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2])
        if (child < this.heap.length && this.before(child, least)) least = child;
      if (least === i) return;
      this.swap(i, least);
      i = least;
    }
  }
}
