import type { EventRow } from '../../domain/event.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { presenceIn, statesBegun, TRIGGERS } from '../../packs/airline/catalogue/triggers.ts';
import { isStoreFailure } from '../errors.ts';
import type { Doors } from '../ingest/deps.ts';
import type { StoredDecision } from '../store/decisions.ts';
import type { Intent } from './intent.ts';
import { type Classes, type Occasion, occasionAgain, occasionOf, type Planned, plan } from './plan.ts';
import { cancellation } from './rules.ts';
import { endingEvent, lookAt, type Situation, situationOf } from './situation.ts';

/**
 * Reads the history as it grows: what happened may be an occasion, end an intent, or be the visit that one waits for.
 * How far it has read is durable, so that a crash between an event and its intent loses nothing (T11).
 */

/** Commits that are looked at together. */
const PER_PASS = 200;
/** A visit that became known later than this is over. */
const VISIT_MS = 30 * 60_000;

type Written = { intents: Intent[]; records: StoredDecision[] };

export class Planner {
  private readonly doors: Doors;
  private readonly classes: Classes;
  private readonly onFailure: (error: unknown) => void;
  /** The seq read up to; the durable one may be behind, because reading twice plans nothing twice. */
  private at: number | null = null;
  private kept = 0;

  constructor(doors: Doors, classes: Classes, onFailure: (error: unknown) => void) {
    this.doors = doors;
    this.classes = classes;
    this.onFailure = onFailure;
  }

  /** One step; true if there is more to read. @throws what the store says */
  pass(): boolean {
    const { log } = this.doors;
    const { seq, floor } = log.head();
    this.at ??= this.begin(seq);
    const from = Math.min(Math.max(this.at, floor), seq);
    const to = Math.min(seq, from + PER_PASS);
    if (to === this.at) return false;
    const written: Written = { intents: [], records: [] };
    for (const [profileId, events] of this.news(from, to)) this.attempt(profileId, events, written);
    if (written.intents.length > 0 || Math.abs(to - this.kept) >= PER_PASS) this.keep(written, to);
    this.at = to;
    return to < seq;
  }

  /** What was planned was not kept, or another node has planned since: reads on from what is durable. */
  forget(): void {
    this.at = null;
  }

  /** What happened before there was any destination is no occasion. */
  private begin(seq: number): number {
    const known = this.doors.intents.planned();
    if (known === null) this.doors.log.transaction(() => this.doors.intents.setPlanned(seq));
    this.kept = known ?? seq;
    return this.kept;
  }

  private keep({ intents, records }: Written, to: number): void {
    const work = () => {
      for (const record of records) this.doors.decisions.add(record);
      for (const intent of intents) this.doors.intents.save(intent);
      this.doors.intents.setPlanned(to);
    };
    this.doors.log.transaction(work, intents.length > 0 ? 'full' : 'relaxed');
    this.kept = to;
  }

  /** The profiles that changed, each with the lines that are new in its timeline. */
  private news(from: number, to: number): Map<string, EventRow[]> {
    const { log } = this.doors;
    const news = new Map<string, EventRow[]>();
    const changed = new Set<string>();
    const of = (profileId: string): EventRow[] => {
      const id = log.survivor(profileId);
      const events = news.get(id) ?? [];
      news.set(id, events);
      return events;
    };
    for (const { table, id, vBefore } of log.changedRows(from, to)) {
      if (table === 'profile') {
        of(id);
        changed.add(log.survivor(id));
      }
      const row = table === 'event' && vBefore === 0 ? log.row(table, id) : undefined;
      if (row === undefined) continue;
      const event = JSON.parse(row.json) as EventRow;
      of(event.profileId).push(event);
    }
    for (const id of changed) news.get(id)?.push(...this.statesOf(id, news.get(id) ?? []));
    return news;
  }

  private statesOf(profileId: string, events: readonly EventRow[]): EventRow[] {
    const row = this.doors.log.row('profile', profileId);
    return row === undefined ? [] : statesBegun(JSON.parse(row.json) as ProfileRow, events, this.doors.now());
  }

