/** The line of the timeline that a command of the airline pack writes. Pure. */
import type { EventRow } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { type CommandCall, profileOf } from '../command-pack.ts';

/** The source of every fact and timeline row that a command writes. */
export const CONSOLE_SOURCE = 'console';

/** A command written longer ago than this keeps its own time as `writtenAt`: it comes from an offline console. */
const OFFLINE_AFTER = 5 * 60_000;

export function timelineRow(call: CommandCall, type: string, name: string, properties: JsonObject): EventRow {
  const written = Date.parse(call.writtenAt);
  const late = Math.abs(Date.parse(call.at) - written) > OFFLINE_AFTER;
  return {
    id: call.id,
    profileId: profileOf(call.args),
    type,
    name,
    at: call.at,
    source: CONSOLE_SOURCE,
    properties: {
      ...properties,
      by: call.by,
      ...(late ? { writtenAt: new Date(written).toISOString() } : {}),
    },
  };
}
