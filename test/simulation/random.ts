/** The only source of chance of a simulated history: the same seed gives the same history (mulberry32). */
export class Random {
  private state: number;

  /**
   * @param salts tell streams of one seed apart, so that one thing more or less does not change what all others draw:
   * a history can be shortened
   */
  constructor(seed: number, ...salts: number[]) {
    let state = seed ^ 0x9e3779b9;
    for (const salt of [0, ...salts]) state = mixed(Math.imul(state, 0x85ebca6b) + salt);
    this.state = state;
  }

  /** Uniform in [0, 1). */
  next = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0;
    return (mixed(this.state) >>> 0) / 2 ** 32;
  };

  /** An integer in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** @throws Error if there is nothing to pick from */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from');
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.chance(share));
  }
}

function mixed(state: number): number {
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return bits ^ (bits >>> 14);
}
