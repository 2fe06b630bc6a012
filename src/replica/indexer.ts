/** Keeps the search index up to date behind the rows, a slice at a time, so that no frame ever waits for it. */
import { searchKeys } from './search/keys.ts';
import type { SearchIndex } from './store/searchIndex.ts';
import { urgencyOf } from './views/headline.ts';

/** Rows per slice: about 20 ms, less than a person notices and than a frame may wait. */
const SLICE = 400;
/** A live change is found by search after this long. */
const SOON_MS = 50;
/** While a snapshot arrives the index waits for its end: one pass over everything is four times cheaper. */
const WHILE_LOADING_MS = 1_500;

export class Indexer {
  private readonly index: () => SearchIndex;
  private readonly now: () => number;
  private readonly onIndexed: () => void;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private stopped = false;

  constructor(index: () => SearchIndex, now: () => number, onIndexed: () => void) {
    this.index = index;
    this.now = now;
    this.onIndexed = onIndexed;
  }

  /** Rows have changed. `loading`: more of the same snapshot will follow at once. */
  wake(loading: boolean): void {
    if (this.stopped) return;
    if (loading && this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.timer ??= setTimeout(() => this.run(), loading ? WHILE_LOADING_MS : SOON_MS);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private run(): void {
    this.timer = null;
    if (this.stopped) return;
    const now = this.now();
    const done = this.index().slice(SLICE, (profile) => ({
      ...searchKeys(profile),
      urgency: urgencyOf(profile, now),
    }));
    if (done === 0) return;
    this.onIndexed();
    if (done === SLICE) this.timer = setTimeout(() => this.run(), 0);
  }
}
