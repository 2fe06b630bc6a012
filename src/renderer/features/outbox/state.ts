import type { OutboxEntry, OutboxState, OutboxView } from '../../../bridge/views.ts';
import { mirror } from '../../state/mirror.ts';
import { ACTIONS, type ActionName, type Mends, moment } from '../../state/moment.ts';
import { ask, openCustomer } from '../../state/replica.ts';
import { seenFor } from '../../state/seen.ts';
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

const newestFirst = (a: OutboxEntry, b: OutboxEntry): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

/** The latest entry that can still be taken back, of one customer or of all. */
export function undoable(view: OutboxView | null, profileId: string | null): OutboxEntry | null {
  const candidates = (view?.onTheWay ?? [])
    .filter((entry) => entry.canUndo && isOwn(entry))
    .sort(newestFirst);
  return candidates.find((entry) => entry.profileId === profileId) ?? candidates[0] ?? null;
}

/** Whose a contact is the work list says. */
const TOLD_AT_WORK: ReadonlySet<string> = new Set(['claim', 'release']);

/** What was done for a customer: what needs the operator first, then the newest. */
export function didFor(view: OutboxView, profileId: string): OutboxEntry[] {
  const own = (entries: OutboxEntry[]): OutboxEntry[] =>
    entries
      .filter((entry) => entry.profileId === profileId && isOwn(entry) && !TOLD_AT_WORK.has(entry.name))
      .sort(newestFirst);
  return [...own(view.needsYou), ...own([...view.onTheWay, ...view.settled])];
}

/** The entry that E and H act on: the one that is looked at, else the latest unsent one of the open customer. */
export function entryInHand(
  view: OutboxView | null,
  entryId: string | null,
  profileId: string | null,
): OutboxEntry | null {
  const waiting = (view?.onTheWay ?? []).filter(isOwn);
  const looked = waiting.find((entry) => entry.id === entryId);
  if (looked) return looked;
  if (profileId === null) return null;
  const own = waiting.filter((entry) => entry.profileId === profileId && entry.canHold);
  return own.sort(newestFirst)[0] ?? null;
}

export const inHand = (): OutboxEntry | null => {
  const { outbox, customerId } = mirror.store.getState();
  return entryInHand(outbox, session.getState().entryId, customerId);
};

export async function undo(entry: OutboxEntry): Promise<void> {
  const done = await ask('undo', { id: entry.id });
  if (done) moment.toast(done.undone ? 'done' : 'warning', done.undone ? 'toast.undone' : 'error.too_late');
}

/** A discard that can still be taken back, if nothing was done after it that can. */
function lastDiscard(): OutboxEntry | null {
  const { discarded } = moment.store.getState();
  const { outbox } = mirror.store.getState();
  if (discarded === null) return null;
  const entry = outbox?.settled.find((one) => one.id === discarded.id && one.canRestore);
  const later = undoable(outbox, null);
  return entry && (later === null || later.at < discarded.at) ? entry : null;
}

export const canUndoLatest = (): boolean =>
  lastDiscard() !== null || undoable(mirror.store.getState().outbox, null) !== null;

export function undoLatest(): void {
  const { outbox, customerId } = mirror.store.getState();
  const discarded = lastDiscard();
  const entry = undoable(outbox, customerId);
  if (discarded) void restore(discarded);
  else if (entry) void undo(entry);
  else moment.toast('plain', 'toast.nothingToUndo');
}

export async function hold(entry: OutboxEntry): Promise<void> {
  const held = entry.held !== 'operator';
  const answer = await ask('hold', { id: entry.id, held });
  if (!answer) return;
  if (!answer.done) moment.toast('warning', 'error.too_late');
  else moment.toast('plain', held ? 'toast.held' : 'toast.letGo');
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

/** Over what the window shows now, so that a value which nobody has seen is not overwritten. */
export async function redo(entry: OutboxEntry): Promise<void> {
  const { customer } = mirror.store.getState();
  const shown = customer?.profileId === entry.profileId ? customer : null;
  const seen = shown ? seenFor(shown, entry.name, entry.args) : [];
  const done = await ask('redo', { id: entry.id, seen });
  if (!done) return;
  session.setState({ entryId: null });
  moment.toast('done', 'toast.redone');
}

export async function discard(entry: OutboxEntry): Promise<void> {
  const done = await ask('discard', { id: entry.id });
  if (!done) return;
  session.setState({ entryId: null });
  moment.store.setState({ discarded: { id: entry.id, at: new Date().toISOString() } });
  moment.toast('plain', 'toast.discarded', {}, 'undo');
}

export async function restore(entry: OutboxEntry): Promise<void> {
  const done = await ask('restore', { id: entry.id });
  if (!done) return;
  moment.store.setState({ discarded: null });
  if (!done.restored) moment.toast('warning', 'error.not_found');
  else lookAt(entry);
}

const isAction = (name: string): name is ActionName => ACTIONS.includes(name as ActionName);

/** Whether the console has a dialog for it, and it can still be changed: refused ones as new, unsent ones in place. */
export const canEdit = (entry: OutboxEntry): boolean =>
  isAction(entry.name) && (entry.canUndo || (entry.status !== null && entry.status !== 'took_effect'));

export function edit(entry: OutboxEntry): void {
  if (!canEdit(entry)) return;
  const mends: Mends = { id: entry.id, how: entry.canUndo ? 'edit' : 'redo' };
  openCustomer(entry.profileId);
  moment.store.setState({
    action: { name: entry.name as ActionName, profileId: entry.profileId, initial: entry.args, mends },
  });
}

/** What helps against a refusal, by its code; whatever is not named can be tried again. */
const NO_USE_AGAIN = new Set([
  'role',
  'field',
  'unknown_profile',
  'took_effect',
  'row_too_large',
  'too_large',
  'args',
]);
const NO_USE_CHANGED = new Set(['role', 'field', 'scope', 'unknown_profile', 'took_effect', 'row_too_large']);

/** The ways on from a conflict or a refusal; it can always be put away. */
export const waysOf = (entry: OutboxEntry): { redo: boolean; edit: boolean } => ({
  redo: !NO_USE_AGAIN.has(entry.code),
  edit: canEdit(entry) && !NO_USE_CHANGED.has(entry.code),
});

/** A planned message that nobody has taken back here. Whether it has left already the core alone knows, and says then. */
export const canTakeBack = (view: OutboxView, entry: OutboxEntry): boolean =>
  entry.name === 'schedule-action' &&
  entry.state === 'applied' &&
  ![...view.onTheWay, ...view.settled, ...view.needsYou].some(
    ({ name, args }) => name === 'cancel-scheduled' && args.scheduleId === entry.id,
  );

/** The compensating action of what was planned: it goes through the outbox like any other. */
export async function takeBack({ id, profileId }: OutboxEntry): Promise<void> {
  const args = { profileId, scheduleId: id };
  const kept = await ask('enqueue', { name: 'cancel-scheduled', profileId, args, seen: [] });
  if (kept) moment.toast('plain', 'toast.takenBack', {}, 'undo');
}
