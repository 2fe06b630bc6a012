/**
 * A process that hosts one console, or one core, after the other: the production code in plain Node, on real files and
 * sockets, driven over the channel to its parent. A console is looked at through the port contract, as a window would.
 */
import { mkdirSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { type Bridge, connect } from '../../src/bridge/connect.ts';
import { PortFailure } from '../../src/bridge/errors.ts';
import type { PortLike } from '../../src/bridge/port.ts';
import { type Core, createCore } from '../../src/core/core.ts';
import { protectionGate } from '../../src/main/settings/protection.ts';
import { type RunningReplica, startReplica } from '../../src/replica/start.ts';
import { isLocked } from '../../src/replica/store/open.ts';
import { allRows } from '../../src/replica/store/reader.ts';
import type { Closed, ConsoleConfig, FromHost, Opened, Row, ToHost } from './ipc.ts';
import { KEY_STORE, keyFile } from './keys.ts';
import { Window } from './window.ts';

type Durable = { at: number; writes: number; words: string[] };
/** Of durable.cjs, where it was preloaded. */
const durable = (globalThis as { kairosDurable?: Durable }).kairosDurable ?? { at: 0, writes: 0, words: [] };

const tell = (message: FromHost): void => void process.send?.(message);

let replica: RunningReplica | null = null;
let bridge: Bridge | null = null;
let window: Window | null = null;
let core: Core | null = null;
let offsetMs = 0;

function portOf(port: MessageChannel['port1']): PortLike {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  };
}

function openConsole(config: ConsoleConfig): Opened {
  mkdirSync(config.dataDir, { recursive: true });
  const gate = protectionGate(keyFile(config.dataDir), KEY_STORE, false);
  try {
    replica = startReplica(
      { ...config, role: 'operator', keys: gate.keys(), protection: 'keystore', simulation: null },
      {
        now: () => Date.now() + offsetMs,
        random: () => Math.random() * config.jitter,
        log: (line) => tell({ t: 'log', line }),
        onFailed: (code) => tell({ t: 'failed', code }),
        destroyKeys: async (mode) => gate.destroy(mode),
      },
    );
  } catch (error) {
    throw isLocked(error) ? Object.assign(new Error('locked'), { code: 'outbox_in_use' }) : error;
  }
  const { port1, port2 } = new MessageChannel();
  replica.serve(portOf(port1));
  bridge = connect(portOf(port2));
  window = new Window(bridge, tell);
  bridge.stream('status', {}, (value) => tell({ t: 'status', value }));
  bridge.stream('outbox', {}, (value) => tell({ t: 'outbox', value }));
  return { sqlite: replica.sqlite };
}

async function openCore(dataDir: string, port: number): Promise<Opened> {
  core = await createCore({
    dataDir,
    port,
    dev: true,
    station: 'FRA',
    logger: (line) => tell({ t: 'log', line }),
  });
  const { url, writeKey, consoleToken } = core;
  return { url, writeKey, consoleToken };
}

async function close(): Promise<Closed> {
  window?.close();
  bridge?.close();
  await replica?.stop();
  await core?.close();
  replica = null;
  core = null;
  offsetMs = 0;
  const { writes, words } = durable;
  durable.at = 0;
  return { writes, words };
}

function arm(at: number): void {
  durable.at = at;
  durable.writes = 0;
  durable.words = [];
}

/** Damage that such a reading comes across is known to the replica then, as with any other. */
function rows(): Row[] | null {
  try {
    return replica && allRows(replica.parts.files.replica.db);
  } catch (error) {
    replica?.parts.readFailed(error);
    return null;
  }
}

async function answer(message: ToHost): Promise<unknown> {
  switch (message.t) {
    case 'console':
      arm(message.at);
      return openConsole(message.config);
    case 'core':
      arm(message.at);
      return openCore(message.dataDir, message.port);
    case 'close':
      return close();
    case 'clock':
      offsetMs = message.offsetMs;
      return null;
    case 'token':
      return replica?.token(message.token) ?? null;
    case 'call':
      return bridge?.call(message.name, message.input);
    case 'first':
      return window?.first(message.name, message.input);
    case 'write':
      return window?.write(message.input, message.expect);
    case 'undo':
      return window?.undo(message.id);
    case 'watch':
      return window?.watch(message.profiles, message.expect) ?? null;
    case 'rows':
      return rows();
  }
}

const codeOf = (error: unknown): string => {
  if (error instanceof PortFailure) return error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
};

process.on('message', (message: ToHost) => {
  answer(message).then(
    (value) => tell({ t: 'reply', n: message.n, value }),
    (error: unknown) =>
      tell({ t: 'reply', n: message.n, error: { code: codeOf(error), message: String(error) } }),
  );
});
// Whoever started this process is gone.
process.on('disconnect', () => process.exit(0));
