import type { MirrorState } from '../state/mirror.ts';

type Store = {
  getState(): MirrorState;
  subscribe(listener: (state: MirrorState, before: MirrorState) => void): () => void;
};

/**
 * What start-up is measured by, in the page's own timeline: `kairos-usable` when the work list is there, and
 * `kairos-live-change` when something of it, or of the open customer, has changed since. `data-profiles` on the
 * document says how many customers the replica holds.
 */
export function markProgress(store: Store, mark: (name: string) => void, root: DOMStringMap): void {
  const done = new Set<string>();
  const once = (name: string): void => {
    if (done.has(name)) return;
    done.add(name);
    mark(name);
  };
  store.subscribe((state, before) => {
    if (state.status !== null) root.profiles = String(state.status.profiles);
    if (state.work === null) return;
    if (before.work !== null && before.work !== state.work) once('kairos-live-change');
    if (before.customer && before.customerId === state.customerId && before.customer !== state.customer) {
      once('kairos-live-change');
    }
    if (state.status !== null) once('kairos-usable');
  });
}
