/** The session's timers on Node's. */
import type { Timers } from './runner.ts';
import type { TimerName } from './session.ts';

export class NodeTimers implements Timers {
  private readonly timers = new Map<TimerName, ReturnType<typeof setTimeout>>();
  private readonly due: (name: TimerName) => void;

  constructor(due: (name: TimerName) => void) {
    this.due = due;
  }

  set(name: TimerName, ms: number | null): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
    if (ms === null) return;
    const timer = setTimeout(() => {
      this.timers.delete(name);
      this.due(name);
    }, ms);
    this.timers.set(name, timer);
  }

  stopAll(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
