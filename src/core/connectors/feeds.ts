import type { Contract } from './contract.ts';
import { Feed, type FeedDeps } from './feed.ts';

/** The thin rim of feeds: each goes its own way, so that a partner who does not answer keeps nobody else waiting. */

const TICK_MS = 1_000;
/** Commits of a busy moment are looked at together. */
const SOON_MS = 10;

export class Feeds {
  private readonly lines: Line[];
  private readonly deps: FeedDeps;
  private unsubscribe: (() => void) | undefined;

  constructor(contracts: readonly Contract[], deps: FeedDeps) {
    this.deps = deps;
    this.lines = contracts.map((contract) => new Line(new Feed(contract, deps), deps.onFailure));
  }

  start(): void {
    if (this.lines.length === 0) return;
    this.unsubscribe = this.deps.log.onCommit(() => this.wake());
    this.wake();
  }

  /** Something has changed: look soon. */
  wake(): void {
    for (const line of this.lines) line.wake(SOON_MS);
  }

  get all(): readonly Feed[] {
    return this.lines.map(({ feed }) => feed);
  }

  named(name: string): Feed | undefined {
    return this.all.find(({ contract }) => contract.name === name);
  }

  async stop(): Promise<void> {
    this.unsubscribe?.();
    await Promise.all(this.lines.map((line) => line.stop()));
  }
}

class Line {
  readonly feed: Feed;
  private readonly onFailure: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private at = Number.POSITIVE_INFINITY;
  private running: Promise<void> | null = null;
  private isWoken = false;
  private isStopped = false;

  constructor(feed: Feed, onFailure: (error: unknown) => void) {
    this.feed = feed;
    this.onFailure = onFailure;
  }

  wake(inMs: number): void {
    this.isWoken = true;
    const at = performance.now() + inMs;
    if (this.isStopped || this.running || at >= this.at) return;
    clearTimeout(this.timer);
    this.at = at;
    this.timer = setTimeout(() => {
      this.at = Number.POSITIVE_INFINITY;
      this.running = this.run();
    }, inMs);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    try {
      do this.isWoken = false;
      while ((await this.feed.turn()) || this.isWoken);
    } catch (error) {
      this.onFailure(error);
    }
    this.running = null;
    this.wake(TICK_MS);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.feed.close();
    await this.running;
  }
}
