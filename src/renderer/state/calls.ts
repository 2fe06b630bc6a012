/** How long calls to the replica took in this window: the slowest of them, without what they were about. */
export type SlowCall = { name: string; ms: number; at: string };

/** Nobody feels a call that is faster. */
export const SLOW_MS = 50;
const MOST = 20;

let slowest: readonly SlowCall[] = [];

export function noteCall(name: string, ms: number, now = Date.now()): void {
  if (ms < SLOW_MS) return;
  const one = { name, ms: Math.round(ms), at: new Date(now).toISOString() };
  slowest = [...slowest, one].sort((a, b) => b.ms - a.ms).slice(0, MOST);
}

export const slowCalls = (): readonly SlowCall[] => slowest;
