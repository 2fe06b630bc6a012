/** When a key or button was pressed last, for traces that begin with it (docs/spec/telemetry.md TR2). */

/** A call that comes later than this after a key was not asked for by it. */
const RECENT_MS = 1_000;

let last = Number.NEGATIVE_INFINITY;

/** The system's clock, ms since 1970 with fractions. */
export const clockNow = (): number => performance.timeOrigin + performance.now();

export function followPresses(target: Pick<Window, 'addEventListener'>): void {
  for (const type of ['keydown', 'pointerdown'] as const)
    target.addEventListener(
      type,
      (event) => {
        last = performance.timeOrigin + event.timeStamp;
      },
      { capture: true, passive: true },
    );
}

export const pressed = (now: number): { pressedAt?: number } =>
  now - last <= RECENT_MS ? { pressedAt: last } : {};
