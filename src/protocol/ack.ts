import { z } from 'zod';
import { seq } from './atoms.ts';

/** All messages up to n were received and are durable or staged. */
export const ackSchema = z.object({ n: seq });
export type Ack = z.infer<typeof ackSchema>;
