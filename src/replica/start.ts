/** Starts a replica and answers its windows. Runs in Electron's utility process (entry.ts) and in plain Node. */
import type { PortLike } from '../bridge/port.ts';
import { serve } from '../bridge/serve.ts';
import type { ReplicaConfig } from './config.ts';
import { nameOf, Replica, type ReplicaDeps } from './replica.ts';
import { handlers } from './serve.ts';

export type RunningReplica = {
  /** Answers one window until its port closes; other windows and sync do not notice. */
  serve: (port: PortLike) => { close(): void };
  token: (token: string) => void;
  stop: () => Promise<void>;
  /** The version of SQLite, for diagnostics. */
  sqlite: string;
  parts: Replica;
};

/** @throws SqliteError where the outbox is held by another process or the disk fails; a damaged file is mended */
export function startReplica(config: ReplicaConfig, deps: ReplicaDeps = {}): RunningReplica {
  const replica = new Replica(config, deps);
  const windows = new Set<{ close(): void }>();
  replica.start();
  return {
    parts: replica,
    sqlite: replica.files.replica.store.sqliteVersion(),
    token: (token) => replica.runner.dispatch({ type: 'token', token }),
    serve(port) {
      const self = {};
      const window = serve(port, handlers(replica, self), (name, error) => {
        replica.log(`defect in ${name}: ${nameOf(error)}`);
        replica.readFailed(error);
      });
      windows.add(window);
      port.onClose(() => {
        windows.delete(window);
        // A window that died has nobody open any more.
        replica.presence.show(self, null, 'none');
      });
      return window;
    },
    async stop() {
      for (const window of windows) window.close();
      await replica.stop();
    },
  };
}
