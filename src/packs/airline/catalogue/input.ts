import type { DecideProfile, HistoryEntry } from '../../../decision/contract.ts';
import type { ContactRow } from '../../../domain/contact.ts';
import type { EventRow } from '../../../domain/event.ts';
import type { Json } from '../../../domain/json.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { AIRLINE_ACTIONS } from './actions.ts';
import { customerFacts } from './customer-facts.ts';
import { needFacts } from './needs.ts';
import { isAnswered, readPast, settledSince } from './past.ts';
import type { Origin } from './row.ts';
import { tripFacts } from './trip-facts.ts';
import { type InputFact, settledFact, type Text } from './vocabulary.ts';

/** What a suggestion for one customer rests on. */
export interface DecisionInput {
  /** The profile part of a decide request. */
  readonly profile: DecideProfile;
  /** Where each computed fact comes from, for "text, source, age". */
  readonly origins: Readonly<Partial<Record<InputFact, Origin>>>;
  /** What the placeholders of texts are filled with. */
  readonly words: Readonly<Record<string, string | Text>>;
  /** What a command would act upon. */
  readonly target: Target;
  /** ISO 8601: the clock that the input was computed with. */
  readonly now: string;
  /** Milliseconds; departure of the flight in question, undefined where it is unknown. */
  readonly departs: number | undefined;
}

/** What an accepted action acts upon; undefined where the profile has no such thing. */
export interface Target {
  readonly profileId: string;
  readonly booking?: string;
  readonly segment?: number;
  readonly caseId?: string;
  /** Flights that the customer has looked at, in the form that `rebook` takes. */
  readonly alternatives: readonly string[];
}

/** Collects facts with their origins and the words for texts. */
export interface Findings {
  readonly facts: Record<string, Json>;
  readonly origins: Partial<Record<InputFact, Origin>>;
  readonly words: Record<string, string | Text>;
}

/** What the input is computed from; `now` in milliseconds, `events` the customer's timeline in any order. */
export interface InputSource {
  readonly row: ProfileRow;
  readonly events: readonly EventRow[];
  readonly contacts: readonly ContactRow[];
  readonly now: number;
  /** The station's code, for example `FRA`. */
  readonly station?: string | undefined;
}

/**
 * Computes the input of a decision from a profile row, its timeline and its contacts. Pure; `now` in milliseconds.
 * A masked fact counts as existing with an unknown value.
 */
export function decisionInput(
  row: ProfileRow,
  events: readonly EventRow[],
  contacts: readonly ContactRow[],
  now: number,
  station?: string,
): DecisionInput {
  const source: InputSource = { row, events, contacts, now, station };
  const findings: Findings = { facts: {}, origins: {}, words: {} };
  const trip = tripFacts(source, findings);
  const caseId = customerFacts(source, findings);
  needFacts(findings);
  const past = readPast(events);
  for (const { id, because, asks } of AIRLINE_ACTIONS) {
    const cause = because[0] === undefined ? undefined : findings.origins[because[0]];
    const isDone = asks !== undefined && isAnswered(past, id);
    findings.facts[settledFact(id)] = isDone || settledSince(past, id, cause?.at, now);
  }
  const zone = row.facts['zone'];
  return {
    profile: {
      id: row.id,
      ...(zone !== undefined && 'value' in zone && typeof zone.value === 'string' && { zone: zone.value }),
      facts: findings.facts,
      consents: statedUnder(row, 'consent.'),
      preferences: statedUnder(row, 'preference.'),
      history: past.history satisfies readonly HistoryEntry[],
    },
    origins: findings.origins,
    words: findings.words,
    target: { profileId: row.id, ...trip.target, ...(caseId !== undefined && { caseId }) },
    now: new Date(now).toISOString(),
    departs: trip.departs,
  };
}

/** `consent.marketing` as `{marketing: true}`; a masked one says nothing. */
function statedUnder(row: ProfileRow, prefix: string): Record<string, Json> {
  const entries: [string, Json][] = [];
  for (const [name, fact] of Object.entries(row.facts)) {
    if (name.startsWith(prefix) && 'value' in fact) entries.push([name.slice(prefix.length), fact.value]);
  }
  return Object.fromEntries(entries);
}
