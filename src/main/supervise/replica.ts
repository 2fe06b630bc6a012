import { join } from 'node:path';
import { MessageChannelMain, type WebContents } from 'electron';
import { isTrouble, type Trouble } from '../../bridge/reports.ts';
import type { Unlocked } from '../settings/protection.ts';
import { type Child, superviseChild } from './child.ts';
import { createReadiness } from './readiness.ts';

/** Of the two files that a replica opens; it is told no other key. */
export type FileKeys = Pick<Unlocked['keys'], 'replica' | 'outbox'>;

export type ReplicaConfig = {
  dataDir: string;
  coreUrl: string;
  token: string;
  station: string;
  operator: string;
  role: string;
  person?: { subject: string; grants: string[] };
  wanted: string[];
  keys: FileKeys;
  protection: Unlocked['protection'];
  simulation: { speed: number } | null;
};

export type Replica = {
  /** Makes one channel, gives one end to the replica and the other to the window, both with the same nonce. */
  handOver(contents: WebContents, nonce: string): void;
  /** A fresh token, as after a restart of the embedded core. */
  setToken(token: string): void;
  /** Resolves with null when the replica is up (again), or with the reason why it cannot be. */
  ready(): Promise<Trouble | null>;
  stop(): Promise<void>;
  /** The version of SQLite that it runs on; `''` before it is up. */
  sqlite(): string;
  pid(): number | undefined;
};

type Options = {
  outDir: string;
  /** Where traces go; null: nowhere. */
  traces: { to: string; ratio: number } | null;
  config(): ReplicaConfig;
  /** A wipe: destroys keys and answers the new ones. */
  destroyKeys(mode: 'replica' | 'all'): FileKeys;
  /** Its token has run out or will soon. */
  onTokenNeeded(): void;
  /** The core has taken its access away. */
  onRevoked?(): void;
  /** So many actions wait to be sent. */
  onUnsent?(count: number): void;
  log(line: string): void;
};

export function superviseReplica(options: Options): Replica {
  const { outDir, traces, config, destroyKeys, onTokenNeeded, onRevoked, onUnsent, log } = options;
  let sqlite = '';
  const readiness = createReadiness();
  const child: Child = superviseChild({
    entry: join(outDir, 'replica.js'),
    serviceName: 'kairos-replica',
    hello: () => ({ type: 'start', config: config(), traces }),
    onMessage(message) {
      if (message.type === 'ready') {
        sqlite = String(message.sqlite ?? '');
        readiness.up();
      }
      // What cannot be opened now is tried again; what is damaged is mended by the next start.
      if (message.type === 'failed' && isTrouble(message.code)) {
        readiness.trouble(message.code);
        child.restart();
      }
      if (message.type === 'token_needed') onTokenNeeded();
      if (message.type === 'revoked') onRevoked?.();
      if (message.type === 'unsent') onUnsent?.(Number(message.count));
      if (message.type === 'destroy_keys' && (message.mode === 'replica' || message.mode === 'all')) {
        child.post({ type: 'keys_destroyed', keys: destroyKeys(message.mode) });
      }
      if (message.type === 'log' || message.type === 'failed')
        log(`replica: ${String(message.line ?? message.code)}`);
    },
    onDeath: readiness.down,
    log,
  });
  return {
    handOver(contents, nonce) {
      const { port1, port2 } = new MessageChannelMain();
      child.post({ type: 'window', nonce }, [port1]);
      contents.postMessage('port', nonce, [port2]);
    },
    setToken: (token) => child.post({ type: 'token', token }),
    ready: readiness.outcome,
    stop: () => child.stop(3_000),
    sqlite: () => sqlite,
    pid: child.pid,
  };
}
