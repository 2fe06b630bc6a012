/** What the answers to windows are made from. */
import type { PresenceView } from '../bridge/views.ts';
import type { ReplicaConfig } from './config.ts';
import type { BundleHolder } from './decide/suggest.ts';
import type { Suggestions } from './decide/suggestions.ts';
import type { Desk } from './desk.ts';
import type { Files } from './files.ts';
import type { Indexer } from './indexer.ts';
import type { News } from './news.ts';
import type { Entry, Outbox } from './outbox/model.ts';
import type { Latency } from './sync/latency.ts';
import type { Runner } from './sync/runner.ts';
import type { SocketLink } from './sync/socket.ts';
import type { OnScreen } from './views/customer.ts';
import type { Wanted } from './wanted.ts';

/** Everything that handlers and streams need. */
export type ReplicaParts = {
  config: ReplicaConfig;
  files: Files;
  indexer: Indexer;
  news: News;
  runner: Runner;
  link: SocketLink;
  latency: Latency;
  bundle: BundleHolder;
  desk: Desk;
  suggestions: Suggestions;
  wanted: Wanted;
  presence: Map<string, PresenceView[]>;
  now: () => number;
  shown: (profileId: string) => OnScreen | null;
  held: (entry: Entry) => boolean;
  outbox: () => Outbox;
};
