/**
 * What the replica shows to a window. Views are computed in the replica from rows plus the overlay of pending
 * commands; the renderer only lays them out. Times are ISO 8601 in UTC; texts for people are codes with parameters
 * (the renderer words them), except what a source or the catalogue has already worded.
 */
import type { AlertView, ContactView, CustomerCard } from '../domain/customer-view.ts';
import type { Json, JsonObject } from '../domain/json.ts';

/** What the pack computes of a customer; see there for each shape. */
export type {
  AlertKind,
  AlertView,
  BagView,
  CaseView,
  ContactView,
  FactView,
  IdentityView,
  PlaceView,
  SegmentView,
  TimelineView,
  TripView,
} from '../domain/customer-view.ts';

export type PresenceView = { by: string; state: 'viewing' | 'editing'; at: string };

export type CustomerView = CustomerCard & {
  v: number;
  /** The row is from before a reset and has not been confirmed yet. */
  stale: boolean;
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
  /** Rows that were found to differ from the core's: since when, or null where none do; and what was set right. */
  divergence: { since: string | null; repairs: number; repairedAt: string | null };
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
