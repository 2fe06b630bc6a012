import type { CompiledBundle } from '../../decision/bundle.ts';
import type { Traces } from '../../telemetry/traces.ts';
import type { Tagger } from '../auth/masks.ts';
import type { ProviderSetting } from '../auth/provider.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Eraser } from '../erase/erase.ts';
import type { Retention } from '../erase/retention.ts';
import type { Fold } from '../fold/fold.ts';
import type { LearningSide } from '../learn/side.ts';
import type { Lease } from '../schedule/lease.ts';
import type { AccountStore } from '../store/accounts.ts';
import type { AudienceStore } from '../store/audiences.ts';
import type { AuditStore } from '../store/audit.ts';
import type { ClientStore } from '../store/client-contract.ts';
import type { DecisionStore } from '../store/decisions.ts';
import type { ErasureStore } from '../store/erasures.ts';
import type { EventStore } from '../store/events.ts';
import type { FeedStore } from '../store/feeds.ts';
import type { IntentStore } from '../store/intents.ts';
import type { LearnedStore } from '../store/learned.ts';
import type { LogStore } from '../store/log.ts';
import type { ProfileStore } from '../store/profiles.ts';
import type { PullStore } from '../store/pulls.ts';
import type { RejectedStore } from '../store/rejected.ts';
import type { ScorerStore } from '../store/scorers.ts';
import type { SecretStore } from '../store/secrets.ts';
import type { StationStore } from '../store/stations.ts';
import type { GroupCommit } from './group.ts';
import type { Metrics } from './metrics.ts';
import type { Pages } from './pages.ts';
import type { Quota } from './quota.ts';

/** What the doors work with. */
export type Doors = {
  log: LogStore;
  /** Whether this node does what time brings. */
  lease: Lease;
  fold: Fold;
  group: GroupCommit;
  events: EventStore;
  feeds: FeedStore;
  audiences: AudienceStore;
  pulls: PullStore;
  scorers: ScorerStore;
  profiles: ProfileStore;
  rejected: RejectedStore;
  decisions: DecisionStore;
  learned: LearnedStore;
  learning: LearningSide;
  intents: IntentStore;
  secrets: SecretStore;
  clients: ClientStore;
  trail: AuditStore;
  accounts: AccountStore;
  stations: StationStore;
  erasures: ErasureStore;
  eraser: Eraser;
  retention: Retention;
  tokens: Tokens;
  tag: Tagger;
  metrics: Metrics;
  traces: Traces;
  pages: Pages;
  quota: Quota;
  /** The bundle that decisions are made with now, and the core's own seed of draws. */
  bundle: CompiledBundle;
  seed: number;
  /** The core's clock, ms. */
  now: () => number;
  newId: () => string;
  /** Whose people may sign in beside those with a local account. */
  provider: ProviderSetting | undefined;
  /** The station of an embedded core, for suggestions. */
  station: string | undefined;
};
