import { join } from 'node:path';
import { type Child, superviseChild } from './child.ts';

/** Where a core listens and what its own console and its simulated sources use to speak to it. */
export type CoreAccess = { url: string; writeKey: string; consoleToken: string };

type Options = {
  outDir: string;
  dataDir: string;
  station: string;
  /** Of the person at this console, or of a kiosk. */
  role: string;
  /** Where traces go; null: nowhere. */
  traces: { to: string; ratio: number } | null;
  /** After each start of the core, and with each fresh token; the address stays the same. */
  onReady(access: CoreAccess): void;
  /** It cannot start; it is tried again. */
  onFailed(): void;
  log(line: string): void;
};

/** The embedded core: a utility process on loopback with secrets of its own that only this process is told (C7). */
export function superviseCore(options: Options): Child {
  const { outDir, dataDir, station, role, traces, onReady, onFailed, log } = options;
  let port = 0;
  let latest: CoreAccess | null = null;
  return superviseChild({
    entry: join(outDir, 'core.js'),
    serviceName: 'kairos-core',
    hello: () => ({ type: 'start', dataDir: join(dataDir, 'core'), port, station, role, traces }),
    onMessage(message) {
      if (message.type !== 'ready' && message.type !== 'token') {
        log(`core: ${JSON.stringify(message)}`);
        if (message.type === 'failed') onFailed();
        return;
      }
      latest = { ...latest, ...(message as unknown as CoreAccess) };
      // The same port again after a restart, so that the replica's reconnects find it.
      port = Number(new URL(latest.url).port);
      onReady(latest);
    },
    log,
  });
}
