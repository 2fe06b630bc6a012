import type { BundleData } from '../../decision/contract.ts';
import { isHarmful } from '../../decision/guardrail.ts';
import { faultOf, NEUTRAL, type Steering } from '../../decision/steering.ts';
import { isoTime } from '../../domain/time.ts';
import type { DecisionStore } from '../store/decisions.ts';
import type { LearnedStore, SteeringVersion } from '../store/learned.ts';
import type { LogStore } from '../store/log.ts';
import type { Bundles } from './bundles.ts';

/**
 * What people have set, as versions: each change is a new one with who, when and why, and is in force at the core when the
 * call returns. Guardrails set pauses the same way.
 */

export type SteerDeps = {
  log: LogStore;
  learned: LearnedStore;
  decisions: DecisionStore;
  bundles: Bundles;
  catalogue: BundleData;
  now(): number;
};

/** A change that cannot be put in force; the message says why, for a person. */
export class SteeringFault extends Error {}

/** Harm is counted over so long. */
const GUARD_MS = 28 * 86_400_000;
const UNSET: SteeringVersion = { version: 0, at: 0, by: '', note: '', steering: NEUTRAL };
/** An operational or legal duty is stopped by a person only. */
const OPERATIONAL = 0;

export class Steer {
  private readonly deps: SteerDeps;

  constructor(deps: SteerDeps) {
    this.deps = deps;
  }

  get current(): SteeringVersion {
    return this.deps.learned.newest() ?? UNSET;
  }

  /** Puts a change in force: version and bundle in one transaction. @throws SteeringFault */
  set(change: (now: Steering) => Steering, by: string, note: string): SteeringVersion {
    const { log, learned, bundles, catalogue, now } = this.deps;
    const { version, steering } = this.current;
    const next = { version: version + 1, at: now(), by, note, steering: change(steering) };
    const fault = faultOf(catalogue, next.steering);
    if (fault !== null) throw new SteeringFault(fault);
    log.transaction(() => {
      learned.addVersion(next);
      bundles.publish();
    });
    return next;
  }

  /** Pauses those of the actions that have harmed too many; what happened before a person resumed one does not count. */
  guard(actions: Iterable<string>): void {
    const { decisions, catalogue, now } = this.deps;
    for (const action of actions) {
      const { steering } = this.current;
      const lane = catalogue.catalogue.find(({ id }) => id === action)?.lane ?? OPERATIONAL;
      if (lane === OPERATIONAL || Object.hasOwn(steering.paused, action)) continue;
      const since = Math.max(now() - GUARD_MS, Date.parse(steering.resumed[action] ?? '') || 0);
      const { shown, harmed } = decisions.harm(action, since);
      if (!isHarmful(harmed, shown)) continue;
      const reason = `${harmed} of ${shown} customers complained or opted out`;
      const pause = { by: 'guardrail' as const, at: isoTime(now()), reason };
      this.set((one) => ({ ...one, paused: { ...one.paused, [action]: pause } }), 'guardrail', reason);
    }
  }
}
