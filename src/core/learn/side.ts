import type { BundleData } from '../../decision/contract.ts';
import { airlineBundle } from '../../packs/airline/catalogue/bundle.ts';
import type { DecisionStore } from '../store/decisions.ts';
import type { LearnedStore } from '../store/learned.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import type { SecretStore } from '../store/secrets.ts';
import { Bundles } from './bundles.ts';
import { Learning } from './learning.ts';
import { type Quality, qualityOf } from './quality.ts';
import { BundleSigner } from './sign.ts';
import { Steer } from './steering.ts';

/** A screen that asks again and again costs others nothing; time alone changes who may still answer. */
const JUDGED_MS = 60_000;

/** What learns, steers and publishes, put together. */

export type LearningSideDeps = {
  log: LogStore;
  decisions: DecisionStore;
  learned: LearnedStore;
  secrets: SecretStore;
  now(): number;
  onFailure(error: unknown): void;
  /** Channels to customers who are not here. */
  destinations?: readonly string[];
};

export class LearningSide {
  readonly catalogue: BundleData;
  readonly learning: Learning;
  readonly bundles: Bundles;
  readonly steer: Steer;
  private readonly deps: LearningSideDeps;
  private isGuarded = false;
  private judged: { state: string; at: number; quality: Promise<Quality> } | null = null;

  constructor(deps: LearningSideDeps) {
    this.deps = deps;
    const { validUntil: _, ...catalogue } = airlineBundle('');
    this.catalogue = catalogue;
    const { log } = deps;
    this.learning = new Learning({
      ...deps,
      catalogue,
      survivor: (id) => log.survivor(id),
      isTentative: () => log.isTentative,
      write: (work) => written(log, work),
    });
    this.bundles = new Bundles({
      ...deps,
      catalogue,
      signer: new BundleSigner(deps.secrets.key('bundles')),
      steering: () => this.steer.current.steering,
      model: () => this.learning.model,
    });
    this.steer = new Steer({ ...deps, catalogue, bundles: this.bundles });
  }

  /** What time and outcomes bring: learning, guardrails, a publication, a rebuild. */
  async tend(): Promise<void> {
    const harmed = this.learning.takeHarmed();
    // Complaints from just before a crash may not have been looked at.
    const suspects = this.isGuarded ? harmed : this.catalogue.catalogue.map(({ id }) => id);
    this.isGuarded = true;
    await this.write(() => {
      this.learning.tend();
      this.steer.guard(suspects);
      this.bundles.tend();
    });
  }

  /** An outcome was told: what it changes need not wait for the clock. */
  async outcomeCame(): Promise<void> {
    const harmed = this.learning.takeHarmed();
    if (harmed.length === 0 && !this.bundles.isTurned) return;
    await this.write(() => {
      this.steer.guard(harmed);
      if (this.bundles.isTurned) this.bundles.publish();
    });
  }

  private async write(work: () => void): Promise<void> {
    try {
      await written(this.deps.log, work);
    } catch (error) {
      // What was to be guarded is looked at again with all others.
      this.isGuarded = false;
      throw error;
    }
  }

  /** Judged anew when something was learned or set, and after a minute. */
  quality(): Promise<Quality> {
    const state = `${this.deps.decisions.lastJoined()} ${this.steer.current.version}`;
    const now = this.deps.now();
    const known = this.judged;
    if (known && known.state === state && Math.abs(now - known.at) < JUDGED_MS) return known.quality;
    const deps = { ...this.deps, catalogue: this.catalogue };
    const quality = qualityOf(deps, () => this.learning.model, this.steer.current.steering);
    this.judged = { state, at: now, quality };
    quality.catch(() => {
      this.judged = null;
    });
    return quality;
  }

  async stop(): Promise<void> {
    await written(this.deps.log, () => this.learning.stop());
  }
}
