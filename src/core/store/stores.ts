import { AccountStore } from './accounts.ts';
import { AudienceStore } from './audiences.ts';
import { AuditStore } from './audit.ts';
import { BoardStore } from './board.ts';
import { SqliteClients } from './clients.ts';
import type { Db } from './database.ts';
import { DecisionStore } from './decisions.ts';
import { ErasedMessages } from './erased-messages.ts';
import { ErasureStore } from './erasures.ts';
import { EventStore } from './events.ts';
import { FeedStore } from './feeds.ts';
import { IdentityStore } from './identities.ts';
import { IntentStore } from './intents.ts';
import { LearnedStore } from './learned.ts';
import { LeaseStore } from './leases.ts';
import { LogStore } from './log.ts';
import { ProfileStore } from './profiles.ts';
import { PullStore } from './pulls.ts';
import { RejectedStore } from './rejected.ts';
import { RetentionStore } from './retention.ts';
import { ScorerStore } from './scorers.ts';
import { SecretStore } from './secrets.ts';
import { StationStore } from './stations.ts';

export type Stores = ReturnType<typeof storesOf>;

/** All that the core keeps, each kind of it by the one module that knows its tables. */
export function storesOf(db: Db, now: () => number) {
  const trail = new AuditStore(db);
  const messages = new ErasedMessages(db);
  return {
    accounts: new AccountStore(db),
    stations: new StationStore(db),
    leases: new LeaseStore(db),
    db,
    board: new BoardStore(db),
    log: new LogStore(db, now),
    events: new EventStore(db, messages),
    feeds: new FeedStore(db),
    audiences: new AudienceStore(db),
    pulls: new PullStore(db),
    scorers: new ScorerStore(db),
    identities: new IdentityStore(db),
    profiles: new ProfileStore(db),
    rejected: new RejectedStore(db),
    decisions: new DecisionStore(db),
    learned: new LearnedStore(db),
    intents: new IntentStore(db),
    secrets: new SecretStore(db),
    trail,
    clients: new SqliteClients(db, trail),
    erasures: new ErasureStore(db, messages),
    messages,
    retained: new RetentionStore(db),
  };
}
