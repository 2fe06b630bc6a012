import { z } from 'zod';
import { scope, scopes } from './atoms.ts';

/** Replaces the list of wanted scopes; effects arrive afterwards as drop and snap. */
export const subSchema = z.object({ wanted: scopes });
export type Sub = z.infer<typeof subSchema>;

export const subAckSchema = z.object({
  granted: z.array(scope),
  denied: z.array(scope),
});
export type SubAck = z.infer<typeof subAckSchema>;
