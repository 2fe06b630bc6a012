import type { BundleData } from '../../decision/contract.ts';
import type { ModelQuality } from '../../decision/evaluate/quality.ts';
import { airlineBundle } from '../../packs/airline/catalogue/bundle.ts';
import type { DecisionStore } from '../store/decisions.ts';
import type { LearnedStore } from '../store/learned.ts';
import type { LogStore } from '../store/log.ts';
import type { SecretStore } from '../store/secrets.ts';
import { Bundles } from './bundles.ts';
import { Learning } from './learning.ts';
import { qualityOf } from './quality.ts';
import { BundleSigner } from './sign.ts';
import { Steer } from './steering.ts';

/** What learns, steers and publishes, put together. */

export type LearningSideDeps = {
  log: LogStore;
  decisions: DecisionStore;
  learned: LearnedStore;
  secrets: SecretStore;
  now(): number;
  onFailure(error: unknown): void;
};

export class LearningSide {
  readonly catalogue: BundleData;
  readonly learning: Learning;
  readonly bundles: Bundles;
  readonly steer: Steer;
  private readonly deps: LearningSideDeps;
  private isGuarded = false;

  constructor(deps: LearningSideDeps) {
    this.deps = deps;
    const { validUntil: _, ...catalogue } = airlineBundle('');
    this.catalogue = catalogue;
    const { log } = deps;
    this.learning = new Learning({ ...deps, catalogue, survivor: (id) => log.survivor(id) });
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
  tend(): void {
    this.learning.tend();
    const harmed = this.learning.takeHarmed();
    // Complaints from just before a crash may not have been looked at.
    this.steer.guard(this.isGuarded ? harmed : this.catalogue.catalogue.map(({ id }) => id));
    this.isGuarded = true;
    this.bundles.tend();
  }

  /** An outcome was told: what it changes need not wait for the clock. */
  outcomeCame(): void {
    this.steer.guard(this.learning.takeHarmed());
  }

  quality(): ModelQuality {
    return qualityOf(
      { ...this.deps, catalogue: this.catalogue },
      this.learning.model,
      this.steer.current.steering,
    );
  }

  stop(): void {
    this.learning.stop();
  }
}
