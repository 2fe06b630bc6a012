/** Since when no hand was on the console. The clock is one that nobody can turn. */
export type Idle = {
  /** True at most once a minute: worth writing down. */
  touched(): boolean;
};

/** Bounds of the time that somebody may be away, minutes. */
export const LOCK_AFTER = { least: 0.05, most: 720 };

const NOTE = 60_000;

/** @param clock ms that only go forward @param limit ms */
export function createIdle(
  limit: number,
  onIdle: () => void,
  clock: () => number,
  later: (run: () => void, ms: number) => unknown,
): Idle {
  let last = 0;
  let noted = Number.NEGATIVE_INFINITY;
  let armed = false;
  const arm = (ms: number): void => {
    armed = true;
    later(look, ms);
  };
  function look(): void {
    armed = false;
    const rest = last + limit - clock();
    if (rest > 0) return arm(rest);
    onIdle();
  }
  return {
    touched() {
      last = clock();
      if (!armed) arm(limit);
      const isDue = last - noted >= NOTE;
      if (isDue) noted = last;
      return isDue;
    },
  };
}
