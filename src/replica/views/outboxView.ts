/** The outbox as the window shows it: what needs the operator, what is on the way, what is done. Pure. */
import type { ConflictFact, OutboxEntry, OutboxView } from '../../bridge/views.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { CommandPack, CommandWorld } from '../../packs/command-pack.ts';
import type { ConflictEntry, Entry, Outbox } from '../outbox/model.ts';
import { isFree, isRecord } from '../outbox/operations.ts';

/** How many settled entries are shown; the rest is on record. */
const SHOWN_SETTLED = 50;

export type OutboxContext = {
  profileName: (profileId: string) => string;
  /** A customer whose gap is still open holds his entries back. */
  held: (entry: Entry) => boolean;
  pack: CommandPack;
};

export function outboxView(outbox: Outbox, context: OutboxContext): OutboxView {
  const conflicts = [...outbox.conflict.values()].sort(byTime);
  const open = conflicts.filter((one) => !one.archived && !isRecord(one.entry.name));
  const applied = [...outbox.settled.values()].filter((one) => !isRecord(one.entry.name));
  const settled = [
    ...applied.map((one) => ({
      ...shape(one.entry, context),
      state: 'applied' as const,
      code: one.code,
      settledAt: one.settledAt,
    })),
    ...conflicts
      .filter((one) => one.archived && one.entry.name !== '')
      .map((one) => conflictShape(one, context)),
  ];
  settled.sort((a, b) => ((a.settledAt ?? '') < (b.settledAt ?? '') ? 1 : -1));
  return {
    needsYou: open.map((one) => conflictShape(one, context)),
    onTheWay: outbox.pending.filter((entry) => !isRecord(entry.name)).map((entry) => shape(entry, context)),
    settled: settled.slice(0, SHOWN_SETTLED),
  };
}

const byTime = (a: ConflictEntry, b: ConflictEntry): number => (a.settledAt < b.settledAt ? 1 : -1);

function shape(entry: Entry, context: OutboxContext): OutboxEntry {
  const held = entry.mid === null && (entry.held || context.held(entry));
  return {
    id: entry.id,
    name: entry.name,
    args: entry.args,
    profileId: entry.profileId,
    profileName: context.profileName(entry.profileId),
    at: entry.at,
    state: entry.mid !== null ? 'sent' : held ? 'held' : 'waiting',
    settledAt: null,
    code: '',
    by: null,
    conflict: [],
    canUndo: isFree(entry),
  };
}

function conflictShape(one: ConflictEntry, context: OutboxContext): OutboxEntry {
  const unknown = one.status === 'unknown' || one.status === 'took_effect';
  return {
    ...shape(one.entry, context),
    state: one.status === 'conflict' ? 'conflict' : unknown ? 'unknown' : 'refused',
    settledAt: one.settledAt,
    code: one.code === '' ? one.status : one.code,
    by: textOf(one.detail?.by),
    conflict: conflictFacts(one, context.pack),
    canUndo: false,
  };
}

const NOTHING_KNOWN: CommandWorld = { flight: () => null };

/** Theirs comes from the core, mine and base from the entry itself. */
function conflictFacts(one: ConflictEntry, pack: CommandPack): ConflictFact[] {
  const facts = one.detail?.facts;
  if (!Array.isArray(facts)) return [];
  const mine = mineOf(one.entry, pack);
  return facts.filter(isObject).map((theirs) => {
    const fact = textOf(theirs.fact) ?? '';
    return {
      fact,
      mine: mine[fact] ?? null,
      base: one.entry.baseValues[fact] ?? null,
      theirs: theirs.theirs ?? null,
      source: textOf(theirs.source),
      at: textOf(theirs.at),
      cut: theirs.cut === true,
    };
  });
}

function mineOf(entry: Entry, pack: CommandPack): { [fact: string]: Json | null } {
  const definition = pack.get(entry.name)?.get(entry.ver);
  if (definition === undefined) return {};
  const { id, at, operator, args } = entry;
  return definition.effects({ id, at, writtenAt: at, by: operator, args }, null, NOTHING_KNOWN).facts;
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
