/** The facts of a conflict side by side: what the operator saw, what he wanted, what holds now. Pure. */
import type { ConflictFact } from '../../bridge/views.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { isMasked, type ProfileRow } from '../../domain/profile.ts';
import type { CommandPack, CommandWorld } from '../../packs/command-pack.ts';
import type { ConflictEntry, Entry } from '../outbox/model.ts';

/** A fact of the replicated row. */
export type FactNow = { value: Json; source: string; at: string };

export type FactContext = {
  factNow: (profileId: string, fact: string) => FactNow | null | undefined;
  pack: CommandPack;
};

/** A fact of a row as it was read: of a masked one the mask; null where it is absent, undefined where there is no row. */
export function factNow(read: { row: ProfileRow } | null, name: string): FactNow | null | undefined {
  if (read === null) return undefined;
  const fact = Object.hasOwn(read.row.facts, name) ? read.row.facts[name] : undefined;
  if (fact === undefined) return null;
  return { value: isMasked(fact) ? fact.masked : fact.value, source: fact.source, at: fact.at };
}

const NOTHING_KNOWN: CommandWorld = { flight: () => null };

/**
 * First the facts that somebody else changed, then those that the command depends on and that are as they were. Theirs
 * is what the core told, or what the rows say where that is newer: it is what a redo goes over.
 */
export function conflictFacts(one: ConflictEntry, context: FactContext): ConflictFact[] {
  const { entry, detail } = one;
  if (one.status !== 'conflict') return [];
  const told = Array.isArray(detail?.facts) ? detail.facts.filter(isObject) : [];
  const mine = mineOf(entry, context.pack);
  const by = textOf(detail?.by);
  const differing = told.map((theirs) => theirsOf(entry, mine, theirs, by, context));
  const named = new Set(differing.map((fact) => fact.fact));
  const others = Object.keys(entry.baseValues).filter((fact) => !named.has(fact));
  return [...differing, ...others.map((fact) => standing(entry, mine, fact, context))];
}

function theirsOf(
  entry: Entry,
  mine: { [fact: string]: Json | null },
  told: JsonObject,
  by: string | null,
  { factNow }: FactContext,
): ConflictFact {
  const fact = textOf(told.fact) ?? '';
  const at = textOf(told.at);
  const now = factNow(entry.profileId, fact);
  const newer = now !== undefined && (now?.at ?? '') > (at ?? '');
  const sides = { fact, mine: mine[fact] ?? null, base: entry.baseValues[fact] ?? null, same: false };
  if (newer && now !== null)
    return { ...sides, theirs: now.value, source: now.source, at: now.at, by: null, cut: false };
  const theirs = isObject(told.theirs ?? null) ? maskedOf(told.theirs as JsonObject) : (told.theirs ?? null);
  return { ...sides, theirs, source: textOf(told.source), at, by, cut: told.cut === true };
}

/** A fact that the command depends on and that is still as it was seen. */
function standing(
  entry: Entry,
  mine: { [fact: string]: Json | null },
  fact: string,
  { factNow }: FactContext,
): ConflictFact {
  const now = factNow(entry.profileId, fact);
  const base = entry.baseValues[fact] ?? null;
  return {
    fact,
    mine: mine[fact] ?? null,
    base,
    theirs: now ? now.value : base,
    source: now?.source ?? null,
    at: now?.at ?? null,
    by: null,
    cut: false,
    same: true,
  };
}

function mineOf(entry: Entry, pack: CommandPack): { [fact: string]: Json | null } {
  const definition = pack.get(entry.name)?.get(entry.ver);
  if (definition === undefined) return {};
  const { id, at, operator, args } = entry;
  return definition.effects({ id, at, writtenAt: at, by: operator, args }, null, NOTHING_KNOWN).facts;
}

/** Of a masked value only the mask is there to be read. */
const maskedOf = (value: JsonObject): Json => (typeof value.masked === 'string' ? value.masked : value);
const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
