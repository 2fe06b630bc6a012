import { z } from 'zod';
import { idText, seq } from './atoms.ts';

/** Destroy the keys, then the files: the replica's, or all with the outbox. */
export const wipeSchema = z.object({
  id: idText,
  mode: z.enum(['replica', 'all']),
});

/**
 * The same with the customers that are to be erased, where it is ordered for these only (mode `replica`): a client that
 * does not know the field destroys its whole replica, which holds them too. A field that may be ignored is not part of the
 * pinned schemas.
 */
export const wipeOrderSchema = wipeSchema.extend({ profiles: z.array(idText).max(1_000).optional() });
export type Wipe = z.infer<typeof wipeOrderSchema>;

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
