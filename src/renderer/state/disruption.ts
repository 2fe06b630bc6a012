import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { DisruptedPassenger } from '../../bridge/views.ts';
import { errorText } from '../i18n/errors.ts';
import { type BulkLine, canChoose, commandsFor, giveInSlices } from './bulk.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import { link, openCustomer } from './replica.ts';
import { session } from './session.ts';

export const FILTERS = ['all', 'open', 'onTheWay', 'needsYou', 'rebooked'] as const;
export type Filter = (typeof FILTERS)[number];

/** What the operator looks at and has chosen on the screen of disturbed flights. */
export type DisruptionState = {
  /** Key of the flight whose passengers are shown. */
  flight: string | null;
  filter: Filter;
  /** Keys of passengers. */
  chosen: ReadonlySet<string>;
  /** Key of the passenger whom the arrows have reached. */
  at: string | null;
  /** The preview of a rebooking, with the keys that it is for. */
  preview: readonly string[] | null;
  giving: { given: number; of: number } | null;
};

const NOTHING: DisruptionState = {
  flight: null,
  filter: 'all',
  chosen: new Set(),
  at: null,
  preview: null,
  giving: null,
};

export const disruption = createStore<DisruptionState>(() => NOTHING);
export const useDisruption = <T>(select: (state: DisruptionState) => T): T => useStore(disruption, select);

export const isOnDisruption = (): boolean => session.getState().screen === 'disruption';
export const showDisruption = (): void => session.setState({ screen: 'disruption' });

let stopList: (() => void) | null = null;
let stopFlight: (() => void) | null = null;
const ignore = (): void => undefined;

/** The flights are followed only while they are on the screen, whatever leads there and away. Call once. */
export function followDisruption(): void {
  session.subscribe(({ screen }, before) => {
    if (screen === before.screen) return;
    stopList?.();
    stopList = null;
    mirror.put('disruptions', null);
    showFlight(null);
    if (screen === 'disruption')
      stopList = link.subscribe('disruptions', {}, (value) => mirror.put('disruptions', value), ignore);
  });
  mirror.store.subscribe(({ disruptions }, before) => {
    if (disruptions === before.disruptions || !isOnDisruption()) return;
    const first = disruptions?.flights[0]?.key ?? null;
    if (disruption.getState().flight === null && first !== null) showFlight(first);
  });
}

/** Shows the passengers of a flight; what was chosen of another one is forgotten. */
export function showFlight(flight: string | null): void {
  if (flight !== null && flight === disruption.getState().flight) return;
  stopFlight?.();
  stopFlight = null;
  mirror.put('disruption', undefined);
  disruption.setState({ ...NOTHING, flight });
  if (flight !== null)
    stopFlight = link.subscribe('disruption', { flight }, (value) => mirror.put('disruption', value), ignore);
}

/** On in the list of flights. */
export function stepFlight(by: 1 | -1): void {
  const flights = mirror.store.getState().disruptions?.flights ?? [];
  const at = flights.findIndex(({ key }) => key === disruption.getState().flight);
  const next = flights[Math.min(flights.length - 1, Math.max(0, at + by))];
  if (next) showFlight(next.key);
}

const GROUPS: { [state in DisruptedPassenger['state']]: Filter } = {
  ...{ open: 'open', fine: 'all', waiting: 'onTheWay', held: 'onTheWay', sent: 'onTheWay' },
  ...{ applied: 'rebooked', conflict: 'needsYou', refused: 'needsYou', unknown: 'needsYou' },
};

export const isIn = (filter: Filter, { state }: DisruptedPassenger): boolean =>
  filter === 'all' || GROUPS[state] === filter;

const passengers = (): readonly DisruptedPassenger[] => mirror.store.getState().disruption?.passengers ?? [];
const inSight = (): DisruptedPassenger[] =>
  passengers().filter((one) => isIn(disruption.getState().filter, one));

export const canChooseAny = (): boolean => isOnDisruption() && inSight().some(canChoose);

/** Everybody in sight who has to be rebooked; once more: nobody. */
export function chooseAll(): void {
  const open = inSight().filter(({ state }) => state === 'open');
  const { chosen } = disruption.getState();
  const all = open.every(({ key }) => chosen.has(key));
  disruption.setState({ chosen: new Set(all ? [] : open.map(({ key }) => key)) });
}

export function toggle(passenger: DisruptedPassenger): void {
  if (!canChoose(passenger)) return;
  const chosen = new Set(disruption.getState().chosen);
  if (!chosen.delete(passenger.key)) chosen.add(passenger.key);
  disruption.setState({ chosen, at: passenger.key });
}

export const canPreview = (): boolean => isOnDisruption() && toRebook().length > 0;

/** Those who are chosen, or whom the arrows have reached where nobody is. */
function toRebook(): DisruptedPassenger[] {
  const { chosen, at } = disruption.getState();
  const able = passengers().filter(canChoose);
  const some = able.filter(({ key }) => chosen.has(key));
  return some.length > 0 ? some : able.filter(({ key }) => key === at);
}

export const showPreview = (): void => disruption.setState({ preview: toRebook().map(({ key }) => key) });
export const closePreview = (): void => disruption.setState({ preview: null });

/** A frame has been painted, or the window is hidden and need not be. */
const painted = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.hidden) setTimeout(resolve, 0);
    else requestAnimationFrame(() => setTimeout(resolve, 0));
  });

/** Gives what the preview shows. Whoever has no flight stays chosen. */
export async function giveAll(lines: readonly BulkLine[]): Promise<void> {
  const commands = commandsFor(lines);
  if (commands.length === 0 || disruption.getState().giving !== null) return;
  disruption.setState({ preview: null, giving: { given: 0, of: commands.length } });
  // The sheet goes first: to paint the whole window beside the first commands takes longer than a frame has.
  await painted();
  const { given, problem } = await giveInSlices(
    commands,
    (input) => link.call('enqueue', input),
    painted,
    (count) => disruption.setState({ giving: { given: count, of: commands.length } }),
  );
  const chosen = new Set(disruption.getState().chosen);
  for (const key of given) chosen.delete(key);
  disruption.setState({ giving: null, chosen });
  if (problem === null) {
    moment.toast('done', 'toast.bulk', { count: given.length });
    return;
  }
  const { id, values } = errorText(problem);
  moment.toast('critical', id, values);
  moment.toast('warning', 'toast.bulkStopped', { given: given.length, of: commands.length });
}

/** Opens a passenger at the desk, with the question of his rebooking where it asks one. */
export function openPassenger({ profileId, entryId, state }: DisruptedPassenger): void {
  const asks = GROUPS[state] === 'needsYou';
  session.setState({ screen: 'desk', ...(asks ? { pane: 'outbox' as const, entryId } : {}) });
  openCustomer(profileId);
}
