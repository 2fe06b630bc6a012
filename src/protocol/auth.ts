import { z } from 'zod';
import { refused, time } from './atoms.ts';

/** A fresh token of the same subject. */
export const authSchema = z.object({ token: z.string().max(16_384) });
export type Auth = z.infer<typeof authSchema>;

/** A refusal leaves the old token in force. */
export const authAckSchema = z.union([z.object({ until: time }), z.object({ refused })]);
export type AuthAck = z.infer<typeof authAckSchema>;
