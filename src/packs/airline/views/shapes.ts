/** The shapes of the customer as a screen lays him out. The bridge has its own words for the same shapes. */
import type { ContactRow } from '../../../domain/contact.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';
import type { Airport } from '../airports.ts';

export type FactView = {
  name: string;
  value: Json;
  masked: boolean;
  source: string;
  at: string;
  limitSeconds: number | null;
  pending: boolean;
  hash: string | null;
};

export type SegmentView = {
  booking: string;
  segment: string;
  flight: string | null;
  date: string | null;
  from: Airport | null;
  to: Airport | null;
  departs: string | null;
  arrives: string | null;
  fields: { [field: string]: FactView };
};

export type TripView = { booking: string; status: FactView | null; segments: SegmentView[] };
export type CaseView = { caseId: string; fields: { [field: string]: FactView } };
export type BagView = { tag: string; fields: { [field: string]: FactView } };

export type AlertView = {
  kind: 'cancelled' | 'delayed' | 'connection' | 'bag' | 'gate' | 'complaint' | 'document';
  severity: 'critical' | 'warning';
  params: { [name: string]: string | number | null };
  source: string;
  at: string;
};

export type TimelineView = {
  id: string;
  at: string;
  source: string;
  type: string;
  name: string;
  properties: JsonObject;
  pending: boolean;
};

export type IdentityView = { type: string; value: string; masked: boolean };
export type ContactView = Omit<ContactRow, 'identity'> & { identity: IdentityView | null };

export type CustomerCard = {
  profileId: string;
  name: string;
  tier: FactView | null;
  languages: string[];
  zone: string | null;
  identities: IdentityView[];
  now: FactView | null;
  alerts: AlertView[];
  next: SegmentView | null;
  trips: TripView[];
  bags: BagView[];
  cases: CaseView[];
  consents: FactView[];
  preferences: FactView[];
  audiences: FactView[];
  others: FactView[];
  timeline: TimelineView[];
  contacts: ContactView[];
};
