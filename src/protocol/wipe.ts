import { z } from 'zod';
import { idText, seq } from './atoms.ts';

/** Destroy the keys, then the files: the replica's, or all with the outbox. */
export const wipeSchema = z.object({
  id: idText,
  mode: z.enum(['replica', 'all']),
});
export type Wipe = z.infer<typeof wipeSchema>;

/** The receipt as the ack of `wipe`; `pending` entries were lost with the outbox. */
export const wipeAckSchema = z.object({
  id: idText,
  done: z.literal(true),
  pending: seq,
});
export type WipeAck = z.infer<typeof wipeAckSchema>;

/** The receipt for a wipe told in hello's ack. */
export const wipedSchema = z.object({ id: idText, pending: seq.default(0) });
export type Wiped = z.infer<typeof wipedSchema>;
