/** Keeps the search index up to date behind the rows, a slice at a time, so that no frame ever waits for it. */
import { searchKeys } from './search/keys.ts';
import type { SearchIndex } from './store/searchIndex.ts';
import { urgencyOf } from './views/headline.ts';

/** Rows per slice: about 20 ms, less than a person notices and than a frame may wait. */
const SLICE = 400;
/** After a snapshot, larger transactions: full text is merged less often, and nobody is typing yet. */
const LARGE_SLICE = 2_000;
/** A live change is found by search after this long. */
const SOON_MS = 50;
/** While a snapshot arrives the index waits for its end: one pass over everything is four times cheaper. */
const WHILE_LOADING_MS = 1_500;

export class Indexer {
  private readonly index: () => SearchIndex;
  private readonly now: () => number;
  private readonly onIndexed: () => void;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Waits for the end of a snapshot, whose last part does away with the waiting. */
  private patient = false;
  private stopped = false;
  private slice = SLICE;

  constructor(index: () => SearchIndex, now: () => number, onIndexed: () => void) {
    this.index = index;
    this.now = now;
    this.onIndexed = onIndexed;
  }

  /** Rows have changed. `loading`: more of the same snapshot will follow at once. */
  wake(loading: boolean): void {
    if (this.stopped) return;
    if (this.timer !== null && (loading || this.patient)) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.timer ??= setTimeout(() => this.run(), loading ? WHILE_LOADING_MS : SOON_MS);
    this.patient = loading;
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** One slice at once, before somebody asks: a search right after a change finds it. */
  catchUp(limit = SLICE): number {
    const now = this.now();
    const done = this.index().slice(limit, (profile) => ({
      ...searchKeys(profile),
      urgency: urgencyOf(profile, now),
    }));
    if (done > 0) this.onIndexed();
    return done;
  }

  private run(): void {
    this.timer = null;
    if (this.stopped) return;
    const limit = this.slice;
    const more = this.catchUp(limit) === limit;
    this.slice = more ? LARGE_SLICE : SLICE;
    if (more) this.timer = setTimeout(() => this.run(), 0);
  }
}
