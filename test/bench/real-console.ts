/** One real replica in this process, encrypted files and all, whose commits are timed. */
import { mkdirSync } from 'node:fs';
import type { RunningReplica } from '../../src/replica/start.ts';
import { startReplica } from '../../src/replica/start.ts';
import type { Input } from '../../src/replica/sync/session.ts';
import type { CoreProcess } from './core-process.ts';
import { KEY } from './replica-file.ts';
import { wallClock } from './wire-client.ts';

/** What the sync machine was given and has carried out, commits included. */
type Heard = (input: Input, doneAt: number) => void;

export class RealConsole {
  readonly running: RunningReplica;

  /** `hear` is called after each step, or before it where `early` says so. */
  constructor(
    folder: string,
    core: CoreProcess,
    wanted: string[],
    hear: Heard,
    before: Heard = () => undefined,
  ) {
    mkdirSync(folder, { recursive: true });
    this.running = startReplica({
      dataDir: folder,
      coreUrl: core.access.url,
      token: core.access.consoleToken,
      station: 'FRA',
      operator: 'bench',
      role: 'operator',
      keys: { replica: KEY, outbox: KEY },
      protection: 'keystore',
      wanted,
      simulation: null,
    });
    const { runner } = this.running.parts;
    const dispatch = runner.dispatch.bind(runner);
    runner.dispatch = (input) => {
      before(input, wallClock());
      dispatch(input);
      hear(input, wallClock());
    };
  }

  get cursor(): number {
    return this.running.parts.files.replica.store.meta().cursor;
  }

  get active(): readonly string[] {
    return this.running.parts.files.replica.store.meta().active;
  }

  /** @throws after two minutes */
  async until(condition: () => boolean, what: string): Promise<void> {
    const start = performance.now();
    while (!condition()) {
      if (performance.now() - start > 120_000) throw new Error(`the replica waits in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}
