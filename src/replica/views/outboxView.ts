/** The outbox as the window shows it: what needs the operator, what is on the way, what is done. Pure. */
import type { DraftView, HeldBy, OutboxEntry, OutboxState, OutboxView } from '../../bridge/views.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { CommandPack } from '../../packs/command-pack.ts';
import type { ConflictEntry, Entry, Outbox, SettledEntry } from '../outbox/model.ts';
import { isDiscarded, isFree, isRecord } from '../outbox/operations.ts';
import { conflictFacts, type FactNow } from './conflictFacts.ts';

/** How many settled entries are shown; the rest is on record. */
const SHOWN_SETTLED = 50;

/** What came of these the work list says. */
const TOLD_AT_WORK: ReadonlySet<string> = new Set(['claim', 'release']);

export type OutboxContext = {
  profileName: (profileId: string) => string;
  /** A customer whose gap is still open holds his entries back. */
  held: (entry: Entry) => boolean;
  /** What a fact of the replicated row is now; undefined for somebody who is not in this replica. */
  factNow: (profileId: string, fact: string) => FactNow | null | undefined;
  pack: CommandPack;
};

export function outboxView(outbox: Outbox, context: OutboxContext): OutboxView {
  const conflicts = [...outbox.conflict.values()].sort(byTime);
  const open = conflicts.filter((one) => !one.archived && !isRecord(one.entry.name));
  const applied = [...outbox.settled.values()].filter(
    ({ entry }) => !isRecord(entry.name) && !TOLD_AT_WORK.has(entry.name),
  );
  const away = conflicts.filter((one) => one.archived && one.entry.name !== '');
  const settled = [
    ...applied.map((one) => appliedShape(one, context)),
    ...away.map((one) => conflictShape(one, context)),
  ];
  settled.sort((a, b) => ((a.settledAt ?? '') < (b.settledAt ?? '') ? 1 : -1));
  const held = heldEntries(outbox.pending, context.held);
  const shown = outbox.pending.filter((entry) => !isRecord(entry.name));
  return {
    needsYou: open.map((one) => conflictShape(one, context)),
    onTheWay: shown.map((entry) => pendingShape(entry, held.get(entry.id) ?? null, context)),
    settled: settled.slice(0, SHOWN_SETTLED),
  };
}

/** [O8] Why entries without a mid wait although there may be a connection: of a customer, all behind one that is held. */
export function heldEntries(
  pending: readonly Entry[],
  gapOpen: (entry: Entry) => boolean,
): Map<string, HeldBy> {
  const held = new Map<string, HeldBy>();
  const behind = new Set<string>();
  for (const entry of pending) {
    if (entry.mid !== null) continue;
    const why = entry.held
      ? 'operator'
      : gapOpen(entry)
        ? 'gap'
        : behind.has(entry.profileId)
          ? 'before'
          : null;
    if (why === null) continue;
    held.set(entry.id, why);
    behind.add(entry.profileId);
  }
  return held;
}

export function draftViews(outbox: Outbox, profileName: (profileId: string) => string): DraftView[] {
  const drafts = [...outbox.drafts.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
  return drafts.map((draft) => ({ ...draft, profileName: profileName(draft.profileId) }));
}

const byTime = (a: ConflictEntry, b: ConflictEntry): number => (a.settledAt < b.settledAt ? 1 : -1);

function shape(entry: Entry, state: OutboxState, context: OutboxContext): OutboxEntry {
  return {
    id: entry.id,
    name: entry.name,
    args: entry.args,
    profileId: entry.profileId,
    profileName: context.profileName(entry.profileId),
    at: entry.at,
    operator: entry.operator,
    state,
    held: null,
    status: null,
    settledAt: null,
    code: '',
    by: null,
    conflict: [],
    canUndo: false,
    canHold: false,
    canRestore: false,
  };
}

function pendingShape(entry: Entry, held: HeldBy | null, context: OutboxContext): OutboxEntry {
  const state = entry.mid !== null ? 'sent' : held !== null ? 'held' : 'waiting';
  return { ...shape(entry, state, context), held, canUndo: isFree(entry), canHold: entry.mid === null };
}

const appliedShape = ({ entry, code, settledAt }: SettledEntry, context: OutboxContext): OutboxEntry => ({
  ...shape(entry, 'applied', context),
  code,
  settledAt,
});

function conflictShape(one: ConflictEntry, context: OutboxContext): OutboxEntry {
  const { status } = one;
  const unknown = status === 'unknown' || status === 'took_effect';
  const state = status === 'conflict' ? 'conflict' : unknown ? 'unknown' : 'refused';
  return {
    ...shape(one.entry, state, context),
    status,
    // What was put away stands where that was done, so that the way back is at hand.
    settledAt: one.archivedAt ?? one.settledAt,
    code: one.code === '' ? status : one.code,
    by: textOf(one.detail?.by),
    // What is on record is told in a line; the values are read where it still asks.
    conflict: one.archived ? [] : conflictFacts(one, context),
    canRestore: isDiscarded(one),
  };
}

const textOf = (value: Json | JsonObject | undefined): string | null =>
  typeof value === 'string' ? value : null;
