/**
 * The steps of this process in the traces of events and commands (docs/spec/telemetry.md): what has just touched a customer
 * is remembered until his views have been made and painted.
 */
import { eventOf } from '../domain/trace.ts';
import type { FrameHead } from '../protocol/frame.ts';
import { clockNow, type Traces } from '../telemetry/traces.ts';
import type { FramePart } from './sync/session.ts';

/** What is made of a customer for the screen. */
export type Shown = 'customer' | 'suggestion';

/** A view that is made later than this after it was made for something else. */
const FRESH_MS = 2_000;
/** A frame with more events is a console that catches up. */
const MAX_PER_FRAME = 50;
/** An event's row comes again when its scopes change: that is not its way any more. */
const MAX_KNOWN = 2_000;

type Touched = { ids: readonly string[]; at: number; untold: Set<Shown> };

export class Moments {
  readonly isOn: boolean;
  private readonly traces: Traces;
  private readonly touched = new Map<string, Touched>();
  private readonly known = new Set<string>();

  constructor(traces: Traces) {
    this.traces = traces;
    this.isOn = traces.isOn;
  }

  /** A frame that arrived at `from` is in the files now. */
  committed(head: FrameHead, { ops }: FramePart, from: number): void {
    if (!this.isOn || !Array.isArray(ops)) return;
    const ids = new Set((head.results ?? []).map(([, id]) => id));
    const customers = new Set<string>();
    for (const { table, id, row } of ops as readonly { table: string; id: string; row: unknown }[]) {
      if (table === 'profile') customers.add(id);
      if (table !== 'event' || row === null || !this.isFirst(id)) continue;
      ids.add(eventOf(id));
      const { profileId, trace } = row as { profileId?: unknown; trace?: unknown };
      this.traces.adopt(eventOf(id), trace);
      if (typeof profileId === 'string') customers.add(profileId);
    }
    if (ids.size === 0 || ids.size > MAX_PER_FRAME) return;
    const to = clockNow();
    for (const id of ids) this.traces.step(id, { name: 'replica.commit', from, to });
    for (const customer of customers) this.touch(customer, [...ids]);
  }

  private isFirst(row: string): boolean {
    if (this.known.has(row)) return false;
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    this.known.add(row);
    return true;
  }

  /** Commands of an operator that are durable in the outbox now; `from` is when the key was pressed. */
  enqueued(name: string, profileId: string | null, ids: readonly string[], from: number): void {
    if (!this.isOn) return;
    const step = { name: 'command.enqueue', from, to: clockNow(), attributes: { 'kairos.call': name } };
    for (const id of ids) this.traces.begin(id, step);
    if (profileId !== null) this.touch(profileId, ids);
  }

  /** The core has answered a push that left at `from`. */
  pushed(ids: readonly string[], from: number): void {
    if (!this.isOn) return;
    const to = clockNow();
    for (const id of ids) this.traces.step(id, { name: 'command.push', from, to });
  }

  private touch(customer: string, ids: readonly string[]): void {
    this.touched.set(customer, { ids, at: clockNow(), untold: new Set(['customer', 'suggestion']) });
    if (this.touched.size > MAX_PER_FRAME) this.touched.delete(this.touched.keys().next().value as string);
  }

  /** A view of the customer was made from `from` on; returns what it shows for the first time, for the window to say when. */
  made(view: Shown, customer: string, from: number): string[] | undefined {
    const touched = this.touched.get(customer);
    if (!touched?.untold.delete(view) || clockNow() - touched.at > FRESH_MS) return undefined;
    const name = view === 'customer' ? 'view.make' : 'suggestion.decide';
    const to = clockNow();
    for (const id of touched.ids) this.traces.step(id, { name, from, to });
    return [...touched.ids];
  }

  /** A window has had a view since `from` and it is on the screen at `to`. */
  painted(view: Shown, ids: readonly string[], from: number, to: number): void {
    const step = { name: 'window.paint', from, to, attributes: { 'kairos.view': view } };
    for (const id of ids) this.traces.step(id, step);
  }
}
