/** Keeps a station signed in at its core, without anybody: a fresh token in time, and tries again where it must. */
import { existsSync } from 'node:fs';
import type { CoreAccess } from '../supervise/core.ts';
import { type Ask, enrolStation, readStation, type Station, StationRefused } from './station.ts';

/** A token is renewed when so much of its life is over. */
const SHARE = 2 / 3;
const RETRY_MS = 15_000;

type Parts = {
  path: string;
  core: string;
  /** Of an enrolment; '' where there is none. Not used where this machine is enrolled already. */
  code: string;
  /** Resolves when the keys are unlocked. */
  outboxKey: Promise<string>;
  ask: Ask;
  onToken(access: CoreAccess): void;
  now(): number;
  log(line: string): void;
};

export type StationSignIn = {
  /** With the last token at once, so that a station starts without its core. Rejects where it is none and cannot become one. */
  access: Promise<CoreAccess>;
  /** The core wants another token now. */
  renew(): void;
  stop(): void;
};

/** Whether this machine is, or is to be, a station of its own. */
export const isStation = (path: string, code: string): boolean => code !== '' || existsSync(path);

export function signInStation({ path, core, code, outboxKey, ask, onToken, now, log }: Parts): StationSignIn {
  let station: Station | null = null;
  let timer: NodeJS.Timeout | undefined;
  let renewing = false;
  let stopped = false;
  const accessOf = (token: string): CoreAccess => ({ url: core, writeKey: '', consoleToken: token });

  const again = (ms: number): void => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void renew(), ms);
  };
  async function renew(): Promise<void> {
    if (station === null || renewing) return;
    renewing = true;
    try {
      const { token, until } = await station.renew();
      onToken(accessOf(token));
      again((until - now()) * SHARE);
    } catch (error) {
      // Whoever was revoked is told so by the core on its own line, too.
      const isRefused = error instanceof StationRefused;
      log(`station: no token, ${isRefused ? error.message : 'the core cannot be reached'}`);
      again(RETRY_MS);
    } finally {
      renewing = false;
    }
  }
  async function begin(): Promise<CoreAccess> {
    const key = await outboxKey;
    station = readStation(path, core, key, ask);
    if (station === null && code !== '') {
      station = await enrolStation(path, core, code, key, ask);
      log(`station: enrolled as ${station.id}`);
    }
    if (station === null) log('station: not enrolled at this core');
    void renew();
    return accessOf(station?.token() ?? '');
  }
  return {
    access: begin(),
    renew: () => void renew(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
