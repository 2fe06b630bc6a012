/**
 * When a process that died is started again: at once the first time, then after 250 ms doubled each time up to 5 s;
 * a minute without a death starts over. Pure: times are ms passed in.
 */
export type Restarts = { deaths: number; lastDeath: number };

export const NO_RESTARTS: Restarts = { deaths: 0, lastDeath: Number.NEGATIVE_INFINITY };

const CALM_AFTER = 60_000;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

export function afterDeath(restarts: Restarts, now: number): { restarts: Restarts; waitMs: number } {
  const deaths = now - restarts.lastDeath > CALM_AFTER ? 1 : restarts.deaths + 1;
  const waitMs = deaths === 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (deaths - 2));
  return { restarts: { deaths, lastDeath: now }, waitMs };
}
