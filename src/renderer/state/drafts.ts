import type { CallInput } from '../../bridge/contract.ts';
import type { DraftView } from '../../bridge/views.ts';
import { mirror } from './mirror.ts';
import { ask, onConnected } from './replica.ts';

/** Which dialog a draft is of. */
export type DraftOf = Pick<DraftView, 'name' | 'profileId' | 'about'>;
export type Answers = DraftView['answers'];

type Typed = { of: DraftOf; answers: Answers | null };

const keyOf = ({ name, profileId, about }: DraftOf): string => JSON.stringify([name, profileId, about]);

/**
 * Sends what is typed to the replica, which keeps it durably and encrypted (outbox.md O19): at every keystroke, the next
 * one when the one before is kept, so that a slow disk is never behind by more than the latest. What could not be kept
 * stays here until `again`. Nothing of it is in the page's own storage.
 */
export function createDrafts(save: (draft: CallInput['draft']) => Promise<boolean>) {
  const typed = new Map<string, Typed>();
  const unsaved = new Set<string>();
  let saving = false;

  async function next(): Promise<void> {
    const [key] = unsaved;
    const one = key === undefined ? undefined : typed.get(key);
    if (saving || key === undefined || one === undefined) return;
    saving = true;
    unsaved.delete(key);
    const kept = await save({ ...one.of, answers: one.answers });
    saving = false;
    if (!kept) {
      unsaved.add(key);
      return;
    }
    void next();
  }

  return {
    /** Null gives the draft up. */
    keep(of: DraftOf, answers: Answers | null): void {
      const key = keyOf(of);
      typed.set(key, { of, answers });
      unsaved.delete(key);
      unsaved.add(key);
      void next();
    },
    /** What was typed here last; null if it was given up or given, undefined if nothing was typed. */
    typed: (of: DraftOf): Answers | null | undefined => typed.get(keyOf(of))?.answers,
    /** It went with the command that it became: the replica has dropped it. */
    given(of: DraftOf): void {
      const key = keyOf(of);
      typed.set(key, { of, answers: null });
      unsaved.delete(key);
    },
    /** There is a line to the replica again. */
    again(): void {
      void next();
    },
  };
}

export const drafts = createDrafts(async (draft) => (await ask('draft', draft)) !== undefined);

onConnected.add(() => drafts.again());

/** What a dialog begins with: what was typed in this window, or what was kept before it. */
export function draftOf(of: DraftOf): Answers | undefined {
  const typed = drafts.typed(of);
  if (typed !== undefined) return typed ?? undefined;
  const kept = mirror.store.getState().drafts?.find((one) => keyOf(one) === keyOf(of));
  return kept?.answers;
}
