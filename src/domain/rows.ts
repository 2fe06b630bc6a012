import type { ContactRow } from './contact.ts';
import type { EventRow } from './event.ts';
import type { JsonObject } from './json.ts';
import type { ProfileRow } from './profile.ts';

/** The replicated tables, in the order in which a snapshot sends them. */
export const TABLES = ['profile', 'event', 'contact', 'bundle'] as const;
export type Table = (typeof TABLES)[number];

/** The row of table `bundle`: the catalogue, rules and policy that a console decides with, as decisioning names them. */
export type BundleRow = {
  id: string;
  version: string;
  validUntil: string;
  bundle: JsonObject;
  signature?: string;
};

export type RowOf = { profile: ProfileRow; event: EventRow; contact: ContactRow; bundle: BundleRow };
export type AnyRow = RowOf[Table];
