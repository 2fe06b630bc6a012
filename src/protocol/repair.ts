import { z } from 'zod';
import { scope } from './atoms.ts';
import { BUCKETS } from './limits.ts';

/** Asks for the rows of the differing buckets; they come as a snap with `buckets`. */
export const repairSchema = z.object({
  scope,
  buckets: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(BUCKETS - 1),
    )
    .min(1)
    .max(BUCKETS),
});
export type Repair = z.infer<typeof repairSchema>;

export const repairAckSchema = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ refused: z.object({ code: z.string() }) }),
]);
export type RepairAck = z.infer<typeof repairAckSchema>;
