import type { LogStore } from '../store/log.ts';
import { readAudiences } from './audience.ts';
import { readOr } from './configured.ts';
import { readFeeds } from './contract.ts';
import { Feed, type FeedDeps } from './feed.ts';
import { type Connector, Line } from './line.ts';
import { Membership, type MembershipDeps } from './membership.ts';
import { readModels } from './model.ts';
import { Pull, type PullDeps } from './pull.ts';
import { Scorer, type ScorerDeps } from './scorer.ts';
import { readSources } from './source.ts';

/** The thin rim of connectors: each goes its own way, so that a partner who does not answer keeps nobody else waiting. */

/** Commits of a busy moment are looked at together. */
const SOON_MS = 10;

export class Connectors {
  readonly feeds: readonly Feed[];
  readonly pulls: readonly Pull[];
  readonly memberships: readonly Membership[];
  readonly scorers: readonly Scorer[];
  private readonly log: LogStore;
  private readonly onFailure: (error: unknown) => void;
  private readonly lines: { feeds: Line[]; pulls: Line[]; memberships: Line[]; scorers: Line[] };
  private unsubscribe: (() => void) | undefined;

  constructor(dataDir: string, deps: FeedDeps & PullDeps & MembershipDeps & ScorerDeps) {
    const { onFailure } = deps;
    this.log = deps.log;
    this.onFailure = onFailure;
    this.feeds = readOr(() => readFeeds(dataDir), [], onFailure).map((one) => new Feed(one, deps));
    this.pulls = readOr(() => readSources(dataDir), [], onFailure).map((one) => new Pull(one, deps));
    this.memberships = readOr(() => readAudiences(dataDir), [], onFailure).map(
      (one) => new Membership(one, deps),
    );
    this.scorers = readOr(() => readModels(dataDir), [], onFailure).map((one) => new Scorer(one, deps));
    const lineOf = (connector: Connector) => new Line(connector, onFailure);
    this.lines = {
      feeds: this.feeds.map(lineOf),
      pulls: this.pulls.map(lineOf),
      memberships: this.memberships.map(lineOf),
      scorers: this.scorers.map(lineOf),
    };
  }

  /** Before the first event is taken: one that a new feed should tell must not come before its beginning. */
  async begin(): Promise<void> {
    for (const feed of this.feeds) await feed.begin().catch(this.onFailure);
  }

  start(): void {
    const following = [...this.lines.feeds, ...this.lines.memberships, ...this.lines.scorers];
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
    return Object.values(this.lines).flat();
  }

  async stop(): Promise<void> {
    this.unsubscribe?.();
    await Promise.all(this.all().map((line) => line.stop()));
  }
}
