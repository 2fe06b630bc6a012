/**
 * What the replica shows to a window. Views are computed in the replica from rows plus the overlay of pending
 * commands; the renderer only lays them out. Times are ISO 8601 in UTC; texts for people are codes with parameters
 * (the renderer words them), except what a source or the catalogue has already worded.
 */

import type { Board } from '../domain/board.ts';
import type { AlertView, ContactView, CustomerCard } from '../domain/customer-view.ts';
import type { FlightHead, Missed } from '../domain/disruption-view.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Language } from '../domain/language.ts';
import type { LinkReason, Notice } from './reports.ts';

/** What the pack computes of a customer; see there for each shape. */
export type {
  AlertKind,
  AlertView,
  BagView,
  CaseView,
  ContactView,
  FactView,
  IdentityView,
  NeedView,
  PlaceView,
  SegmentView,
  TimelineView,
  TripView,
} from '../domain/customer-view.ts';
export type { FlightHead, Missed } from '../domain/disruption-view.ts';

export type PresenceView = { by: string; state: 'viewing' | 'editing'; at: string };

export type CustomerView = CustomerCard & {
  v: number;
  /** Ids of events and commands that it shows for the first time, where the replica traces. */
  moments?: string[];
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
  /** Who may be calling, where the core could not tell: holders of the number that are here. */
  candidates: { profileId: string; name: string }[];
  /** Why it is on the list: the worst alert of the customer or what he is doing now. */
  alert: AlertView | null;
  now: string | null;
  since: string;
  /** Who has it, until when; `pending`: taken here and not confirmed by the core. */
  taken: { by: string; mine: boolean; until: string; pending: boolean } | null;
  /** This operator has handed it over: it is for others. */
  handed: boolean;
  /** Put aside until then. */
  parkedUntil: string | null;
  /** It waits since `from` and is to be taken within `seconds`; null where it does not wait. */
  service: { from: string; seconds: number } | null;
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
  /** The same for when the customer is not here any more: over which channel, from when, and until when it is good. */
  later: LaterView | null;
};

export type LaterView = { channel: string; approach: string; sendAt: string; bestUntil: string };

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
  /** As in a customer's view. */
  moments?: string[];
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

/** One fact of a conflict: what the operator saw, wanted, and what holds now. */
export type ConflictFact = {
  fact: string;
  mine: Json;
  base: Json;
  theirs: Json;
  source: string | null;
  at: string | null;
  /** Who wrote what holds now, where it is known. */
  by: string | null;
  cut: boolean;
  /** The command depends on it, but it is still as it was seen. */
  same: boolean;
};

/** Why an entry waits although there is a connection: its operator holds it, its customer's gap is open, or it stands behind one. */
export type HeldBy = 'operator' | 'gap' | 'before';

/** What the core answered to an entry that was not applied; `unknown` and `took_effect` are the console's own findings. */
export type RefusalStatus = 'conflict' | 'forbidden' | 'rejected' | 'parked' | 'unknown' | 'took_effect';

export type OutboxEntry = {
  id: string;
  name: string;
  args: JsonObject;
  profileId: string;
  profileName: string;
  at: string;
  operator: string;
  state: OutboxState;
  held: HeldBy | null;
  status: RefusalStatus | null;
  settledAt: string | null;
  /** Code of the receipt, `""` when there is none. */
  code: string;
  by: string | null;
  conflict: ConflictFact[];
  /** It was not sent: it can be taken back and edited. */
  canUndo: boolean;
  canHold: boolean;
  /** It was discarded and can be brought back. */
  canRestore: boolean;
};

export type OutboxView = { needsYou: OutboxEntry[]; onTheWay: OutboxEntry[]; settled: OutboxEntry[] };

/** A dialog that was begun and not given; `about` is the entry that it mends. */
export type DraftView = {
  name: string;
  profileId: string;
  profileName: string;
  about: string | null;
  answers: { [field: string]: string };
  at: string;
};

/** What changed of one customer in what matters at work; `was` is null where it is not known. */
export type AwayChange = {
  fact: string;
  was: Json;
  now: Json;
  source: string;
  at: string;
  /** The flight of the segment that the fact is about. */
  flight: string | null;
};

export type AwayCustomer = {
  profileId: string;
  name: string;
  /** What this station has of him is not confirmed yet; his entries are held back. */
  gapOpen: boolean;
  /** He has left this station's scopes. */
  gone: boolean;
  /** The most urgent first. */
  changes: AwayChange[];
  /** What became of own entries that waited at the return; `entryId` is the first that needs its operator. */
  own: {
    total: number;
    applied: number;
    waiting: number;
    held: number;
    needsYou: number;
    entryId: string | null;
  };
};

