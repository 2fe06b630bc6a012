/** The steps of pushes and frames in the traces of what they carry; nothing of it goes over the wire (docs/spec/telemetry.md TR1). */
import { eventOf } from '../../domain/trace.ts';
import { clockNow, type Traces } from '../../telemetry/traces.ts';
import type { Executed } from '../commands/execute.ts';
import type { HubDeps } from './connections.ts';
import type { FrameDeps } from './frames.ts';
import type { HeadCache } from './head-cache.ts';
import type { Session } from './session.ts';

/** A frame with more than this is a console that catches up: nobody waited for each of its rows. */
const MAX_CHANGES = 200;

/** In an event's row; a text of a source has its quotes escaped. */
const BROUGHT = /"trace":"([\da-f]{32}-[\da-f]{16})"/u;

/** The commands that one push executes, for traces and metrics. Where nodes share a store its unit may run again: only the last run counts. */
export class ExecuteTrace {
  private readonly traces: Traces;
  private readonly told: ((one: Executed) => void) | undefined;
  private readonly counts: HubDeps['counts'];
  private readonly received = clockNow();
  private done: { id: string; status: string; at: number | null }[] = [];

  constructor(traces: Traces, told: ((one: Executed) => void) | undefined, counts: HubDeps['counts']) {
    this.traces = traces;
    this.told = told;
    this.counts = counts;
  }

  begin(): (one: Executed) => void {
    this.done = [];
    return (one) => {
      this.done.push({ id: one.id, status: one.receipt.status, at: one.at });
      this.told?.(one);
    };
  }

  /** They are durable. */
  end(): void {
    const to = clockNow();
    for (const { id, status, at } of this.done) {
      this.counts?.command(status, at);
      const attributes = { 'kairos.command.status': status };
      this.traces.step(id, { name: 'command.execute', from: this.received, to, attributes });
    }
  }
}

/** Where a session stood before a frame was made for it. */
type Before = { began: number; cursor: number; settledMid: number };

export const beforeFrame = ({ cursor, settledMid }: Session): Before => ({
  ...{ began: clockNow(), cursor, settledMid },
});

/** The frame that has just been sent, in the traces of the events and commands that this console got with it. */
export function traceFrame(
  traces: Traces,
  deps: Pick<FrameDeps, 'clients'>,
  cache: HeadCache,
  session: Session,
  { began, cursor, settledMid }: Before,
): void {
  const to = clockNow();
  const ids = new Set<string>();
  const changes = session.cursor > cursor ? cache.changed(cursor) : [];
  if (changes.length <= MAX_CHANGES)
    for (const change of changes) {
      if (change.table !== 'event' || change.vBefore !== 0) continue;
      const row = cache.row(change);
      if (!row?.scopes.some((scope) => session.active.has(scope))) continue;
      ids.add(eventOf(change.id));
      // Another node may have taken the event.
      traces.adopt(eventOf(change.id), BROUGHT.exec(row.json.toString())?.[1]);
    }
  if (session.settledMid > settledMid)
    for (const { mid, id } of deps.clients.midsAfter(session.clientId, settledMid, MAX_CHANGES))
      if (mid <= session.settledMid) ids.add(id);
  for (const id of ids) traces.step(id, { name: 'frame.send', from: began, to });
}
