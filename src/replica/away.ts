/**
 * What happened while this station heard nothing from the core: told once the connection is back. How customers were is
 * kept when the connection ends, and compared when the rows of each are confirmed again; what changes after that is
 * ordinary news. In memory only: it is about customers, and after a start the gap is the time of the whole pause.
 */
import type { AwayChange, AwayCustomer, AwayView } from '../bridge/views.ts';
import type { ProfileRow } from '../domain/profile.ts';
import { nameOf } from '../packs/airline/views/facts.ts';
import { type Matter, mattersOf, urgencyOfFact } from '../packs/airline/views/matters.ts';
import { MINUTE } from '../protocol/limits.ts';
import type { Outbox } from './outbox/model.ts';
import { isRecord } from './outbox/operations.ts';
import type { Session } from './sync/session.ts';

/** A shorter gap is no absence: what changed is seen on the screen that is open. */
const SHORTEST = MINUTE;
/** Customers that a snapshot brought are looked through for those in trouble, who are on the work list, within this. */
const LISTED_AFTER_MS = 2_000;
/** Changes of one customer that are told; there is more on his own screen. */
const MOST_CHANGES = 6;

export type AwayParts = {
  /** The replicated row of a customer, or null. */
  row: (profileId: string) => ProfileRow | null;
  isStale: (profileId: string) => boolean;
  /** Customers of the work list, in its order, and who is open here. */
  watched: () => string[];
  now: () => number;
  /** Runs something after `ms`; returns what prevents it. */
  later: (run: () => void, ms: number) => () => void;
  /** The view has changed. */
  onNews: () => void;
};

type Picture = { name: string; matters: Map<string, Matter> };
type Found = { name: string; changes: AwayChange[]; gone: boolean };

type Gap = {
  from: number;
  how: AwayView['how'];
  until: number | null;
  before: Map<string, Picture>;
  /** Of customers whose rows are confirmed again. */
  found: Map<string, Found>;
  /** Customers whose rows are not, in order. */
  open: Set<string>;
  /** Ids of own entries that waited at the return, by customer. */
  own: Map<string, string[]>;
};

export class Away {
  private readonly parts: AwayParts;
  private gap: Gap | null = null;
  /** The last gap that was long enough to be told. */
  private told: Gap | null = null;
  private wasLive = false;
  private cancel: () => void = () => undefined;

  constructor(parts: AwayParts) {
    this.parts = parts;
  }

  /** Told after each step of the session: the line to the core may have come or gone, or rows arrived over it. */
  follow(
    { phase, since, reason }: Pick<Session, 'phase' | 'since' | 'reason'>,
    caughtUp: boolean,
    outbox: Outbox,
  ): void {
    const live = phase === 'live';
    if (this.wasLive && !live && phase !== 'stopped')
      this.begin(since, reason === 'asleep' ? 'asleep' : 'offline');
    if (!this.wasLive && live) this.returned(outbox);
    this.wasLive = live;
    if (live && caughtUp) this.look();
  }

  stop(): void {
    this.cancel();
  }

  /** The connection has ended, or this process began without one. A gap that was never closed goes on. */
  begin(from: number, how: AwayView['how']): void {
    if (this.gap !== null) {
      this.gap = { ...this.gap, until: null, found: new Map(), open: new Set() };
      return;
    }
    const before = new Map<string, Picture>();
    for (const id of this.parts.watched()) {
      const picture = this.picture(id);
      if (picture !== null) before.set(id, picture);
    }
    this.gap = { from, how, until: null, before, found: new Map(), open: new Set(), own: new Map() };
  }

  /** The core answers again. */
  private returned(outbox: Outbox): void {
    const { gap } = this;
    if (gap === null) return;
    const now = this.parts.now();
    gap.until = now;
    gap.own = new Map();
    for (const entry of outbox.pending) {
      if (isRecord(entry.name)) continue;
      gap.own.set(entry.profileId, [...(gap.own.get(entry.profileId) ?? []), entry.id]);
    }
    // No rows have come yet: whoever was worked on meanwhile still stands as he did before.
    for (const id of gap.own.keys()) {
      const picture = gap.before.has(id) ? null : this.picture(id);
      if (picture !== null) gap.before.set(id, picture);
    }
    gap.open = new Set([...gap.before.keys(), ...gap.own.keys()]);
    if (now - gap.from < SHORTEST) this.gap = null;
    else this.told = gap;
    this.parts.onNews();
  }

  /** What the core had at the return is here: rows that are not stale are confirmed. */
  private look(): void {
    const { gap } = this;
    if (gap === null || gap.until === null) return;
    const before = gap.open.size;
    for (const id of gap.open) {
      if (this.parts.isStale(id)) continue;
      gap.open.delete(id);
      gap.found.set(id, this.compare(gap, id));
    }
    if (gap.open.size < before) this.parts.onNews();
    if (gap.open.size > 0) return;
    this.gap = null;
    this.cancel();
    this.cancel = this.parts.later(() => this.complete(), LISTED_AFTER_MS);
  }

