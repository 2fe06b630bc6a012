/** Hours of the day, local time, as `HH:MM`; `to` before `from` goes over midnight. */
export type Hours = { from: string; to: string };

export const HOURS = /^(?:[01]\d|2[0-3]):[0-5]\d$/u;

export function isWithin({ from, to }: Hours, minutes: number): boolean {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return start <= end ? minutes >= start && minutes < end : minutes >= start || minutes < end;
}

export const minutesOfDay = (at: Date): number => at.getHours() * 60 + at.getMinutes();

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
