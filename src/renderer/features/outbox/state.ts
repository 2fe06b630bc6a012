import type { OutboxEntry, OutboxState, OutboxView } from '../../../bridge/views.ts';
import { mirror } from '../../state/mirror.ts';
import { moment } from '../../state/moment.ts';
import { ask, openCustomer } from '../../state/replica.ts';
import { session } from '../../state/session.ts';
import type { IconName } from '../../ui/Icon.tsx';
import type { Tone } from '../../ui/Tag.tsx';

export const STATE_ICONS: { [state in OutboxState]: IconName } = {
  waiting: 'circle',
  held: 'hourglass',
  sent: 'send',
  applied: 'check',
  conflict: 'split',
  refused: 'ban',
  unknown: 'help',
};

export const STATE_TONES: { [state in OutboxState]: Tone } = {
  waiting: 'plain',
  held: 'warning',
  sent: 'accent',
  applied: 'done',
  conflict: 'critical',
  refused: 'critical',
  unknown: 'warning',
};

/** Records of decisions travel through the outbox too; the operator did not do them and need not see them. */
export const isOwn = (entry: OutboxEntry): boolean => entry.name !== 'record-decision';

export const allEntries = (view: OutboxView): OutboxEntry[] => [
  ...view.needsYou,
  ...view.onTheWay,
  ...view.settled,
];

export const needsYou = (entry: OutboxEntry): boolean =>
  entry.state === 'conflict' || entry.state === 'refused';

const newestFirst = (a: OutboxEntry, b: OutboxEntry): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

/** The latest entry that can still be taken back, of one customer or of all. */
export function undoable(view: OutboxView | null, profileId: string | null): OutboxEntry | null {
  const candidates = (view?.onTheWay ?? [])
    .filter((entry) => entry.canUndo && isOwn(entry))
    .sort(newestFirst);
  return candidates.find((entry) => entry.profileId === profileId) ?? candidates[0] ?? null;
}

export const didFor = (view: OutboxView, profileId: string): OutboxEntry[] =>
  allEntries(view)
    .filter((entry) => entry.profileId === profileId && isOwn(entry))
    .sort((a, b) => Number(needsYou(b)) - Number(needsYou(a)) || newestFirst(a, b));

export async function undo(entry: OutboxEntry): Promise<void> {
  const done = await ask('undo', { id: entry.id });
  if (done) moment.toast(done.undone ? 'done' : 'warning', done.undone ? 'toast.undone' : 'error.too_late');
}

export function undoLatest(): void {
  const { outbox, customerId } = mirror.store.getState();
  const entry = undoable(outbox, customerId);
  if (entry) void undo(entry);
  else moment.toast('plain', 'toast.nothingToUndo');
}

/** Looks at an entry: its customer is opened, a conflict or refusal stands above the facts. */
export function lookAt(entry: OutboxEntry): void {
  session.setState({ pane: 'outbox', entryId: entry.id });
  openCustomer(entry.profileId);
}

/** The entry whose question is on screen, so that R, E and D answer what is seen and nothing else. */
export const onScreen: { entryId: string | null } = { entryId: null };

export function inQuestion(): OutboxEntry | null {
  const entries = mirror.store.getState().outbox?.needsYou ?? [];
  return entries.find((entry) => entry.id === onScreen.entryId) ?? null;
}

export async function redo(entry: OutboxEntry): Promise<void> {
  const done = await ask('redo', { id: entry.id });
  if (!done) return;
  session.setState({ entryId: null });
  moment.toast('done', 'toast.redone');
}

export async function discard(entry: OutboxEntry): Promise<void> {
  const done = await ask('discard', { id: entry.id });
  if (!done) return;
  session.setState({ entryId: null });
  moment.toast('plain', 'toast.discarded');
}

const EDITABLE = ['change-seat', 'rebook', 'add-note', 'set-preference', 'resolve-case'] as const;
type Editable = (typeof EDITABLE)[number];

export const canEdit = (entry: OutboxEntry): boolean => EDITABLE.includes(entry.name as Editable);

export function edit(entry: OutboxEntry): void {
  if (!canEdit(entry)) return;
  const action = {
    name: entry.name as Editable,
    profileId: entry.profileId,
    initial: entry.args,
    redoes: entry.id,
  };
  moment.store.setState({ action });
}
