import { z } from 'zod';
import { rowId } from './atoms.ts';
import { presenceSchema } from './presence.ts';

/** Ephemeral: never counted in n, never stored, at most one a second and profile. */
export const noticeSchema = z.discriminatedUnion('kind', [
  presenceSchema.extend({ kind: z.literal('presence'), by: z.string() }),
  z.object({ kind: z.literal('ringing'), contactId: rowId }),
]);
export type Notice = z.infer<typeof noticeSchema>;
