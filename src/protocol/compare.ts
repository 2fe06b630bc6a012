import { z } from 'zod';
import { scope, seq, sum } from './atoms.ts';
import { BUCKETS } from './limits.ts';

/** The console's SUM of each bucket of a scope at its cursor `at`. */
export const compareSchema = z.object({
  scope,
  at: seq,
  sums: z.array(sum).length(BUCKETS),
});
export type Compare = z.infer<typeof compareSchema>;

/** The buckets that differ, without those changed after `at`. */
export const compareAckSchema = z.union([
  z.object({
    differs: z.array(
      z
        .number()
        .int()
        .min(0)
        .max(BUCKETS - 1),
    ),
  }),
  z.object({ refused: z.object({ code: z.string() }) }),
]);
export type CompareAck = z.infer<typeof compareAckSchema>;
