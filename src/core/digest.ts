import { createHash } from 'node:crypto';

/** SHA-256 of a text in UTF-8 as lower-case hex digits, by the platform. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
