/**
 * A window that looks after its own writes: each must be on screen from the moment that enqueue returned, exactly once,
 * until it has become a conflict (I4). It reads nothing but the port contract.
 */
import type { Bridge } from '../../src/bridge/connect.ts';
import type { CallInput, StreamInput, StreamName, StreamValue } from '../../src/bridge/contract.ts';
import type { CustomerView, OutboxView } from '../../src/bridge/views.ts';
import type { Expected, FromHost } from './ipc.ts';

const countOf = (view: CustomerView, what: Expected): number =>
  what.kind === 'note'
    ? view.timeline.filter((one) => one.type === 'note' && one.properties.text === what.text).length
    : view.preferences.filter((one) => one.name === `preference.${what.name}` && one.value === what.text)
        .length;

/** A conflict or refusal is not on screen as done; it stands where it needs the operator. */
const isSettledOtherwise = (view: OutboxView, id: string): boolean =>
  [...view.needsYou, ...view.settled].some((one) => one.id === id && one.state !== 'applied');

/** For whoever has to find out why. */
const stateOf = (view: OutboxView, id: string): string =>
  [...view.needsYou, ...view.onTheWay, ...view.settled].find((one) => one.id === id)?.state ??
  'not in the outbox';

export class Window {
  private readonly bridge: Bridge;
  private readonly tell: (message: FromHost) => void;
  private readonly expected = new Map<string, Expected>();
  private readonly shown = new Map<string, boolean>();
  private stops: (() => void)[] = [];

  constructor(bridge: Bridge, tell: (message: FromHost) => void) {
    this.bridge = bridge;
    this.tell = tell;
  }

  /** The value with which a stream begins. */
  first<N extends StreamName>(name: N, input: StreamInput[N]): Promise<StreamValue[N]> {
    return new Promise((resolve, reject) => {
      const stop = this.bridge.stream(
        name,
        input,
        (value) => {
          resolve(value);
          queueMicrotask(() => stop());
        },
        reject,
      );
    });
  }

  async write(input: CallInput['enqueue'], expect: Omit<Expected, 'id'> | null): Promise<{ id: string }> {
    const { id } = await this.bridge.call('enqueue', input);
    if (expect !== null) this.expected.set(id, { ...expect, id } as Expected);
    const view = await this.first('customer', { profileId: input.profileId });
    await this.look(input.profileId, view);
    return { id };
  }

  /** What is taken back need not be shown any more; if it was too late, it must. */
  async undo(id: string): Promise<{ undone: boolean }> {
    const expected = this.expected.get(id);
    this.expected.delete(id);
    const { undone } = await this.bridge.call('undo', { id });
    if (!undone && expected) this.expected.set(id, expected);
    return { undone };
  }

  /** Follows these customers instead of those before, with what was written earlier. */
  watch(profiles: readonly string[], expect: readonly Expected[]): void {
    this.close();
    this.expected.clear();
    this.shown.clear();
    for (const one of expect) this.expected.set(one.id, one);
    this.stops = profiles.map((profileId) =>
      this.bridge.stream('customer', { profileId }, (view) => void this.look(profileId, view)),
    );
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.stops = [];
  }

  private async look(profileId: string, view: CustomerView | null): Promise<void> {
    if (this.shown.get(profileId) !== (view !== null))
      this.tell({ t: 'shown', profileId, there: view !== null });
    this.shown.set(profileId, view !== null);
    if (view === null) return;
    for (const what of this.expected.values()) {
      if (what.profileId !== profileId) continue;
      const count = countOf(view, what);
      if (count > 1) this.wrong('doubled', what, `${count} times`);
      if (count === 0) await this.missing(what, view);
    }
  }

  private async missing(what: Expected, view: CustomerView): Promise<void> {
    const outbox = await this.first('outbox', {});
    if (isSettledOtherwise(outbox, what.id)) this.expected.delete(what.id);
    else
      this.wrong('hidden', what, `${stateOf(outbox, what.id)}, row ${view.v}, ${view.timeline.length} lines`);
  }

  /** Told once for each write. */
  private wrong(kind: 'hidden' | 'doubled', what: Expected, how: string): void {
    if (this.expected.delete(what.id)) this.tell({ t: 'wrong', kind, what, how });
  }
}
