/** Notices that nothing ran for a while: the machine slept, or this process was stopped. */
import { MINUTE, SECOND } from '../protocol/limits.ts';

const EVERY = 5 * SECOND;
/** A busy process is late by seconds; the core gives a connection up after about as long. */
const ASLEEP = MINUTE;

export class SleepWatch {
  private readonly now: () => number;
  private readonly onWake: (since: number) => void;
  private timer: ReturnType<typeof setInterval> | null = null;
  private last = 0;

  constructor(now: () => number, onWake: (since: number) => void) {
    this.now = now;
    this.onWake = onWake;
  }

  start(): void {
    this.last = this.now();
    this.timer = setInterval(() => this.look(), EVERY);
    this.timer.unref();
  }

  /** Also what a test calls instead of waiting. */
  look(): void {
    const since = this.last;
    this.last = this.now();
    if (this.last - since >= ASLEEP) this.onWake(since);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }
}
