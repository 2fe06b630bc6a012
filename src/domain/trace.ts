import { sha256Hex } from './sha256.ts';

/**
 * Whatever an event or a command sets off, in whichever process, is one trace, and its ids follow from the id of the event or
 * command alone: so no message has to carry them (docs/spec/telemetry.md TR1).
 */
export type Origin = { traceId: string; spanId: string };

/** Ids in the form of W3C Trace Context: 32 and 16 lower-case hex digits. `spanId` is that of the trace's first step. */
export function originOf(id: string): Origin {
  const hex = sha256Hex(`kairos/trace\n${id}`);
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32, 48) };
}

/** The id of the event behind a line of the timeline: a flight's event has a line per passenger (`ID/PROFILE`). */
export const eventOf = (row: string): string => row.replace(/\/[0-9A-HJKMNP-TV-Z]{26}$/u, '');
