/** A macro that is being made: recorded while its commands are done, or in the hand of whoever writes it. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { freeId, type Macro, MOST_STEPS } from './macro.ts';
import { moment } from './moment.ts';
import type { Command } from './registry.ts';
import { settings } from './settings.ts';

export type MakingState = {
  /** The commands so far; null while nothing is recorded. */
  steps: readonly string[] | null;
  /** The last command left something to the operator: nothing comes after it. */
  isWhole: boolean;
  /** What is named and changed in the settings. */
  draft: Macro | null;
};

const NOTHING: MakingState = { steps: null, isWhole: false, draft: null };
export const making = createStore<MakingState>(() => NOTHING);
export const useMaking = <T>(select: (state: MakingState) => T): T => useStore(making, select);

export const isRecording = (): boolean => making.getState().steps !== null;

export const startRecording = (): void => making.setState({ ...NOTHING, steps: [] });
export const dropRecording = (): void => making.setState({ steps: null, isWhole: false });

/** Told of each command that has been done. */
export function noteStep({ id, inMacro }: Pick<Command, 'id' | 'inMacro'>): void {
  const { steps, isWhole } = making.getState();
  if (steps === null || isWhole || inMacro === 'never' || steps.length === MOST_STEPS) return;
  making.setState({ steps: [...steps, id], isWhole: inMacro === 'last' });
}

/** Opens it in the settings, where it gets its name and key. */
export function endRecording(): void {
  const { steps } = making.getState();
  dropRecording();
  if (steps === null || steps.length === 0) {
    moment.toast('plain', 'toast.nothingRecorded');
    return;
  }
  write(steps);
  moment.store.setState({ overlay: 'settings' });
}

/** Begins one with these steps; with none it is written by hand. */
export const write = (steps: readonly string[] = []): void =>
  making.setState({ draft: { id: freeId(settings.getState().macros), name: '', steps } });

export const putDraft = (draft: Macro | null): void => making.setState({ draft });

/** Keeps the draft among the operator's macros, in the place of the one that it was. */
export function keepDraft(): void {
  const { draft } = making.getState();
  if (draft === null) return;
  settings.setState(({ macros }) => ({
    macros: macros.some(({ id }) => id === draft.id)
      ? macros.map((one) => (one.id === draft.id ? draft : one))
      : [...macros, draft],
  }));
  putDraft(null);
}

/** It goes with its key. */
export const removeMacro = (id: string): void =>
  settings.setState(({ macros, keys }) => ({
    macros: macros.filter((one) => one.id !== id),
    keys: Object.fromEntries(Object.entries(keys).filter(([bound]) => bound !== id)),
  }));
