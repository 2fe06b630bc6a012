import { Connection } from './postgres.ts';

/**
 * What nodes tell each other beside the history: who is connected where, and who has whom open. All of it is true for
 * seconds, and nothing is lost with it: where the database cannot be reached it is left out. It has a connection of its own,
 * because those of the history are held by units.
 */

const RETRY_MS = 1_000;
const PUT_MS = 2_000;

export type NodesHooks = {
  /** What another node has said. */
  heard(text: string): void;
  /** What others are to know of this node's consoles. */
  consoles(): string;
  report(error: unknown): void;
};

export class SharedNodes {
  private readonly url: string;
  private readonly node: string;
  private hooks: NodesHooks | null = null;
  private connection: Connection | null = null;
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;

  /** @param node names this start of this node */
  constructor(url: string, node: string) {
    this.url = url;
    this.node = node;
  }

  async start(hooks: NodesHooks): Promise<void> {
    this.hooks = hooks;
    await this.connect().catch((error: unknown) => this.lost(error));
    this.timer = setInterval(() => void this.put(), PUT_MS);
    this.timer.unref();
  }

  say(text: string): void {
    const said = JSON.stringify({ node: this.node, text });
    void this.connection?.tell(said).catch((error: unknown) => this.lost(error));
  }

  /** What the other nodes have put last. Empty where nobody can be asked. */
  async others(): Promise<string[]> {
    try {
      return (await this.connection?.otherNodes(this.node)) ?? [];
    } catch (error) {
      this.lost(error);
      return [];
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    clearTimeout(this.retry);
    const { connection } = this;
    this.hooks = null;
    this.connection = null;
    await connection?.dropNode(this.node).catch(() => undefined);
    await connection?.end();
  }

  private async connect(): Promise<void> {
    const connection = await Connection.open(this.url, (error) => this.lost(error));
    await connection.hear((text) => this.heard(text));
    this.connection = connection;
    await this.put();
  }

  private heard(said: string): void {
    const { node, text } = JSON.parse(said) as { node: string; text: string };
    if (node !== this.node) this.hooks?.heard(text);
  }

  private async put(): Promise<void> {
    if (this.hooks === null) return;
    await this.connection
      ?.putNode(this.node, this.hooks.consoles())
      .catch((error: unknown) => this.lost(error));
  }

  private lost(error: unknown): void {
    this.connection?.drop();
    this.connection = null;
    if (this.hooks === null || this.retry !== undefined) return;
    this.hooks.report(error);
    this.retry = setTimeout(() => {
      this.retry = undefined;
      if (this.hooks !== null) this.connect().catch((again: unknown) => this.lost(again));
    }, RETRY_MS);
  }
}
