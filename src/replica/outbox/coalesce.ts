/** Own wishes that follow upon own wishes: what a newer one replaces, and what a later one was based on. Pure. */
import { contentHash } from '../../domain/canonical.ts';
import type { BaseEntry } from '../../domain/command.ts';
import type { Json } from '../../domain/json.ts';
import type { CommandDefinition, CommandPack } from '../../packs/command-pack.ts';
import type { Entry, Outbox } from './model.ts';

type Command = Pick<Entry, 'name' | 'ver' | 'args'>;

const definitionOf = (pack: CommandPack, { name, ver }: Command): CommandDefinition | undefined =>
  pack.get(name)?.get(ver);

const targetOf = (pack: CommandPack, command: Command): string | null =>
  definitionOf(pack, command)?.target?.(command.args) ?? null;

/**
 * [O17] The entry that a newer wish for the same takes the place of, or null: the last of this customer's entries that
 * change facts, if it has the same name and target, was never sent, and is neither marked nor held by the operator. An
 * entry further back is not replaced, because what stands between (a rebooking between two seats) depends on the order.
 */
export function superseded(
  outbox: Outbox,
  wish: Command & { profileId: string },
  pack: CommandPack,
): Entry | null {
  const target = targetOf(pack, wish);
  if (target === null) return null;
  const changes = outbox.pending.filter(
    (entry) => entry.profileId === wish.profileId && definitionOf(pack, entry)?.mode !== 'commutative',
  );
  const last = changes.at(-1);
  if (last === undefined || last.name !== wish.name || last.ver !== wish.ver) return null;
  if (targetOf(pack, last) !== target) return null;
  return last.mid === null && !last.hadMid && !last.marked && !last.held ? last : null;
}

/** What a command was based on: for the core, and for the conflict view. */
export type Based = { base: BaseEntry[]; baseValues: { [fact: string]: Json } };

/** What was seen first stays the base: of facts that both name, the earlier one's. */
export function onBaseOf(first: Based, later: Based): Based {
  const known = new Map(first.base.map((entry) => [entry.fact, entry]));
  const kept = Object.fromEntries(
    Object.entries(first.baseValues).filter(([fact]) => Object.hasOwn(later.baseValues, fact)),
  );
  return {
    base: later.base.map((entry) => known.get(entry.fact) ?? entry),
    baseValues: { ...later.baseValues, ...kept },
  };
}

/**
 * [O18] When an own wish is taken back or changed, later own ones of the same customer that were made upon its values
 * are based on what holds without it, or with what it says now; otherwise they would be in conflict with their own
 * operator. `now` is the entry as changed, or null when it was taken back.
 */
export function rebase(outbox: Outbox, was: Entry, now: Entry | null, pack: CommandPack): Outbox {
  const before = written(was, pack);
  const after = now === null ? {} : written(now, pack);
  let follows = false;
  const pending = outbox.pending.map((entry) => {
    if (entry.id === was.id || entry.order <= was.order) return entry;
    if (entry.profileId !== was.profileId || entry.mid !== null || entry.marked || entry.untold) return entry;
    const base = entry.base.map((one) => standing(one, was, before, after) ?? one);
    if (base.every((one, i) => one === entry.base[i])) return entry;
    follows = true;
    return { ...entry, base };
  });
  return follows ? { ...outbox, pending } : outbox;
}

/** The base of a fact without the value that `was` gave it; undefined where that value was not what was seen. */
function standing(
  one: BaseEntry,
  was: Entry,
  before: { [fact: string]: Json | null },
  after: { [fact: string]: Json | null },
): BaseEntry | undefined {
  if (!Object.hasOwn(before, one.fact) || hashOrNull(before[one.fact]) !== one.hash) return undefined;
  if (Object.hasOwn(after, one.fact)) return { ...one, hash: hashOrNull(after[one.fact]) };
  return was.base.find((own) => own.fact === one.fact);
}

const hashOrNull = (value: Json | null | undefined): string | null =>
  value === null || value === undefined ? null : contentHash(value);

function written(entry: Entry, pack: CommandPack): { [fact: string]: Json | null } {
  const { id, at, operator, args } = entry;
  const call = { id, at, writtenAt: at, by: operator, args };
  return definitionOf(pack, entry)?.effects(call, null, { flight: () => null }).facts ?? {};
}
