import { z } from 'zod';
import { opaque, seq } from './atoms.ts';
import { BYE_REASONS } from './codes.ts';

/** The core closes after it; the console comes back after `retryInMs`. `by` of `replaced` is the conn that replaced. */
export const byeSchema = z.object({
  retryInMs: seq,
  reason: z.enum(BYE_REASONS),
  by: opaque.optional(),
});
export type Bye = z.infer<typeof byeSchema>;
