/** Decides what becomes of one command against the present state (R8 and the results of wire.md). Reads, writes nothing. */
import { contentHash } from '../../domain/canonical.ts';
import type { BaseEntry, Receipt, ReceiptStatus } from '../../domain/command.ts';
import type { ContactRow } from '../../domain/contact.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { AnyFact, ProfileRow } from '../../domain/profile.ts';
import { flightFromRow } from '../../packs/airline/commands.ts';
import { factSight } from '../../packs/airline/roles.ts';
import {
  type CommandDefinition,
  type CommandPack,
  type KnownFlight,
  profileOf,
} from '../../packs/command-pack.ts';
import { MAX_THEIRS_BYTES } from '../../protocol/limits.ts';
import type { CommandBody } from '../../protocol/push.ts';
import { jsonLength } from '../../protocol/size.ts';
import { maskFact, type Tagger } from '../auth/masks.ts';
import { mayReach } from '../auth/permission.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { CommandEffect, LogReader } from '../store/contract.ts';

export type Verdict = { receipt: Receipt; effect: CommandEffect | null };

export type JudgeDeps = {
  pack: CommandPack;
  tag: Tagger;
  /** The last operator who wrote a fact by a command. */
  writer(profileId: string, fact: string): { subject: string; at: string } | undefined;
};

export type Caller = {
  viewer: Viewer;
  /** Scopes that find granted to this client. */
  found: readonly string[];
};

/** How many rows of a flight are read at once when somebody on it is looked for. */
const PAGE = 200;

export const refuse = (status: ReceiptStatus, code: string, detail: JsonObject | null = null): Verdict => ({
  receipt: { status, code, detail },
  effect: null,
});

/** @param at the core's time of commit, ISO 8601 */
export function judge(
  deps: JudgeDeps,
  log: LogReader,
  caller: Caller,
  command: { id: string; body: CommandBody },
  at: string,
): Verdict {
  const { name, ver } = command.body;
  const versions = deps.pack.get(name);
  if (!versions) return refuse('parked', 'unknown_command');
  const definition = versions.get(ver);
  if (!definition) return refuse('parked', 'unknown_version');
  const { viewer } = caller;
  if (definition.forbidden.includes(viewer.role)) return refuse('forbidden', 'role');
  const checked = definition.check(command.body.args as JsonObject);
  if (!checked.ok) return refuse('rejected', 'args', { arg: checked.arg });
  const profileId = log.survivor(profileOf(checked.args));
  const stored = log.row('profile', profileId);
  if (!stored) return refuse('rejected', 'unknown_profile');
  if (!mayReach([...viewer.grants, ...caller.found], profileId, log)) return refuse('forbidden', 'scope');
  const row = JSON.parse(stored.json) as ProfileRow;
  const args = { ...checked.args, profileId };
  const call = { id: command.id, at, writtenAt: command.body.at, by: viewer.subject, args };
  const { facts, event } = definition.effects(call, row, {
    flight: (flight, date) => knownFlight(log, flight, date),
  });
  const bases = basesOf(log, command.body.base, profileId);
  const seen = new Sight(deps, viewer, row);
  const verdict = compare(definition, args, facts, bases, seen);
  if (verdict) return verdict;
  const broken = brokenRule(log, definition, args, row);
  if (broken) return refuse('rejected', broken);
  const work =
    definition.contact?.after(call, contactOf(log, definition.contact.idOf(call), profileId)) ?? null;
  if (work && 'refused' in work) return refuse('rejected', work.refused, work.detail);
  const overwrote =
    definition.mode === 'merge' && Object.keys(facts).some((fact) => seen.differs(bases, fact));
  return {
    receipt: { status: 'applied', code: overwrote ? 'overwrote' : '', detail: null },
    effect: {
      id: command.id,
      profileId,
      facts: facts as { [fact: string]: Json },
      event,
      ...(work === null ? {} : { contact: work.row }),
    },
  };
}

/** The open contact of this id, if it is this customer's. */
function contactOf(log: LogReader, id: string | null, profileId: string): ContactRow | null {
  const stored = id === null ? undefined : log.row('contact', id);
  const contact = stored ? (JSON.parse(stored.json) as ContactRow) : null;
  if (contact === null || contact.profileId === null || contact.state === 'ended') return null;
  return log.survivor(contact.profileId) === profileId ? { ...contact, profileId } : null;
}

