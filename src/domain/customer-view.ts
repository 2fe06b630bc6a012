/**
 * The customer as a screen lays him out: facts grouped into trips, cases, bags and the rest, with what is wrong and what
 * happened. Computed by the pack out of rows, carried by the bridge, laid out by the renderer. Times are ISO 8601 in UTC;
 * texts for people are codes with parameters.
 */
import type { ContactKind, ContactState, ContactWork } from './contact.ts';
import type { Json, JsonObject } from './json.ts';

/** One fact on screen. `limitSeconds`: the age from which this fact counts as old; null if it does not age. */
export type FactView = {
  name: string;
  value: Json;
  masked: boolean;
  source: string;
  at: string;
  limitSeconds: number | null;
  /** An own command that is not settled yet has written this value. */
  pending: boolean;
  /** What must go into the base of a command about this fact: hash of the row's value (before the overlay), or the tag. */
  hash: string | null;
};

export type PlaceView = { code: string; name: string; zone: string };

export type SegmentView = {
  booking: string;
  segment: string;
  flight: string | null;
  date: string | null;
  from: PlaceView | null;
  to: PlaceView | null;
  departs: string | null;
  arrives: string | null;
  /** Fields of this segment by their last part: `seat`, `status`, `flightStatus`, `gate`, `cabin`, `reason`, ... */
  fields: { [field: string]: FactView };
};

export type TripView = { booking: string; status: FactView | null; segments: SegmentView[] };
export type CaseView = { caseId: string; fields: { [field: string]: FactView } };
export type BagView = { tag: string; fields: { [field: string]: FactView } };

export type AlertKind = 'cancelled' | 'delayed' | 'connection' | 'bag' | 'gate' | 'complaint' | 'document';
export type AlertView = {
  kind: AlertKind;
  severity: 'critical' | 'warning';
  /** Parameters of the sentence, such as flight, from, to, departs, was, gate, reason, tag. */
  params: { [name: string]: string | number | null };
  source: string;
  at: string;
};

export type TimelineView = {
  id: string;
  at: string;
  source: string;
  /** `type` and `name` as in EventRow; the renderer words known names and shows unknown ones as they are. */
  type: string;
  name: string;
  properties: JsonObject;
  pending: boolean;
};

/** What the customer needs now: a code, how surely (in (0, 1)), and the facts of the profile that say so. */
export type NeedView = {
  need: 'travelOn' | 'bag' | 'recovery' | 'shelter' | 'refund' | 'papers' | 'seat';
  score: number;
  /** `event`: the line of the timeline that wrote the fact, null where it is not there any more. */
  evidence: { fact: string; source: string; at: string; event: string | null }[];
};

/** `tag` stands for the value of a masked one. */
export type IdentityView = { type: string; value: string; masked: boolean; tag: string | null };

export type ContactView = ContactWork & {
  id: string;
  profileId: string | null;
  kind: ContactKind;
  state: ContactState;
  queue: string;
  station: string | null;
  identity: IdentityView | null;
  at: string;
  since: string;
};

/** What a screen shows of one customer, out of his profile, timeline and contacts. */
export type CustomerCard = {
  profileId: string;
  name: string;
  tier: FactView | null;
  languages: string[];
  zone: string | null;
  identities: IdentityView[];
  now: FactView | null;
  alerts: AlertView[];
  /** The most pressing first. */
  needs: NeedView[];
  /** The segment to look at: the next one, or the one in trouble. Also the first of its trip in `trips`. */
  next: SegmentView | null;
  trips: TripView[];
  bags: BagView[];
  cases: CaseView[];
  consents: FactView[];
  preferences: FactView[];
  /** Audience segments the profile meets now. */
  audiences: FactView[];
  /** All facts that none of the groups above shows. */
  others: FactView[];
  timeline: TimelineView[];
  contacts: ContactView[];
};
