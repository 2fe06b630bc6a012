/** Updates of this console, put together from policy, package and station. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { UpdatePolicy } from '../policy/policy.ts';
import { feedAt } from './feed.ts';
import { type Installed, installStaged } from './install.ts';
import { type Asker, readUpdateKey } from './manifest.ts';
import { startUpdater, type Updater } from './updater.ts';
import { isWithin, minutesOfDay } from './window.ts';

export type UpdateSetting = {
  policy: UpdatePolicy | undefined;
  /** Folder of the package's own files: the key and the installing program. */
  resources: string;
  dataDir: string;
  version: string;
  /** Which of several stations on this machine. */
  station: string;
  isKiosk: boolean;
  /** With the proxies of the system. */
  get: typeof fetch;
  now: () => number;
  log: (line: string) => void;
};

export type Updates = {
  /** Before anything else runs. `null`: there was nothing to install, or it is not the time for it. */
  installWaiting(): Promise<Installed | null>;
  start(): Updater;
  /** A kiosk only in its hours. */
  mayRestart(): boolean;
};

/** @returns null where the policy names no feed or the package has no key */
export function updatesOf(setting: UpdateSetting): Updates | null {
  const { policy, resources, dataDir, version, isKiosk, now, log } = setting;
  const key = policy && readUpdateKey(read(join(resources, 'update-key.pem')));
  if (!policy || !key) return null;
  const folder = join(dataDir, 'update');
  const asker = (): Asker => ({
    ...{ version, channel: policy.channel, now: now() },
    ...{ platform: process.platform, arch: process.arch, station: `${hostname()} ${setting.station}` },
  });
  const mayRestart = (): boolean => {
    if (!isKiosk) return true;
    const { kioskHours } = policy;
    return kioskHours !== undefined && isWithin(kioskHours, minutesOfDay(new Date(now())));
  };
  return {
    mayRestart,
    async installWaiting() {
      if (!mayRestart()) return null;
      const installer = { authority: policy.authority, helper: join(resources, 'install-update') };
      const done = await installStaged(folder, key, asker(), installer);
      if ('version' in done) log(`update: ${done.version} is installed`);
      else if (done.refused !== 'current') log(`update: not installed, ${done.refused}`);
      return 'refused' in done && done.refused === 'current' ? null : done;
    },
    start: () => startUpdater({ folder, key, asker, log, feed: feedAt(policy.feed, setting.get) }),
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
