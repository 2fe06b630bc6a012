import { z } from 'zod';
import { CONTACT_KINDS, CONTACT_STATES } from '../domain/contact.ts';
import { opaque, rowId, time } from './atoms.ts';

/** A fact in full, or masked for roles that may not read it: then `tag` stands for the hash of its value. */
export const factSchema = z.union([
  z.object({ value: z.json(), source: z.string(), at: time }),
  z.object({ masked: z.string(), tag: opaque, source: z.string(), at: time }),
]);

export const identitySchema = z.union([
  z.object({ type: z.string(), value: z.string() }),
  z.object({ type: z.string(), masked: z.string(), tag: opaque }),
]);

export const profileRowSchema = z.object({
  id: rowId,
  identities: z.array(identitySchema),
  facts: z.record(z.string(), factSchema),
});

/** In `properties` a masked field is an object `{masked, tag}` in the place of its value. */
export const eventRowSchema = z.object({
  id: rowId,
  profileId: rowId,
  type: z.string(),
  name: z.string(),
  at: time,
  originalAt: time.optional(),
  source: z.string(),
  properties: z.record(z.string(), z.json()),
});

export const contactRowSchema = z.object({
  id: rowId,
  profileId: rowId.nullable(),
  kind: z.enum(CONTACT_KINDS),
  state: z.enum(CONTACT_STATES),
  queue: z.string(),
  station: z.string().nullable(),
  identity: identitySchema.nullable(),
  at: time,
  since: time,
  claim: z.object({ by: z.string(), station: z.string(), until: time }).optional(),
  takenAt: time.optional(),
  parkedUntil: time.optional(),
  from: z.object({ by: z.string(), at: time }).optional(),
});

export const bundleRowSchema = z.object({
  id: rowId,
  version: z.string(),
  validUntil: time,
  bundle: z.record(z.string(), z.json()),
  signature: z.string().optional(),
});

/** The content of the replicated rows, by table. */
export const ROW_SCHEMAS = {
  profile: profileRowSchema,
  event: eventRowSchema,
  contact: contactRowSchema,
  bundle: bundleRowSchema,
} as const;
