import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const pixels = z.number().int();
const Place = z.strictObject({
  x: pixels,
  y: pixels,
  width: pixels.min(200).max(20_000),
  height: pixels.min(200).max(20_000),
  maximized: z.boolean(),
});
/** Where a window is on the screens, in their own pixels. */
export type Place = z.infer<typeof Place>;
export type Area = { x: number; y: number; width: number; height: number };

/** Where the window was when it was closed; null where that is not known or cannot be read. */
export function readPlace(file: string): Place | null {
  try {
    return Place.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** A place that cannot be kept is no reason to trouble anybody. */
export function writePlace(file: string, place: Place): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(place), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The window opens at its usual place the next time.
  }
}

/** So much of a window's top edge has to be on a screen that a hand can take it, in px. */
const GRIP = 100;

/** The place where it was, no larger than its screen; null where no screen is there any more, as after undocking. */
export function fitting(place: Place, areas: readonly Area[]): Place | null {
  const overlap = (area: Area): number =>
    Math.min(place.x + place.width, area.x + area.width) - Math.max(place.x, area.x);
  const isOn = (area: Area): boolean =>
    overlap(area) >= GRIP && place.y >= area.y && place.y <= area.y + area.height - GRIP;
  const screen = areas.filter(isOn).sort((a, b) => overlap(b) - overlap(a))[0];
  if (screen === undefined) return null;
  const { width, height } = screen;
  return { ...place, width: Math.min(place.width, width), height: Math.min(place.height, height) };
}
