/** The shapes of the command line contract (decisioning.md): what goes into a decision and what comes out. */

export type FactType = 'number' | 'text' | 'boolean' | 'time' | 'times';
export type Mode = 'respond' | 'inspire';

/** A predicate as data; `{}` is true. */
export type Predicate =
  | Record<string, never>
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate }
  | { readonly fact: string; readonly op: string; readonly value?: unknown };

export interface FactDeclaration {
  readonly type: FactType;
  /** Protected facts are never features of the model. */
  readonly protected?: boolean;
}

export interface CapData {
  readonly count: number;
  readonly windowHours: number;
}

export interface ActionData {
  readonly id: string;
  readonly group?: string;
  /** 0 operational and legal, 1 service and recovery, 2 grow, 3 inspire. */
  readonly lane: number;
  readonly channels: readonly string[];
  readonly approaches?: readonly string[];
  readonly value?: number;
  readonly cost?: number;
  readonly startRate?: number;
  readonly eligible?: Predicate;
  readonly applicable?: Predicate;
  readonly suitable?: Predicate;
  readonly minDelayMinutes?: Readonly<Record<string, number>>;
  readonly expiresMinutes?: number;
  readonly caps?: readonly CapData[];
  readonly consent?: string;
  readonly asks?: QuestionData;
}

/** A question to the customer: worth what its answer is worth to the decisions to come (docs/spec/decisioning.md D35). */
export interface QuestionData {
  /** The fact that the answer becomes known as; where it is known the question is not asked. */
  readonly fact: string;
  /** What may be answered, each with its share (1) of the answers. */
  readonly answers: readonly {
    readonly value: string | number | boolean;
    readonly share?: number;
  }[];
  /** How many decisions to come the answer is used in (1). */
  readonly uses?: number;
}

export interface CommonCapData extends CapData {
  readonly channel?: string;
  readonly lane?: number;
}

export interface WeightData {
  readonly when: Predicate;
  readonly action?: string;
  readonly percent: number;
}

export interface PolicyData {
  readonly learn?: readonly string[];
  readonly exploration?: {
    readonly c?: number;
    readonly floor?: number;
    /** The best always: nothing is tried in order to learn. */
    readonly paused?: boolean;
  };
  readonly feedbackWindowMinutes?: number;
  readonly quietHours?: Readonly<Record<string, readonly [string, string]>>;
  readonly zones?: readonly string[];
  readonly holdout?: number;
  readonly holdoutSalt?: string;
  readonly caps?: readonly CommonCapData[];
  /** Actions that are not to be suggested for now, each with the reason in words. */
  readonly paused?: Readonly<Record<string, string>>;
  readonly suppress?: Predicate;
  readonly completeness?: { readonly facts: readonly string[]; readonly share: number };
  readonly weights?: readonly WeightData[];
  readonly levers?: Readonly<Record<string, number>>;
  readonly alpha?: number;
}

/** A bundle as it is written in a file or sent to a console. */
export interface BundleData {
  readonly version: string;
  readonly validUntil?: string;
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  readonly catalogue: readonly ActionData[];
  readonly policy?: PolicyData;
  readonly model?: unknown;
  readonly signature?: string;
}

export interface HistoryEntry {
  readonly action?: string;
  readonly channel?: string;
  readonly at: string;
}

/** What a decision needs to know of the customer; undeclared facts are ignored. */
export interface DecideProfile {
  readonly id?: string;
  /** IANA name of the customer's zone. */
  readonly zone?: string;
  readonly version?: string | number;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly consents?: Readonly<Record<string, unknown>>;
  readonly preferences?: Readonly<Record<string, unknown>>;
  readonly history?: readonly HistoryEntry[];
}

export interface DecideRequest {
  readonly id: string;
  /** The clock: an instant as in time.ts. */
  readonly at: string;
  readonly profile: DecideProfile;
  readonly channels: readonly string[];
  readonly mode?: Mode;
}

export interface CandidateName {
  readonly action: string;
  readonly channel: string;
  readonly approach: string;
}

/** One condition that stands in the way; the table of decisioning.md "Failures". */
export interface Failure {
  readonly actual: unknown;
  readonly fact: string | null;
  readonly frees?: string;
  readonly needed: unknown;
  readonly not?: true;
  readonly op: string | null;
  readonly reason?: 'missing' | 'type';
  readonly rule: string;
}

export interface CandidateAnswer extends CandidateName {
  readonly failed: readonly Failure[];
  readonly lane: number;
  readonly p: number;
  readonly propensity: number;
  readonly score: number;
  readonly stage: string;
}

export interface FactReason {
  readonly delta: number;
  readonly fact: string;
  readonly value: unknown;
}

export interface Reasons {
  readonly against: readonly FactReason[];
  readonly for: readonly FactReason[];
  readonly runnerUp: (CandidateName & { readonly score: number }) | null;
}

/** A decision before its hash; members stand in the order of canonical JSON. */
export interface Decision {
  readonly bundle: string;
  readonly candidates: readonly CandidateAnswer[];
  readonly chosen: CandidateName | null;
  readonly expired?: true;
  readonly explored: boolean;
  readonly holdout?: true;
  readonly id: string;
  readonly profileVersion?: string | number;
  readonly propensity: number | null;
  readonly reasons: Reasons;
  /** ISO 8601 in UTC with milliseconds; null where nothing can be chosen. */
  readonly sendAt: string | null;
}

/** The record of a decision: `hash` is SHA-256 (hex) of the rest in RFC 8785 form. */
export interface Answer extends Decision {
  readonly hash: string;
}

export const OUTCOMES = [
  'presented',
  'operator-declined',
  'customer-declined',
  'positive',
  'complaint',
  'opt-out',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Feedback {
  readonly id: string;
  readonly outcome: Outcome;
  readonly at: string;
  readonly value?: number;
  readonly candidate?: CandidateName;
}
