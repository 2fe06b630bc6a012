import type { Estimate } from './estimators.ts';

/**
 * A confidence sequence for the mean of values in [0, 1]: valid at every moment at once, so that it may be looked at
 * as often as one likes. Predictable plug-in empirical Bernstein (Waudby-Smith and Ramdas 2024, theorem 2).
 */
export class ConfidenceSequence {
  private readonly alpha: number;
  private n = 0;
  private sum = 0;
  private squares = 0;
  private lambdas = 0;
  private weighted = 0;
  private penalty = 0;

  /** `alpha`: the chance that the mean ever lies outside. */
  constructor(alpha: number) {
    this.alpha = alpha;
  }

  /** Takes in one value of [0, 1]. */
  add(x: number): void {
    // What was known before x: the bet must not depend on it.
    const mean = (0.5 + this.sum) / (this.n + 1);
    const variance = (0.25 + this.squares) / (this.n + 1);
    this.n++;
    const wanted = Math.sqrt((2 * Math.log(2 / this.alpha)) / (variance * this.n * Math.log(1 + this.n)));
    const lambda = Math.min(0.5, wanted);
    this.lambdas += lambda;
    this.weighted += lambda * x;
    this.penalty += (x - mean) ** 2 * (-Math.log(1 - lambda) - lambda);
    this.sum += x;
    const after = (0.5 + this.sum) / (this.n + 1);
    this.squares += (x - after) ** 2;
  }

  /** The mean that was seen and the bounds on the true one. */
  get(): Estimate {
    if (this.n === 0) return { value: Number.NaN, low: 0, high: 1 };
    const centre = this.weighted / this.lambdas;
    const radius = (Math.log(2 / this.alpha) + this.penalty) / this.lambdas;
    return {
      value: this.sum / this.n,
      low: Math.max(0, centre - radius),
      high: Math.min(1, centre + radius),
    };
  }
}

const ALPHA = 0.05;

/** Treated minus held out, with bounds that hold at every moment at once (95 %): each group's at half the risk. */
export class UpliftSequence {
  private readonly treated = new ConfidenceSequence(ALPHA / 2);
  private readonly heldOut = new ConfidenceSequence(ALPHA / 2);

  add(isHeldOut: boolean, reward: number): void {
    (isHeldOut ? this.heldOut : this.treated).add(reward);
  }

  get(): Estimate {
    const [a, b] = [this.treated.get(), this.heldOut.get()];
    return { value: a.value - b.value, low: a.low - b.high, high: a.high - b.low };
  }
}
