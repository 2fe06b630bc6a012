import { z } from 'zod';
import { rowId } from './atoms.ts';

/** What this console is doing with a customer; `none` when it has left him. */
export const presenceSchema = z.object({
  profileId: rowId,
  state: z.enum(['viewing', 'editing', 'none']),
});
export type Presence = z.infer<typeof presenceSchema>;
