import { join } from 'node:path';
import type { Flags } from '../flags.ts';
import { type Child, superviseChild } from './child.ts';
import type { CoreAccess } from './core.ts';

/** The simulated airport, which feeds the embedded core through its public door like any other source. */
export function superviseDemo(
  outDir: string,
  flags: Flags,
  access: CoreAccess,
  log: (line: string) => void,
): Child {
  return superviseChild({
    entry: join(outDir, 'demo.js'),
    serviceName: 'kairos-simulated-airport',
    args: [
      ...['--url', access.url, '--passengers', String(flags.passengers), '--speed', String(flags.speed)],
      ...['--seed', String(flags.seed), '--station', flags.station],
    ],
    // Not among the arguments: a command line can be read by every process of the machine (C8).
    environment: { KAIROS_WRITE_KEY: access.writeKey },
    onMessage: () => undefined,
    log,
  });
}
