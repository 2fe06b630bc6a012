import { loadBundle } from './bundle.ts';
import type { BundleData, CommonCapData, PolicyData } from './contract.ts';

/**
 * What people (and guardrails) set on top of a catalogue while it runs: levers, pauses, caps, holdout, exploration and
 * a challenger. Plain data, so that each state of it is a version that can be read, compared and gone back to.
 */
export interface Steering {
  /** Percent by action, from -100 to 400. */
  readonly levers: Readonly<Record<string, number>>;
  readonly paused: Readonly<Record<string, Pause>>;
  /** Common caps in place of the catalogue's; null: the catalogue's own. */
  readonly caps: readonly CommonCapData[] | null;
  /** Share of profiles in [0, 1) that rules and start rates alone serve; null: the catalogue's own. */
  readonly holdout: number | null;
  /** `auto`: once enough was learned; `paused`: the best is always suggested. */
  readonly exploration: 'auto' | 'paused';
  /** Levers that are not in force, to be compared with those that are. */
  readonly challenger: Readonly<Record<string, number>> | null;
  /** When an action was last resumed (ISO 8601): what a guardrail held against it before does not count again. */
  readonly resumed: Readonly<Record<string, string>>;
}

export interface Pause {
  readonly by: 'person' | 'guardrail';
  /** ISO 8601 */
  readonly at: string;
  /** In words; shown to operators. */
  readonly reason: string;
}

/** The catalogue as it is. */
export const NEUTRAL: Steering = {
  levers: {},
  paused: {},
  caps: null,
  holdout: null,
  exploration: 'auto',
  challenger: null,
  resumed: {},
};

/** With fewer labels choosing by chance would be guessing at a customer's cost. */
export const LEAST_LABELS_TO_EXPLORE = 100;

/** Whether others than the best are tried, so many decisions having got a customer's answer. */
export const explores = ({ exploration }: Steering, labels: number): boolean =>
  exploration === 'auto' && labels >= LEAST_LABELS_TO_EXPLORE;

/** The catalogue's bundle as it is steered; `labels`: decisions that the model has learned a customer's answer of. */
export function steer(base: BundleData, steering: Steering, labels: number): BundleData {
  const { levers, paused, caps, holdout } = steering;
  const policy: PolicyData = {
    ...base.policy,
    levers: { ...base.policy?.levers, ...levers },
    paused: Object.fromEntries(Object.entries(paused).map(([action, { reason }]) => [action, reason])),
    ...(caps !== null && { caps }),
    ...(holdout !== null && { holdout }),
    exploration: { ...base.policy?.exploration, paused: !explores(steering, labels) },
  };
  return { ...base, policy };
}

/** What is wrong with it, in a sentence that names the place; null where it can be put in force. */
export function faultOf(base: BundleData, steering: Steering): string | null {
  const known = new Set(base.catalogue.map(({ id }) => id));
  const { levers, paused, challenger, resumed } = steering;
  const named = [levers, paused, challenger ?? {}, resumed].flatMap((one) => Object.keys(one));
  const unknown = named.find((action) => !known.has(action));
  if (unknown !== undefined) return `${unknown}: the catalogue has no such action`;
  const loaded = loadBundle(steer(base, steering, 0));
  if (!loaded.ok) return loaded.error.message;
  const challenged = loadBundle(steer(base, { ...steering, levers: challenger ?? {} }, 0));
  return challenged.ok ? null : `challenger: ${challenged.error.message}`;
}

/** Goes back to an earlier version; what a guardrail has paused since stays paused until a person resumes it. */
export function goBack(now: Steering, earlier: Steering): Steering {
  const guarded = Object.entries(now.paused).filter(([, { by }]) => by === 'guardrail');
  return {
    ...earlier,
    paused: { ...earlier.paused, ...Object.fromEntries(guarded) },
    resumed: { ...earlier.resumed, ...now.resumed },
  };
}
