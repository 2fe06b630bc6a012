/** Makes the sums of the active scopes (store/sums.ts) a slice at a time, when nothing else is to do. */

/** Rows per slice: a fifth of a ms, so that a frame that comes meanwhile hardly waits. */
const SLICE = 25;
/** Between slices: they take at most a sixth of the time while a large scope is read. */
const PAUSE_MS = 1;
/** A change is counted after this long; the core tells its sums once a minute. */
const SOON_MS = 250;
/** While a snapshot arrives its rows are in no sum. */
const WHILE_LOADING_MS = 1_500;

export class Accountant {
  /** Makes sums for about so many rows; returns whether there is more to do. */
  private readonly slice: (rows: number) => boolean;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private stopped = false;

  constructor(slice: (rows: number) => boolean) {
    this.slice = slice;
  }

  /** Rows have changed. `loading`: more of the same snapshot will follow at once. */
  wake(loading: boolean): void {
    if (this.timer !== null || this.stopped) return;
    this.after(loading ? WHILE_LOADING_MS : SOON_MS);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private after(ms: number): void {
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.stopped && this.slice(SLICE)) this.after(PAUSE_MS);
    }, ms);
  }
}
