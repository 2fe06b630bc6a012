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

/** A trace that a caller brought along, and his step that ours hangs at, as `TRACE-STEP` (hex): it stands in the event's row. */
export type Brought = string;

/**
 * What the header `traceparent` says (W3C Trace Context, level 1); null where it is none, or where the caller does not record his trace:
 * then ours begins by itself.
 */
export function broughtBy(header: unknown): Brought | null {
  const found =
    typeof header === 'string'
      ? /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/u.exec(header)
      : null;
  if (found === null) return null;
  const [, version, trace, step, flags, more] = found as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/u.test(trace) || /^0+$/u.test(step)) return null;
  return (Number.parseInt(flags, 16) & 1) === 1 ? `${trace}-${step}` : null;
}

/** The same, as it stands in a row; null where it is none. */
export function originIn(brought: unknown): Origin | null {
  const found = typeof brought === 'string' ? /^([\da-f]{32})-([\da-f]{16})$/u.exec(brought) : null;
  return found ? { traceId: found[1] as string, spanId: found[2] as string } : null;
}

/** The id of the event behind a line of the timeline: a flight's event has a line per passenger (`ID/PROFILE`). */
export const eventOf = (row: string): string => row.replace(/\/[0-9A-HJKMNP-TV-Z]{26}$/u, '');
