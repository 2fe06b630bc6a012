import { type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { afterDeath, NO_RESTARTS, type Restarts } from './backoff.ts';
import { childEnvironment } from './environment.ts';

export type ChildOptions = {
  /** Path of the built entry; main starts the others by path and never imports them. */
  entry: string;
  serviceName: string;
  args?: string[];
  /** What this child needs beyond the allow-list. */
  environment?: { [name: string]: string };
  /** Sent after each start. */
  hello?(): unknown;
  onMessage(message: { type: string } & { [name: string]: unknown }): void;
  onDeath?(code: number): void;
  log(line: string): void;
};

/** A utility process that is started again when it dies, until it is stopped. */
export type Child = {
  post(message: unknown, ports?: MessagePortMain[]): void;
  /** Kills it, so that it is started again. */
  restart(): void;
  /** Asks with `{type: 'stop'}`, waits up to `graceMs`, then kills. */
  stop(graceMs: number): Promise<void>;
  pid(): number | undefined;
};

export function superviseChild(options: ChildOptions): Child {
  let restarts: Restarts = NO_RESTARTS;
  let child: UtilityProcess | null = null;
  let stopping = false;
  let ended: (() => void) | null = null;

  function start(): void {
    if (stopping) return;
    const started = utilityProcess.fork(options.entry, options.args ?? [], {
      serviceName: options.serviceName,
      stdio: 'pipe',
      env: { ...childEnvironment(process.env), ...options.environment },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (bytes: Buffer) => options.log(bytes.toString('utf8').trimEnd()));
    }
    const { hello } = options;
    if (hello !== undefined) started.once('spawn', () => started.postMessage(hello()));
    started.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'type' in message)
        options.onMessage(message as { type: string });
    });
    started.once('exit', (code) => died(code));
  }

  function died(code: number): void {
    child = null;
    if (stopping) {
      ended?.();
      return;
    }
    options.onDeath?.(code);
    const next = afterDeath(restarts, performance.now());
    restarts = next.restarts;
    options.log(`${options.serviceName} ended with code ${code}; starting it again in ${next.waitMs} ms`);
    setTimeout(start, next.waitMs);
  }

  start();
  return {
    post: (message, ports) => child?.postMessage(message, ports),
    pid: () => child?.pid,
    restart: () => void child?.kill(),
    stop(graceMs) {
      stopping = true;
      const running = child;
      if (running === null) return Promise.resolve();
      return new Promise((resolve) => {
        ended = resolve;
        running.postMessage({ type: 'stop' });
        setTimeout(() => running.kill(), graceMs).unref();
      });
    },
  };
}
