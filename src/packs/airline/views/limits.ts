/** From which age a fact counts as old, as data: the first line whose pattern fits. What is not named does not age. */
const MINUTE = 60;
const LIMITS: readonly [pattern: RegExp, seconds: number][] = [
  [/^now\./u, 5 * MINUTE],
  [/^trip\..*\.(?:flightStatus|gate|departs|arrives|reason)$/u, 30 * MINUTE],
  [/^trip\..*\.(?:seat|status|sequence)$/u, 24 * 60 * MINUTE],
  [/^bag\..*\.status$/u, 60 * MINUTE],
  [/^segment\./u, 60 * MINUTE],
  [/^(?:email|phone)$/u, 365 * 24 * 60 * MINUTE],
];

export const limitSecondsOf = (name: string): number | null =>
  LIMITS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
