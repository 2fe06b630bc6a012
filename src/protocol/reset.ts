import { z } from 'zod';
import { RESET_REASONS } from './codes.ts';

/** The console says hello again; with `mask` it deletes its rows at once. The core closes after it. */
export const resetSchema = z.object({ reason: z.enum(RESET_REASONS) });
export type Reset = z.infer<typeof resetSchema>;