  /** What is wrong with one customer's data must not stop the others. */
  private attempt(profileId: string, events: EventRow[], written: Written): void {
    try {
      const { intents, records } = this.changesOf(profileId, events);
      written.intents.push(...intents);
      written.records.push(...records);
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      this.onFailure(error);
    }
  }

  private changesOf(profileId: string, events: EventRow[]): Written {
    const written: Written = { intents: [], records: [] };
    const open = this.doors.intents.openOf(profileId).filter(({ state }) => state !== 'claimed');
    const occasions = this.occasionsIn(events);
    if (open.length === 0 && occasions.length === 0) return written;
    const situation = situationOf(this.doors, profileId);
    const changed = this.doors.now();
    const ended = new Set<string>();
    for (const intent of open) {
      const next = situation
        ? this.renewed(intent, situation, events, written.records)
        : { ...intent, state: 'cancelled' as const, why: 'profile' };
      if (next === null) continue;
      written.intents.push({ ...next, changed });
      if (next.state === 'cancelled') ended.add(intent.id);
    }
    const left = open.filter(({ id }) => !ended.has(id));
    for (const occasion of situation ? occasions : [])
      this.take(situation as Situation, occasion, left, written);
    return written;
  }

  private occasionsIn(events: EventRow[]): Occasion[] {
    const now = this.doors.now();
    return TRIGGERS.flatMap((trigger) =>
      events
        .filter((event) => trigger.isOn(event))
        .flatMap((event) => occasionOf(trigger, event, now, this.classes) ?? []),
    );
  }

  /** Plans for an occasion, unless it was planned for before or the same message is waiting already. */
  private take(situation: Situation, occasion: Occasion, open: Intent[], written: Written): void {
    if (this.doors.intents.has(occasion.dedupe)) return;
    if (endingEvent(this.doors, situation.id, occasion) !== null) return;
    const { record, intent } = plan(this.doors, this.classes, situation, occasion);
    if (intent === null || open.some((other) => isSame(other, intent))) return;
    open.push(intent);
    written.intents.push(intent);
    written.records.push(storedOf(record, situation.id, this.doors.now()));
  }

  /** An open intent after something has happened; null where nothing changes for it. */
  private renewed(
    intent: Intent,
    situation: Situation,
    events: EventRow[],
    records: StoredDecision[],
  ): Intent | null {
    const look = lookAt(this.doors, intent, situation);
    const ruling = cancellation(intent, look);
    if (ruling?.do === 'end') return { ...intent, state: ruling.state, why: ruling.why };
    if (intent.state === 'parked') return this.released(intent, events);
    if (intent.state !== 'held') return null;
    if (look.verdict?.failed.some(({ rule }) => rule === 'completeness')) return null;
    return again(this.doors, this.classes, situation, intent, records);
  }

  private released(intent: Intent, events: EventRow[]): Intent | null {
    const now = this.doors.now();
    const isVisit = (event: EventRow) =>
      presenceIn(event) === intent.channel &&
      event.id !== intent.cause &&
      Date.parse(event.at) >= Math.max(intent.triggerAt, now - VISIT_MS);
    if (!events.some(isVisit)) return null;
    const expiresAt = Math.min(intent.expiresAt, now + VISIT_MS);
    return { ...intent, state: 'waiting', why: 'released', fireAt: now, expiresAt };
  }
}

/** [T7] Decides anew: the same intent with what fits now, or its end. */
export function again(
  doors: Doors,
  classes: Classes,
  situation: Situation,
  intent: Intent,
  records: StoredDecision[],
): Intent {
  const occasion = occasionAgain(intent, classes);
  if (occasion === null) return { ...intent, state: 'waiting', why: 'due', fireAt: doors.now() };
  const { record, intent: found } = plan(doors, classes, situation, occasion);
  if (found === null) return { ...intent, state: 'cancelled', why: 'decided again' };
  records.push(storedOf(record, situation.id, doors.now()));
  return { ...found, id: intent.id, profile: intent.profile, created: intent.created };
}

export const storedOf = (record: Planned['record'], profile: string, at: number): StoredDecision => ({
  id: record.id,
  profile,
  at,
  json: JSON.stringify(record),
});

const isSame = (a: Intent, b: Intent): boolean =>
  a.action === b.action && a.channel === b.channel && a.state !== 'claimed' && b.state !== 'cancelled';
