/** The replica in Electron's utility process: main starts it, hands it windows' ports, and supervises it. */
import { z } from 'zod';
import type { PortLike } from '../bridge/port.ts';
import { readBy } from '../domain/read.ts';
import { ROLES } from '../domain/role.ts';
import { NO_TRACES, openTraces, type Traces } from '../telemetry/traces.ts';
import type { Keys } from './files.ts';
import { leaveAlone } from './others.ts';
import { type RunningReplica, startReplica } from './start.ts';
import { isLocked } from './store/open.ts';

/** The little of Electron that a utility process sees; typed here because the replica never imports electron. */
type PortMain = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
  close(): void;
};
type ParentPort = {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown; ports: PortMain[] }) => void): void;
};

z.config({ jitless: true });

const key = z
  .string()
  .regex(/^[0-9a-f]{64}$/u)
  .nullable();
const keys = z.object({ replica: key, outbox: key });

const fromMain = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    config: z.object({
      dataDir: z.string().min(1),
      coreUrl: z.url(),
      token: z.string(),
      station: z.string().min(1),
      operator: z.string().min(1),
      role: z.enum(ROLES),
      person: z.object({ subject: z.string().min(1), grants: z.array(z.string()) }).optional(),
      keys,
      protection: z.enum(['keystore', 'passphrase', 'unprotected']),
      wanted: z.array(z.string()),
      simulation: z.object({ speed: z.number() }).nullable(),
    }),
    traces: z.object({ to: z.string().min(1), ratio: z.number().min(0).max(1) }).nullable(),
  }),
  z.object({ type: z.literal('window'), nonce: z.string() }),
  z.object({ type: z.literal('token'), token: z.string() }),
  /** Main has destroyed the keys of a wipe and made new ones. */
  z.object({ type: z.literal('keys_destroyed'), keys }),
  z.object({ type: z.literal('stop') }),
]);

type Start = Extract<z.infer<typeof fromMain>, { type: 'start' }>;

/** A wipe whose keys main does not destroy in this time is not acknowledged; the core asks again. */
const DESTROY_TIMEOUT = 30_000;

export function run(parent: ParentPort, end: (code: number) => void): void {
  let replica: RunningReplica | null = null;
  let traces: Traces = NO_TRACES;
  let ending = false;
  let destroyed: ((keys: Keys) => void) | null = null;

  const destroyKeys = (mode: 'replica' | 'all'): Promise<Keys> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('main did not destroy the keys')), DESTROY_TIMEOUT);
      destroyed = (fresh) => {
        clearTimeout(timer);
        resolve(fresh);
      };
      parent.postMessage({ type: 'destroy_keys', mode });
    });

  async function start(config: Start['config']): Promise<void> {
    try {
      const key = await leaveAlone(config, async () => (await destroyKeys('replica')).replica);
      if (replica !== null || ending) return;
      replica = startReplica(
        { ...config, keys: { ...config.keys, replica: key } },
        {
          log: (line) => parent.postMessage({ type: 'log', line }),
          onNeedToken: () => parent.postMessage({ type: 'token_needed' }),
          onFailed: (code) => parent.postMessage({ type: 'failed', code }),
          onRevoked: () => parent.postMessage({ type: 'revoked' }),
          onUnsent: (count) => parent.postMessage({ type: 'unsent', count }),
          destroyKeys,
          traces,
        },
      );
      parent.postMessage({ type: 'ready', sqlite: replica.sqlite });
    } catch (error) {
      parent.postMessage({ type: 'log', line: `the files cannot be opened: ${String(error)}` });
      parent.postMessage({ type: 'failed', code: isLocked(error) ? 'outbox_in_use' : 'files_failed' });
    }
  }

  parent.on('message', ({ data, ports }) => {
    const parsed = readBy(fromMain, data);
    if (!parsed.success) return parent.postMessage({ type: 'failed', code: 'bad_message' });
    const message = parsed.data;
    switch (message.type) {
      case 'start':
        if (message.traces === null) return void start(message.config);
        void openTraces({ service: 'kairos-replica', ...message.traces }).then((opened) => {
          traces = opened;
          return start(message.config);
        });
        return;
      case 'window': {
        const [port] = ports;
        if (replica === null || port === undefined) return port?.close();
        replica.serve(toPort(port));
        return;
      }
      case 'token':
        return replica?.token(message.token);
      case 'keys_destroyed':
        return destroyed?.(message.keys);
      case 'stop':
        ending = true;
        if (replica === null) return end(0);
        void replica
          .stop()
          .then(() => traces.close())
          .then(
            () => end(0),
            () => end(1),
          );
    }
  });
}

function toPort(port: PortMain): PortLike {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}

// In plain Node there is no parent port: then the file may be imported without starting anything.
const parent = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort;
if (parent) run(parent, (code) => process.exit(code));
