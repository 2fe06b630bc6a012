/** A window's port to the replica, and why there is none. */
import { randomUUID } from 'node:crypto';
import type { BrowserWindow } from 'electron';
import type { Trouble } from '../bridge/reports.ts';
import type { PortAnswer } from '../bridge/shell.ts';
import type { Desk } from './desk.ts';

type Parts = {
  desk: Desk;
  /** Of the embedded core: the replica works without the core, but is not started before that has been there once. */
  core: { outcome(): Promise<Trouble | null> };
  find(contentsId: number): BrowserWindow | undefined;
};

/** @throws Error where nobody has signed in, or left meanwhile */
export async function portFor({ desk, core, find }: Parts, contentsId: number): Promise<PortAnswer> {
  const started = desk.started.then(
    () => null,
    (): Trouble => 'files_failed',
  );
  const early = (await Promise.race([started, core.outcome()])) ?? (await started);
  if (early !== null) return { trouble: early };
  const running = await desk.replica();
  const trouble = await running?.ready();
  if (trouble) return { trouble };
  if (running === null || running !== (await desk.replica())) throw new Error('nobody has signed in');
  const window = find(contentsId);
  const nonce = randomUUID();
  // After the answer, so that the page knows the nonce before the port arrives.
  setImmediate(
    () => window !== undefined && !window.isDestroyed() && running.handOver(window.webContents, nonce),
  );
  return { nonce };
}
