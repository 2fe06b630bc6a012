/** The tour: a few steps that point at the real screen and go on once the operator has done what they speak of. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { isAtDesk } from './board.ts';
import { card } from './card.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import type { Command } from './registry.ts';
import { ring, ringingNow } from './ring.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { inWork } from './work.ts';

export type TourStep = {
  name: 'work' | 'facts' | 'suggestion' | 'outbox' | 'entry' | 'palette';
  /** The element that it points at. */
  at: string;
  /** Commands that do what it speaks of, the first one named by its key; none where it is only looked at. */
  done: readonly string[];
};

export const TOUR: readonly TourStep[] = [
  { name: 'work', at: '.left', done: ['next-person', 'previous-person'] },
  { name: 'facts', at: '.customer', done: [] },
  { name: 'suggestion', at: '.right', done: ['why'] },
  { name: 'outbox', at: '[data-command=show-outbox]', done: ['show-outbox'] },
  { name: 'entry', at: '.entry', done: ['search'] },
  { name: 'palette', at: '.top-palette', done: ['palette'] },
];

/** The step that is shown; null while there is no tour. */
export const tour = createStore<{ step: number | null }>(() => ({ step: null }));
export const useTour = <T>(select: (state: { step: number | null }) => T): T => useStore(tour, select);

export const isTouring = (): boolean => tour.getState().step !== null;

/** A call that rings, a customer whose contact is in hand, a dialog: whatever is at work goes first. */
export function isTourQuiet(): boolean {
  const { action, overlay, whyNot } = moment.store.getState();
  const inHand = inWork()?.taken?.mine === true;
  return (
    !isAtDesk() || ringingNow() !== null || inHand || action !== null || overlay !== null || whyNot !== null
  );
}

/** Whoever has begun it, or does not want it, is not offered it again. */
export const putTourAway = (): void => settings.setState({ toured: true });

export function startTour(): void {
  putTourAway();
  tour.setState({ step: 0 });
}

export const endTour = (): void => tour.setState({ step: null });

/** On or back; after the last step it is over. */
export function stepTour(by: 1 | -1): void {
  const { step } = tour.getState();
  if (step === null) return;
  const next = Math.max(0, step + by);
  tour.setState({ step: next < TOUR.length ? next : null });
}

/** Told of each command that has been done. */
export function followTour({ id }: Pick<Command, 'id'>): void {
  const { step } = tour.getState();
  if (step !== null && TOUR[step]?.done.includes(id)) stepTour(1);
}

/** Told whenever what is at work may have changed. */
export function onWorkChange(listener: () => void): () => void {
  const stops = [mirror.store, moment.store, ring, session, card].map((store) => store.subscribe(listener));
  return () => {
    for (const stop of stops) stop();
  };
}
