import { join } from 'node:path';
import type { Flags } from '../flags.ts';
import { type Child, superviseChild } from './child.ts';
import type { CoreAccess } from './core.ts';

/** The simulated airport, which feeds the embedded core through its public door like any other source. */
export function superviseDemo(outDir: string, flags: Flags, access: () => CoreAccess, log: (line: string) => void): Child {
  return superviseChild({
    entry: join(outDir, 'demo.js'),
    serviceName: 'kairos-simulated-airport',
    args: [
      ...['--passengers', String(flags.passengers), '--speed', String(flags.speed)],
      ...['--seed', String(flags.seed), '--station', flags.station],
    ],
    // The write key goes by message: a command line can be read by every process of the machine.
    hello: () => ({ type: 'start', url: access().url, writeKey: access().writeKey }),
    onMessage: () => undefined,
    log,
  });
}
