import { z } from 'zod';
import { idText, refused, rowId, scope } from './atoms.ts';

/** Looks somebody up who is in no scope of this console; audited with its purpose. */
export const findSchema = z.object({
  type: idText,
  value: z.string().min(1).max(300),
  purpose: z.string().max(500).default(''),
});
export type Find = z.infer<typeof findSchema>;

/** `scope` is `profile:ID`, granted for this clientId now; `more` says that not all holders are listed. */
export const findAckSchema = z.union([
  z.object({
    found: z.array(z.object({ id: rowId, name: z.string(), scope })),
    more: z.boolean(),
  }),
  z.object({ refused }),
]);
export type FindAck = z.infer<typeof findAckSchema>;
