/** A connector's own time: one step after the other, at once where there is more to do or it is woken, else every second. */

const TICK_MS = 1_000;

export type Connector = {
  /** One step; true if there is more to do now. */
  turn(): Promise<boolean>;
  /** Breaks off what is under way. */
  close(): void;
};

export class Line {
  private readonly connector: Connector;
  private readonly onFailure: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private at = Number.POSITIVE_INFINITY;
  private running: Promise<void> | null = null;
  private isWoken = false;
  private isStopped = false;

  constructor(connector: Connector, onFailure: (error: unknown) => void) {
    this.connector = connector;
    this.onFailure = onFailure;
  }

  wake(inMs: number): void {
    this.isWoken = true;
    const at = performance.now() + inMs;
    if (this.isStopped || this.running || at >= this.at) return;
    clearTimeout(this.timer);
    this.at = at;
    this.timer = setTimeout(() => {
      this.at = Number.POSITIVE_INFINITY;
      this.running = this.run();
    }, inMs);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    try {
      do this.isWoken = false;
      while ((await this.connector.turn()) || this.isWoken);
    } catch (error) {
      this.onFailure(error);
    }
    this.running = null;
    this.wake(TICK_MS);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.connector.close();
    await this.running;
  }
}