/** What happened while this station heard nothing from the core. */
export type AwayView = {
  /** When the core was last heard, and when it was heard again. */
  from: string;
  until: string;
  /** How it was away: without a connection, asleep, or not running. */
  how: 'offline' | 'asleep' | 'closed';
  /** What the core had at the return has not arrived yet. */
  catchingUp: boolean;
  /** Customers that were looked at, and how many of them changed. */
  watched: number;
  changed: number;
  gapsOpen: number;
  /** Those that there is something to tell of, what needs a person first. */
  customers: AwayCustomer[];
};

/** How far the rebooking of a passenger is: his entry's state, `open` before there is one, `fine` where he needs none. */
export type RebookingState = OutboxState | 'open' | 'fine';

/** A cancelled or late flight of this station; of those aboard, each counts once under what becomes of him. */
export type DisruptedFlight = FlightHead & {
  aboard: number;
  /** They miss a flight after this one. */
  missing: number;
  /** They have another flight. */
  rebooked: number;
  /** Their rebooking is on its way. */
  waiting: number;
  /** Their rebooking was not taken. */
  needsYou: number;
  /** Nothing was done for them yet. */
  open: number;
};

/** The cancelled ones first, then by departure. `more`: there are more people in trouble than were looked at. */
export type DisruptionsView = { flights: DisruptedFlight[]; more: boolean };

export type DisruptedPassenger = {
  /** `PROFILE/BOOKING/SEGMENT`. */
  key: string;
  profileId: string;
  name: string;
  tier: string | null;
  booking: string;
  /** The segment to rebook, and its flight. */
  segment: string;
  flight: string;
  from: string;
  to: string;
  misses: Missed[];
  /** What has to be made anew on another flight. */
  seat: string | null;
  bags: number;
  /** The flight that is proposed, `LH402` or `LH402/2026-11-22`, and whether he was offered it himself. */
  proposed: string | null;
  ownOffer: boolean;
  state: RebookingState;
  /** The flight that was asked for, or that he has by now. */
  rebookedTo: string | null;
  /** The entry in the outbox, the code of its receipt (`""`: none) and who was quicker. */
  entryId: string | null;
  code: string;
  by: string | null;
  /** What the window shows of the facts that a rebooking is about. */
  seen: { fact: string; hash: string | null }[];
};

/** By name, so that nobody moves while his rebooking goes on. */
export type DisruptionView = { flight: DisruptedFlight; passengers: DisruptedPassenger[] };

export type ConnectionState = 'starting' | 'live' | 'catching-up' | 'offline' | 'refused' | 'revoked';

/** Why a bundle is not decided with: no signature, a wrong one, one of another core, or content of another program. */
export type BundleProblem = 'unsigned' | 'forged' | 'other_key' | 'unreadable';

export type StatusView = {
  connection: ConnectionState;
  /** Since when the connection is in this state. */
  since: string;
  /** Commit at the core to commit in the replica of the last frames, median in ms; null before the first. */
  latencyMs: number | null;
  /** Why there is no connection, while there is none. */
  reason: LinkReason | null;
  /** What a person has to know about the files on this machine. */
  notices: Notice[];
  waiting: number;
  needsYou: number;
  outboxShare: number;
  /** Entries that the operator or an open gap holds back, and those behind them. */
  held: number;
  /** The core has taken nothing of what was sent for at least 30 s, since then. */
  stuckSince: string | null;
  /** The versions of the protocol that the core speaks, where it does not speak this console's. */
  upgrade: { min: number; max: number; own: number } | null;
  profiles: number;
  /** Customers expected at this station today. */
  expected: number;
  snapshot: { scope: string; rows: number } | null;
  bundle: { version: string; validUntil: string; problem?: BundleProblem } | null;
  station: string;
  /** IANA zone of the station, in which times of day are shown; null where its airport is not known. */
  zone: string | null;
  operator: string;
  role: string;
  /** Set while the simulated airport feeds the core. */
  simulation: { speed: number } | null;
  protection: 'keystore' | 'passphrase' | 'unprotected';
  leaseUntil: string | null;
  /** Rows that were found to differ from the core's: since when, or null where none do; and what was set right. */
  divergence: { since: string | null; repairs: number; repairedAt: string | null };
};

