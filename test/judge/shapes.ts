/** The shapes of the command line contract as a reader of its text writes them down; nothing here is the product's. */

export type FactType = 'number' | 'text' | 'boolean' | 'time' | 'times';
export type Leaf = { fact: string; op: string; value?: unknown };
export type Predicate =
  | Record<string, never>
  | { all: Predicate[] }
  | { any: Predicate[] }
  | { not: Predicate }
  | Leaf;
export type Cap = { count: number; windowHours: number };
export type CommonCap = Cap & { channel?: string; lane?: number };
export type Action = {
  id: string;
  lane: number;
  channels: string[];
  group?: string;
  approaches?: string[];
  value?: number;
  cost?: number;
  startRate?: number;
  eligible?: Predicate;
  applicable?: Predicate;
  suitable?: Predicate;
  minDelayMinutes?: Record<string, number>;
  expiresMinutes?: number;
  caps?: Cap[];
  consent?: string;
};
export type Policy = {
  learn?: string[];
  exploration?: { c?: number; floor?: number };
  feedbackWindowMinutes?: number;
  quietHours?: Record<string, [string, string]>;
  zones?: string[];
  holdout?: number;
  holdoutSalt?: string;
  caps?: CommonCap[];
  suppress?: Predicate;
  completeness?: { facts: string[]; share: number };
  weights?: { when: Predicate; action?: string; percent: number }[];
  levers?: Record<string, number>;
  alpha?: number;
};
export type Bundle = {
  version: string;
  validUntil: string;
  facts: Record<string, { type: FactType; protected?: boolean }>;
  catalogue: Action[];
  policy: Policy;
  model: unknown;
};
export type Entry = { action?: string; channel?: string; at: string };
export type Request = {
  id: string;
  at: string;
  profile: {
    id?: string;
    zone?: string;
    version?: string | number;
    facts: Record<string, unknown>;
    consents?: Record<string, unknown>;
    preferences?: Record<string, unknown>;
    history?: Entry[];
  };
  channels: string[];
  mode?: 'respond' | 'inspire';
};
export type Name = { action: string; channel: string; approach: string };
export type Failure = {
  rule: string;
  fact: string | null;
  op: string | null;
  needed: unknown;
  actual: unknown;
  reason?: string;
  not?: boolean;
  frees?: string;
};
export type Candidate = Name & {
  lane: number;
  p: number;
  score: number;
  propensity: number;
  stage: string;
  failed: Failure[];
};
export type Reason = { fact: string; value: unknown; delta: number };
export type Answer = {
  id: string;
  chosen: Name | null;
  sendAt: string | null;
  propensity: number | null;
  explored: boolean;
  candidates: Candidate[];
  reasons: { for: Reason[]; against: Reason[]; runnerUp: (Name & { score: number }) | null };
  bundle: string;
  expired?: true;
  holdout?: true;
  profileVersion?: string | number;
  hash: string;
};

/** A member of an object by any name; `constructor` of an object that has none is undefined. */
export const member = <T>(object: Record<string, T> | undefined, name: string): T | undefined =>
  object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
