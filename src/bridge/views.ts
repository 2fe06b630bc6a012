/**
 * What the replica shows to a window. Views are computed in the replica from rows plus the overlay of pending
 * commands; the renderer only lays them out. Times are ISO 8601 in UTC; texts for people are codes with parameters
 * (the renderer words them), except what a source or the catalogue has already worded.
 */
import type { ContactKind, ContactState } from '../domain/contact.ts';
import type { Json, JsonObject } from '../domain/json.ts';

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

export type IdentityView = { type: string; value: string; masked: boolean };

export type ContactView = {
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

export type PresenceView = { by: string; state: 'viewing' | 'editing'; at: string };

export type CustomerView = {
  profileId: string;
  v: number;
  /** The row is from before a reset and has not been confirmed yet. */
  stale: boolean;
  name: string;
  tier: FactView | null;
  languages: string[];
  zone: string | null;
  identities: IdentityView[];
  now: FactView | null;
  alerts: AlertView[];
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
  presence: PresenceView[];
};

export type WorkItem = {
  /** `contact/ID` or `profile/ID`. */
  key: string;
  profileId: string | null;
  name: string;
  contact: ContactView | null;
  /** Why it is on the list: the worst alert of the customer or what he is doing now. */
  alert: AlertView | null;
  now: string | null;
  since: string;
};

export type WorkView = { items: WorkItem[]; total: number };

export type ReasonView = { code: string; text: string; source: string | null; at: string | null };

export type SuggestedAction = {
  action: string;
  channel: string;
  approach: string;
  lane: number;
  title: string;
  sentence: string;
  propensity: number;
  score: number;
  reasonsFor: ReasonView[];
  reasonsAgainst: ReasonView[];
  /** For an alternative: in one sentence, why it lost. */
  whyLost: string | null;
  /** The command that accepting leads to, if it leads to one. */
  command: { name: string; args: JsonObject } | null;
};

export type CandidateView = {
  action: string;
  title: string;
  channel: string;
  stage: string;
  failures: string[];
  score: number;
};

export type SuggestionView = {
  profileId: string;
  /** null: nothing to suggest now. */
  decisionId: string | null;
  at: string;
  mode: 'respond' | 'inspire';
  sendAt: string | null;
  bestUntil: string | null;
  primary: SuggestedAction | null;
  alternatives: SuggestedAction[];
  /** Every candidate of the catalogue with the stage where it stopped: "why not X". */
  candidates: CandidateView[];
  /** Time of the oldest fact that went in. */
  oldestInput: string | null;
  bundle: { version: string; validUntil: string; expired: boolean };
  madeOffline: boolean;
  explored: boolean;
};

export type OutboxState = 'waiting' | 'held' | 'sent' | 'applied' | 'conflict' | 'refused' | 'unknown';

export type ConflictFact = {
  fact: string;
  mine: Json;
  base: Json;
  theirs: Json;
  source: string | null;
  at: string | null;
  cut: boolean;
};

export type OutboxEntry = {
  id: string;
  name: string;
  args: JsonObject;
  profileId: string;
  profileName: string;
  at: string;
  state: OutboxState;
  settledAt: string | null;
  /** Code of the receipt, `""` when there is none. */
  code: string;
  by: string | null;
  conflict: ConflictFact[];
  canUndo: boolean;
};

export type OutboxView = { needsYou: OutboxEntry[]; onTheWay: OutboxEntry[]; settled: OutboxEntry[] };

export type ConnectionState = 'starting' | 'live' | 'catching-up' | 'offline' | 'refused' | 'revoked';

export type StatusView = {
  connection: ConnectionState;
  /** Since when the connection is in this state. */
  since: string;
  /** Commit at the core to commit in the replica of the last frames, median in ms; null before the first. */
  latencyMs: number | null;
  /** Code from the error table when refused or offline for a reason. */
  reason: string | null;
  waiting: number;
  needsYou: number;
  outboxShare: number;
  profiles: number;
  /** Customers expected at this station today. */
  expected: number;
  snapshot: { scope: string; rows: number } | null;
  bundle: { version: string; validUntil: string } | null;
  station: string;
  operator: string;
  role: string;
  /** Set while the simulated airport feeds the core. */
  simulation: { speed: number } | null;
  protection: 'keystore' | 'passphrase' | 'unprotected';
  leaseUntil: string | null;
};

export type SearchHit = {
  profileId: string;
  name: string;
  /** What matched: name, booking, phone, loyaltyNumber, email, ticket. */
  matched: string;
  matchedText: string;
  flight: string | null;
  departs: string | null;
  alert: AlertView | null;
  expectedHere: boolean;
};

export type SearchView = { hits: SearchHit[]; more: boolean; recognised: string | null };
