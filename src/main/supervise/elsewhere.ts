import { join } from 'node:path';
import { isStation, signInStation } from '../station/sign-in.ts';
import { askAt } from '../station/station.ts';
import type { Child } from './child.ts';
import type { CoreAccess } from './core.ts';
import { createReadiness, type Readiness } from './readiness.ts';

/** The core that the replica speaks to. `child`: null for one elsewhere. */
export type StartedCore = {
  access: Promise<CoreAccess>;
  child: Child | null;
  readiness: Readiness;
  /** The replica wants another token. */
  renew(): void;
};

type Parts = {
  url: string;
  /** What this start was given, or ''. */
  token: string;
  /** The code of an enrolment, or ''. */
  enrolment: string;
  dataDir: string;
  outboxKey: Promise<string>;
  get: typeof fetch;
  onToken(access: CoreAccess): void;
  log(line: string): void;
};

/** With the token that this start was given, or signed in as the station that this machine is. */
export function coreElsewhere({ url, token, enrolment, dataDir, get, ...parts }: Parts): StartedCore {
  const readiness = createReadiness();
  readiness.up();
  const path = join(dataDir, 'station.json');
  if (token !== '' || !isStation(path, enrolment)) {
    const access = Promise.resolve({ url, writeKey: '', consoleToken: token });
    return { access, child: null, readiness, renew: () => undefined };
  }
  const of = { path, core: url, code: enrolment, ask: askAt(url, get), now: Date.now };
  const { access, renew } = signInStation({ ...of, ...parts });
  return { access, child: null, readiness, renew };
}
