import type { CandidateName, DecideRequest, Decision } from '../contract.ts';
import { isObject } from '../shape.ts';

/** What is known of one decision once the whole log was read. */
export interface LoggedDecision {
  readonly record: Decision;
  /** The request, where the log has it: without it no other policy can be asked, and rewards are predicted by name. */
  readonly request: DecideRequest | null;
  readonly outcomes: readonly LoggedOutcome[];
  /** The record says by itself that the operator took another candidate. */
  readonly isOverridden?: boolean;
}

export interface LoggedOutcome {
  readonly outcome: string;
  readonly candidate?: CandidateName;
}

export interface ReadLog {
  readonly decisions: readonly LoggedDecision[];
  /** Lines that are neither of a known form nor an answer to feedback. */
  readonly unread: number;
  /** Outcomes of decisions that the log does not have. */
  readonly orphans: number;
}

type Entry = { record?: Decision; request: DecideRequest | null; outcomes: LoggedOutcome[] };

/**
 * Reads a log of JSON lines: records (as `decide` answers, bare or as `{"record": ...}`), requests (`{"decide": ...}`)
 * and outcomes (`{"feedback": ...}`, or `{"decisionId", "outcome"}` as the core keeps them), in any order.
 */
export function readLog(lines: Iterable<string>): ReadLog {
  const entries = new Map<string, Entry>();
  let unread = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      json = null;
    }
    if (!isObject(json) || !take(json, entries)) unread++;
  }
  const decisions: LoggedDecision[] = [];
  let orphans = 0;
  for (const { record, request, outcomes } of entries.values()) {
    if (record !== undefined) decisions.push({ record, request, outcomes });
    else orphans += outcomes.length;
  }
  return { decisions, unread, orphans };
}

function take(json: Record<string, unknown>, entries: Map<string, Entry>): boolean {
  const entryOf = (id: string): Entry => {
    const entry = entries.get(id) ?? { request: null, outcomes: [] };
    entries.set(id, entry);
    return entry;
  };
  const { decide, feedback = 'decisionId' in json ? { ...json, id: json['decisionId'] } : undefined } = json;
  const record = isObject(json['record']) ? json['record'] : json;
  if (isObject(decide) && typeof decide['id'] === 'string')
    entryOf(decide['id']).request = decide as unknown as DecideRequest;
  else if (
    isObject(feedback) &&
    typeof feedback['id'] === 'string' &&
    typeof feedback['outcome'] === 'string'
  )
    entryOf(feedback['id']).outcomes.push(feedback as unknown as LoggedOutcome);
  else if (typeof record['id'] === 'string' && Array.isArray(record['candidates']))
    entryOf(record['id']).record = record as unknown as Decision;
  else return json['ok'] === true;
  return true;
}
