/**
 * How often a name may be tried: after five wrong passwords within a quarter of an hour nobody signs in under it until the
 * first of them is that old, known or not. Counted in this process; a start of the core forgets. Pure but for its memory.
 */
const MOST = 5;
const WINDOW_MS = 900_000;
const MAX_NAMES = 10_000;

export class Attempts {
  private readonly failed = new Map<string, number[]>();

  /** Milliseconds until the name may be tried; 0: now. */
  waitMs(name: string, now: number): number {
    const first = this.recent(name, now).at(-MOST);
    return first === undefined ? 0 : first + WINDOW_MS - now;
  }

  /** Counted before the password is looked at, so that many tries at once are not one. */
  count(name: string, now: number): void {
    const times = [...this.recent(name, now), now];
    this.failed.delete(name);
    if (this.failed.size >= MAX_NAMES) this.failed.delete(this.failed.keys().next().value as string);
    this.failed.set(name, times);
  }

  succeeded(name: string): void {
    this.failed.delete(name);
  }

  private recent(name: string, now: number): number[] {
    return (this.failed.get(name) ?? []).filter((at) => now - at < WINDOW_MS);
  }
}
