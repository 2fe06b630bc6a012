import { OUTCOMES, type Outcome } from '../../decision/contract.ts';
import { readRecord } from '../../decision/record.ts';
import type { JsonObject } from '../../domain/json.ts';
import { parseTime } from '../../domain/time.ts';
import type { DecisionStore } from '../store/decisions.ts';

/**
 * What consoles report of decisions: taken into the log in the transaction of the command, so that it is there exactly
 * once, like the command. What cannot be learned from stays in the timeline and is not in this log.
 */

export type RecordedCommand = { name: string; args: JsonObject; at: string };

/** @param profileId the profile that the command was judged for */
export function takeRecorded(store: DecisionStore, command: RecordedCommand, profileId: string): void {
  if (command.name === 'record-decision') takeRecord(store, command.args.record, profileId);
  if (command.name === 'record-outcome') takeOutcome(store, command, profileId);
}

function takeRecord(store: DecisionStore, json: unknown, profileId: string): void {
  const record = readRecord(json);
  if (record === null) return;
  store.add({ id: record.id, profile: profileId, at: record.at, json: JSON.stringify(json) });
}

function takeOutcome(store: DecisionStore, { args, at }: RecordedCommand, profileId: string): void {
  const { decisionId, reason } = args;
  const outcome = OUTCOMES.find((one): one is Outcome => one === args.outcome);
  const time = parseTime(at);
  if (outcome === undefined || typeof decisionId !== 'string' || time === null) return;
  const json = { profile: profileId, ...(typeof reason === 'string' && { reason }) };
  store.addOutcome(decisionId, outcome, time, JSON.stringify(json));
}
