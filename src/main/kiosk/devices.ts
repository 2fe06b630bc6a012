import { access } from 'node:fs/promises';

/** A device that a kiosk cannot do without. `path` null: asked for by its kind, which only the system's printers are. */
export type Device = { name: 'printer' | 'scanner'; path: string | null };

/** `printer`, or `scanner=/dev/input/by-id/...`; null where it is neither. */
export function readDevice(text: string): Device | null {
  const [name = '', ...rest] = text.split('=');
  const path = rest.join('=');
  if (name === 'printer') return { name, path: path === '' ? null : path };
  return name === 'scanner' && path !== '' ? { name, path } : null;
}

/** The names of those that are not there. @param printers how many the system knows */
export async function missingOf(
  devices: readonly Device[],
  printers: () => Promise<number>,
): Promise<Device['name'][]> {
  const there = (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  const found = await Promise.all(
    devices.map(async ({ name, path }) =>
      (path === null ? (await printers()) > 0 : await there(path)) ? [] : [name],
    ),
  );
  return found.flat();
}
