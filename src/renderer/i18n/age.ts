export type Age = { unit: 's' | 'min' | 'h' | 'd'; count: number };

/**
 * How old something is, in the largest unit that keeps it legible: seconds below a minute, minutes below an hour,
 * hours up to two days ("26 h" says more than "1 d"). What is ahead of this clock counts as just now.
 */
export function ageOf(seconds: number): Age {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return { unit: 's', count: whole };
  if (whole < 3600) return { unit: 'min', count: Math.floor(whole / 60) };
  if (whole < 48 * 3600) return { unit: 'h', count: Math.floor(whole / 3600) };
  return { unit: 'd', count: Math.floor(whole / 86_400) };
}

/** Waiting time as on a clock: `02:40`, from an hour on `1:02:40`. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (count: number): string => String(count).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Whether a fact of this age is past its own limit; a fact without a limit does not age. */
export const isOld = (seconds: number, limitSeconds: number | null): boolean =>
  limitSeconds !== null && seconds >= limitSeconds;
