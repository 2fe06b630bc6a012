import { z } from 'zod';
import { idText, mid, rowId, seq } from './atoms.ts';

/** What the operator saw of one fact: hash of its value, null if absent, the tag of a masked one (R8). */
export const baseEntrySchema = z.object({
  table: z.string().max(40),
  id: rowId,
  fact: z.string().max(300),
  hash: z.string().max(64).nullable(),
});

/** A command without its place and id: what the core reads after mid and id are known to be good (R7). */
export const commandBodySchema = z.object({
  name: z.string().min(1).max(100),
  ver: z.number().int(),
  args: z.record(z.string().max(200), z.json()),
  base: z.array(baseEntrySchema).max(200).default([]),
  at: z.string().max(64).default(''),
});
export type CommandBody = z.infer<typeof commandBodySchema>;

export const commandHeadSchema = z.looseObject({ mid, id: idText });

export const commandSchema = commandBodySchema.extend({ mid, id: idText });
export type PushedCommand = z.infer<typeof commandSchema>;

/** Ascending by mid, one in flight; at most 50 commands and 64 KB. */
export const pushSchema = z.object({ commands: z.array(commandSchema) });
export type Push = z.infer<typeof pushSchema>;

/** After the commit. Results come with frames; this only says how far the core has come (R6, R7). */
export const pushAckSchema = z.object({
  lmid: seq,
  /** A mid is missing: the next one is expected to be this. */
  gap: mid.optional(),
  /** This mid was executed with another id: the console's disk was rolled back or cloned (R14). */
  fork: mid.optional(),
  /** Try again after this many ms: entries keep their mids. */
  retryMs: seq.optional(),
  /** Nothing of the push was executed. */
  refused: z.object({ code: z.string(), mid: mid.optional() }).optional(),
});
export type PushAck = z.infer<typeof pushAckSchema>;
