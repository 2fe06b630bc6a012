import { z } from 'zod';
import { row, rowId, rowKey, scope, seq, table } from './atoms.ts';
import { BUCKETS } from './limits.ts';

export const snapRowSchema = z.object({ table, id: rowId, v: seq, row });
export type SnapRow = z.infer<typeof snapRowSchema>;

export const snapHeadSchema = z.object({ n: seq });
export type SnapHead = z.infer<typeof snapHeadSchema>;

/** One part of a scope's snapshot (R4); with `buckets` of a repair: it replaces those buckets only, whatever the v. */
export const snapBodySchema = z.object({
  scope,
  rows: z.array(snapRowSchema),
  gone: z.array(rowKey).optional(),
  buckets: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(BUCKETS - 1),
    )
    .optional(),
  /** The last part: the console merges its stage when `at` is its cursor. */
  end: z.boolean().optional(),
  at: seq.optional(),
});
export type SnapBody = z.infer<typeof snapBodySchema>;