/** The replica in numbers; sizes in bytes. Nothing of it is about a person. */
export type DiagnosticsView = {
  sqlite: string;
  protocol: string;
  schema: string;
  upSeconds: number;
  memoryBytes: number;
  /** By kind: `replica`, `replica-wal`, `outbox`, ..., `other`. */
  files: { name: string; bytes: number }[];
  cursor: number;
  epoch: string;
  scopes: number;
  profiles: number;
  outbox: { pending: number; settled: number; conflict: number; drafts: number };
};

export type SearchHit = {
  profileId: string;
  name: string;
  /** What matched: name, similar (a name that differs by one letter), booking, phone, loyaltyNumber, email, ticket, bagTag. */
  matched: string;
  matchedText: string;
  flight: string | null;
  departs: string | null;
  alert: AlertView | null;
  expectedHere: boolean;
};

/** What was read off a boarding pass. Airports are IATA codes, dates are those of departure. */
export type BoardingPass = {
  kind: 'boardingPass';
  lastName: string;
  firstName: string;
  legs: { booking: string; flight: string; from: string; to: string; date: string | null; seat: string }[];
};

/** What was read off a passport, an identity card or a visa; its number and birth date stay on the paper. */
export type TravelDocument = {
  kind: 'travelDocument';
  type: 'passport' | 'idCard' | 'visa';
  lastName: string;
  firstName: string;
  /** Code of the state, as it stands there. */
  issuer: string;
  /** A day, or null where it could not be read. */
  expires: string | null;
  expired: boolean;
  /** Parts whose check digit is wrong: the reading may be wrong there. */
  damaged: ('number' | 'birthDate' | 'expires' | 'whole')[];
};

export type BagTag = { kind: 'bagTag'; tag: string };
export type ScannedDocument = BoardingPass | TravelDocument | BagTag;

/** Characters of what is typed or scanned: a pass of four legs with all that airlines print on it has over 500. */
export const LONGEST_ENTRY = 1_000;

export type SearchView = {
  hits: SearchHit[];
  more: boolean;
  recognised: string | null;
  /** What was entered, where it is a document that was scanned. */
  document: ScannedDocument | null;
  /** Whose boarding pass it is, where of those on its booking one is called so. */
  bearer: string | null;
};

/** What is set over the catalogue, and the catalogue's actions (doors.md "Steering and the model"). */
export type SteeringVersionView = {
  version: number;
  at: string | null;
  by: string;
  note: string;
  levers: { [action: string]: number };
  paused: { [action: string]: { by: 'person' | 'guardrail'; at: string; reason: string } };
  caps: CapView[] | null;
};
export type CapView = { channel?: string; lane?: number; count: number; windowHours: number };
export type SteeringView = SteeringVersionView & {
  catalogue: { id: string; title: { [language in Language]: string } | null; lane: number }[];
  /** Those of the catalogue, in force where nobody has set others. */
  catalogueCaps: CapView[];
};

/** What a supervisor sees. Offline it stays as it was last heard, with its time. */
export type BoardView = {
  board: Board | null;
  steering: SteeringView | null;
  /** When the core was last heard, by this machine's clock; null: not since this console started. */
  heardAt: string | null;
  /** Why it is not renewed; an error code, null while it is. */
  problem: string | null;
};

export type EstimateView = { value: number; low: number; high: number };

export type LearnedView = {
  labels: number;
  evidence: { judged: number; atMost: number };
  calibration: { from: number; to: number; n: number; predicted: number; observed: EstimateView }[];
  calibrationError: number | null;
  history: {
    at: string;
    n: number;
    block: number;
    /** Of the block alone; the others up to there, `earned` by the decisions that `uniform` is told of. */
    rate: EstimateView | null;
    earned: EstimateView | null;
    uniform: EstimateView | null;
    liftOverUniform: EstimateView | null;
    upliftOverHoldout: EstimateView | null;
  }[];
  acceptance: { action: string; decisions: number; rate: EstimateView | null }[];
  lift: { logged: EstimateView | null; liftOverUniform: number | null };
  upliftOverHoldout: (EstimateView & { heldOut: number }) | null;
};

export type DecisionSummary = {
  id: string;
  at: string;
  profileId: string;
  name: string;
  presented: { action: string; channel: string; approach: string } | null;
  override: boolean;
  propensity: number | null;
  explored: boolean;
  holdout: boolean;
  madeOffline: boolean;
  bundle: string;
  /** Candidates that nothing stood against. */
  open: number;
  outcomes: { outcome: string; at: string; reason: string | null }[];
};
export type DecisionView = DecisionSummary & { record: JsonObject };
