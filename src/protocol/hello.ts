import { z } from 'zod';
import { idText, mid, opaque, refused, scope, scopes, seq, time, version } from './atoms.ts';
import { RESET_REASONS } from './codes.ts';
import { wipeOrderSchema, wipeSchema } from './wipe.ts';

/**
 * First message of a connection (R1). An absent field counts as for a new console, except proto and clientId; a
 * wrong kind or more than 1,000 scopes is `hello_invalid`.
 */
export const helloSchema = z.object({
  proto: z.string().min(1).max(100),
  /** The hash under which the replica was filled; "" for a client of its own, always served. */
  schemaHash: opaque.default(''),
  clientId: idText,
  /** Random, new for each hello; "" is nobody's own. */
  conn: opaque.default(''),
  epoch: opaque.default(''),
  cursor: seq.default(0),
  chain: opaque.default(''),
  proof: opaque.default(''),
  mask: opaque.default(''),
  active: scopes.default([]),
  wanted: scopes.default([]),
  /** me.lmidAck, or 0 if me.epoch differs from the replica's epoch (R13). */
  lmidAck: seq.default(0),
  outboxDepth: seq.default(0),
});
export type Hello = z.infer<typeof helloSchema>;

export const welcomeSchema = z.object({
  type: z.literal('welcome'),
  epoch: opaque,
  seq,
  chain: opaque,
  proof: opaque,
  mask: opaque,
  schemaHash: opaque,
  /** The last mid of this client that was executed. */
  lmid: seq,
  /** Mids above the starting value of R13 with the ids that the core executed there, ascending. */
  ids: z.array(z.tuple([mid, idText])),
  /** The first mid that `ids` and results cover; lmid + 1 if there are none. */
  idsFrom: seq,
  reset: z.boolean(),
  /** Why, if `reset`; otherwise "". */
  reason: z.enum([...RESET_REASONS, '']),
  granted: z.array(scope),
  denied: z.array(scope),
  serverTime: time,
  leaseUntil: time,
});
export type Welcome = z.infer<typeof welcomeSchema>;

/** The reply to `hello`; after all but `welcome` the core closes (after `wipe`: once it has the receipt). */
const wiped = z.object({ type: z.literal('wipe'), ...wipeSchema.shape });
const replyWith = <W extends typeof wiped | typeof wipedOf>(wipe: W) =>
  z.discriminatedUnion('type', [
    welcomeSchema,
    z.object({ type: z.literal('wait'), ms: seq }),
    z.object({ type: z.literal('upgrade'), min: version, max: version }),
    wipe,
    refused.extend({ type: z.literal('refused') }),
  ]);
export const helloReplySchema = replyWith(wiped);

/** As our console reads it: with the customers of an erasure (wipe.ts). */
const wipedOf = z.object({ type: z.literal('wipe'), ...wipeOrderSchema.shape });
export const helloAnswerSchema = replyWith(wipedOf);
export type HelloReply = z.infer<typeof helloAnswerSchema>;
