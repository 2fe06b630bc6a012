import type { LogStore } from '../store/log.ts';
import { readAudiences } from './audience.ts';
import { readFeeds } from './contract.ts';
import { Feed, type FeedDeps } from './feed.ts';
import { type Connector, Line } from './line.ts';
import { Membership, type MembershipDeps } from './membership.ts';
import { Pull, type PullDeps } from './pull.ts';
import { readSources } from './source.ts';

/** The thin rim of connectors: each goes its own way, so that a partner who does not answer keeps nobody else waiting. */

/** Commits of a busy moment are looked at together. */
const SOON_MS = 10;

export class Connectors {
  readonly feeds: readonly Feed[];
  readonly pulls: readonly Pull[];
  readonly memberships: readonly Membership[];
  private readonly log: LogStore;
  private readonly lines: { feeds: Line[]; pulls: Line[]; memberships: Line[] };
  private unsubscribe: (() => void) | undefined;

  constructor(dataDir: string, deps: FeedDeps & PullDeps & MembershipDeps) {
    const { onFailure } = deps;
    this.log = deps.log;
    this.feeds = configured(() => readFeeds(dataDir), onFailure).map((one) => new Feed(one, deps));
    this.pulls = configured(() => readSources(dataDir), onFailure).map((one) => new Pull(one, deps));
    this.memberships = configured(() => readAudiences(dataDir), onFailure).map(
      (one) => new Membership(one, deps),
    );
    const lineOf = (connector: Connector) => new Line(connector, onFailure);
    this.lines = {
      feeds: this.feeds.map(lineOf),
      pulls: this.pulls.map(lineOf),
      memberships: this.memberships.map(lineOf),
    };
  }

  start(): void {
    const following = [...this.lines.feeds, ...this.lines.memberships];
    if (following.length > 0)
      this.unsubscribe = this.log.onCommit(() => {
        for (const line of following) line.wake(SOON_MS);
      });
    this.wake();
  }

  /** Something has changed that they cannot see: look soon. */
  wake(): void {
    for (const line of this.all()) line.wake(SOON_MS);
  }

  private all(): Line[] {
    return [...this.lines.feeds, ...this.lines.pulls, ...this.lines.memberships];
  }

  async stop(): Promise<void> {
    this.unsubscribe?.();
    await Promise.all(this.all().map((line) => line.stop()));
  }
}

/** A mistake in a file is said, and nobody is told or asked anything. */
function configured<T>(read: () => T[], onFailure: (error: unknown) => void): T[] {
  try {
    return read();
  } catch (error) {
    onFailure(error);
    return [];
  }
}
