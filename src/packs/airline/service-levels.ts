import type { ContactKind } from '../../domain/contact.ts';

/**
 * How soon work is to be taken: at least `share` of it within `seconds`. The usual 80/20 of call centres; ten minutes at a
 * counter, as check-in queues are measured.
 */
export const SERVICE_LEVELS: Readonly<Record<ContactKind, { seconds: number; share: number }>> = {
  call: { seconds: 20, share: 0.8 },
  chat: { seconds: 60, share: 0.8 },
  visit: { seconds: 600, share: 0.8 },
  callback: { seconds: 900, share: 0.8 },
};