/** Field permission, then for a strict command the comparison of its strict facts; null if nothing stands against it. */
function compare(
  definition: CommandDefinition,
  args: JsonObject,
  facts: { [name: string]: Json | null },
  bases: Map<string, BaseEntry>,
  seen: Sight,
): Verdict | null {
  const strict = definition.mode === 'strict' ? definition.strictFacts(args) : [];
  if ([...Object.keys(facts), ...strict].some((fact) => seen.isHidden(fact)))
    return refuse('forbidden', 'field');
  const missing = strict.find((fact) => !bases.has(fact));
  if (missing !== undefined) return refuse('rejected', 'base_missing', { fact: missing });
  const stale = strict.filter((fact) => seen.differs(bases, fact));
  return stale.length === 0 ? null : refuse('conflict', 'stale', seen.conflict(stale));
}

/** The base by fact. An entry may name a lost id (30 days); entries about other rows are nobody's business here. */
function basesOf(log: LogReader, base: readonly BaseEntry[], profileId: string): Map<string, BaseEntry> {
  const own = base.filter((entry) => entry.table === 'profile' && log.survivor(entry.id) === profileId);
  return new Map(own.map((entry) => [entry.fact, entry]));
}

function brokenRule(log: LogReader, definition: CommandDefinition, args: JsonObject, row: ProfileRow) {
  const rule = definition.exclusive?.(args, row);
  if (!rule) return null;
  return firstOfScope(log, rule.scope, (other) => (rule.heldBy(other) ? true : null)) ? rule.code : null;
}

const knownFlight = (log: LogReader, flight: string, date: string): KnownFlight | null =>
  firstOfScope(log, `flight:${flight}/${date}`, (row) => flightFromRow(row, flight, date));

function firstOfScope<T>(log: LogReader, scope: string, look: (row: ProfileRow) => T | null): T | null {
  for (let after: { table: 'profile'; id: string } | null = null; ; ) {
    const page = log.rowsOfScope(scope, after, PAGE);
    for (const stored of page) {
      if (stored.table !== 'profile') return null;
      const found = look(JSON.parse(stored.json) as ProfileRow);
      if (found !== null) return found;
    }
    const last = page.at(-1);
    if (page.length < PAGE || !last) return null;
    after = { table: 'profile', id: last.id };
  }
}

/** A profile as one role sees it, with the hashes that stand for its facts in a base. */
class Sight {
  private readonly deps: JudgeDeps;
  private readonly viewer: Viewer;
  private readonly row: ProfileRow;

  constructor(deps: JudgeDeps, viewer: Viewer, row: ProfileRow) {
    this.deps = deps;
    this.viewer = viewer;
    this.row = row;
  }

  private fact(name: string): AnyFact | undefined {
    return Object.hasOwn(this.row.facts, name) ? this.row.facts[name] : undefined;
  }

  isHidden(name: string): boolean {
    return factSight(this.viewer.role, name, null) === 'hidden';
  }

  /** Whether the base names the fact and what was seen is not what holds now. A tag is made for the id as it was named. */
  differs(bases: Map<string, BaseEntry>, name: string): boolean {
    const base = bases.get(name);
    if (!base) return false;
    const fact = this.fact(name);
    if (!fact || !('value' in fact)) return base.hash !== null;
    const masked = factSight(this.viewer.role, name, fact.value) !== 'full';
    return base.hash !== (masked ? this.deps.tag(base.id, name, fact.value) : contentHash(fact.value));
  }

  /** `{facts: [{fact, theirs, source, at, cut?}], by}`, masked for the role; `by` wrote the newest of them. */
  conflict(names: string[]): JsonObject {
    const facts = names.map((name) => this.theirs(name));
    const newest = [...facts].sort((a, b) => (a.at ?? '').localeCompare(b.at ?? '')).at(-1);
    const writer = newest && this.deps.writer(this.row.id, newest.fact);
    const by =
      writer && newest?.source === 'console' && writer.at === newest.at ? writer.subject : newest?.source;
    return { facts: facts as unknown as Json[], by: by ?? null };
  }

  private theirs(name: string) {
    const fact = this.fact(name);
    const shown = fact && maskFact(this.viewer.role, this.row.id, name, fact, this.deps.tag);
    if (!shown) return { fact: name, theirs: null, source: null, at: null };
    const { source, at } = shown;
    if (!('value' in shown))
      return { fact: name, theirs: { masked: shown.masked, tag: shown.tag }, source, at };
    if (jsonLength(shown.value) <= MAX_THEIRS_BYTES) return { fact: name, theirs: shown.value, source, at };
    const text = typeof shown.value === 'string' ? shown.value : JSON.stringify(shown.value);
    // A quarter of the bytes in characters: even four bytes each stay below the limit.
    return {
      fact: name,
      theirs: Array.from(text)
        .slice(0, MAX_THEIRS_BYTES / 4)
        .join(''),
      source,
      at,
      cut: true,
    };
  }
}