  /** The work list is up to date again: whoever is new on it is told by what his facts say of their time. */
  private complete(): void {
    const gap = this.told;
    if (gap === null) return;
    for (const id of this.parts.watched())
      if (!gap.found.has(id) && !gap.open.has(id)) gap.found.set(id, this.compare(gap, id));
    this.parts.onNews();
  }

  /** Nothing of customers may stay in memory. */
  forget(): void {
    this.gap = null;
    this.told = null;
  }

  /** An erasure: what is told of others stays. */
  forgetCustomers(profiles: readonly string[]): void {
    for (const gap of [this.gap, this.told])
      for (const of of gap === null ? [] : [gap.before, gap.found, gap.open, gap.own])
        for (const id of profiles) of.delete(id);
  }

  view(outbox: Outbox): AwayView | null {
    const gap = this.told;
    if (gap === null || gap.until === null) return null;
    const state = entryStates(outbox);
    const ids = new Set([...gap.open, ...gap.found.keys()]);
    const all = [...ids].map((id) => this.customer(gap, id, state));
    const customers = all.filter(
      (one) => one.changes.length > 0 || one.gone || one.gapOpen || one.own.total > 0,
    );
    return {
      from: new Date(gap.from).toISOString(),
      until: new Date(gap.until).toISOString(),
      how: gap.how,
      catchingUp: gap.found.size === 0 && gap.open.size > 0,
      watched: all.length,
      changed: all.filter((one) => one.changes.length > 0 || one.gone).length,
      gapsOpen: gap.open.size,
      customers: customers.sort((a, b) => weight(b) - weight(a)),
    };
  }

  private customer(gap: Gap, id: string, state: Map<string, OwnState>): AwayCustomer {
    const found = gap.found.get(id);
    const own = { total: 0, applied: 0, waiting: 0, held: 0, needsYou: 0, entryId: null as string | null };
    for (const entryId of gap.own.get(id) ?? []) {
      const at = state.get(entryId);
      if (at === undefined) continue;
      own.total += 1;
      own[at] += 1;
      if (at === 'needsYou') own.entryId ??= entryId;
    }
    const name = found?.name ?? gap.before.get(id)?.name ?? this.picture(id)?.name ?? '';
    const { changes = [], gone = false } = found ?? {};
    return { profileId: id, name, gapOpen: found === undefined, gone, changes, own };
  }

  private picture(id: string): Picture | null {
    const row = this.parts.row(id);
    return row && { name: nameOf(row), matters: mattersOf(row) };
  }

  private compare(gap: Gap, id: string): Found {
    const before = gap.before.get(id);
    const now = this.picture(id);
    if (now === null) return { name: before?.name ?? '', changes: [], gone: before !== undefined };
    const changes =
      before === undefined ? changedWithin(now.matters, gap) : differences(before.matters, now.matters);
    changes.sort((a, b) => urgencyOfFact(a.fact) - urgencyOfFact(b.fact) || (a.at < b.at ? 1 : -1));
    return { name: now.name, changes: changes.slice(0, MOST_CHANGES), gone: false };
  }
}

type OwnState = 'applied' | 'waiting' | 'held' | 'needsYou';

function entryStates(outbox: Outbox): Map<string, OwnState> {
  const states = new Map<string, OwnState>();
  for (const entry of outbox.pending) states.set(entry.id, entry.held ? 'held' : 'waiting');
  for (const id of outbox.settled.keys()) states.set(id, 'applied');
  for (const [id, one] of outbox.conflict) if (!one.archived) states.set(id, 'needsYou');
  return states;
}

/** What needs a person first, then open gaps, then the most urgent change. */
const weight = (one: AwayCustomer): number =>
  (one.own.needsYou > 0 ? 400 : 0) +
  (one.gapOpen ? 200 : 0) +
  (one.changes.length > 0 ? 100 - urgencyOfFact(one.changes[0]?.fact ?? '') : 0);

function differences(before: Map<string, Matter>, now: Map<string, Matter>): AwayChange[] {
  const changes: AwayChange[] = [];
  for (const [fact, { value, source, at, flight }] of now) {
    const was = before.get(fact);
    if (was !== undefined && JSON.stringify(was.value) === JSON.stringify(value)) continue;
    changes.push({ fact, was: was?.value ?? null, now: value, source, at, flight });
  }
  for (const [fact, { value, source, at, flight }] of before)
    if (!now.has(fact)) changes.push({ fact, was: value, now: null, source, at, flight });
  return changes;
}

/** Of somebody who was not on the list before, what his facts themselves say of when they changed. */
function changedWithin(now: Map<string, Matter>, { from, until }: Gap): AwayChange[] {
  const changes: AwayChange[] = [];
  for (const [fact, { value, source, at, flight }] of now) {
    const time = Date.parse(at);
    if (time >= from && time <= (until ?? from))
      changes.push({ fact, was: null, now: value, source, at, flight });
  }
  return changes;
}
