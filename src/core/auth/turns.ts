/** Work that only so many do at once: others wait their turn, in order, and who comes when too many wait is sent away. */
export class Turns {
  private readonly atOnce: number;
  private readonly most: number;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(atOnce: number, mostWaiting: number) {
    this.atOnce = atOnce;
    this.most = mostWaiting;
  }

  get isFull(): boolean {
    return this.running >= this.atOnce && this.waiting.length >= this.most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    // Whoever is called up takes over the place of the one before him.
    if (this.running < this.atOnce) this.running++;
    else await new Promise<void>((called) => this.waiting.push(called));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
