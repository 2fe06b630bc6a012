/**
 * What crosses the port, in both directions. A window may say little and a hostile one anything, so the replica
 * parses every message with these schemas and closes the port at the first that does not fit (S39).
 */
import { z } from 'zod';
import type { PortError } from './contract.ts';

/** Characters of JSON text that one message from a window may have. */
export const MAX_MESSAGE = 1024 * 1024;
/** Levels of nesting of one message; the core takes no command that is deeper. */
export const MAX_DEPTH = 32;
/** Values in one message: more do not fit into its characters. */
export const MAX_VALUES = MAX_MESSAGE / 2;
/** Calls of one window that may be under way at once. */
export const MAX_CALLS = 64;
export const MAX_STREAMS = 64;
/** Stream batches that may be unacknowledged; meanwhile only the latest value of each stream is kept. */
export const BATCH_CREDIT = 2;
/** The least time between two batches in ms: half a frame at 60 Hz, so that a frame never waits for two. */
export const BATCH_INTERVAL = 8;

const requestId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const name = z.string().max(40);

export const FromWindow = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('call'), id: requestId, name, input: z.unknown() }),
  z.strictObject({ t: z.literal('cancel'), id: requestId }),
  z.strictObject({ t: z.literal('open'), id: requestId, name, input: z.unknown() }),
  z.strictObject({ t: z.literal('close'), id: requestId }),
  z.strictObject({ t: z.literal('ack') }),
]);
export type FromWindow = z.infer<typeof FromWindow>;

export type ToWindow =
  | { t: 'result'; id: number; value: unknown }
  | { t: 'error'; id: number; error: PortError }
  | { t: 'batch'; values: { id: number; value: unknown }[] };
