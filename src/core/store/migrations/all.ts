import { log } from './001-log.ts';
import { profiles } from './002-profiles.ts';
import { clients } from './003-clients.ts';
import { writers } from './004-writers.ts';
import { nodes } from './005-nodes.ts';
import { lean } from './006-lean.ts';
import { learning } from './007-learning.ts';
import { intents } from './008-intents.ts';
import { leases } from './009-leases.ts';
import { trust } from './020-trust.ts';
import { connectors } from './030-connectors.ts';
import { signIn } from './040-sign-in.ts';
import { accounts } from './050-accounts.ts';
import { stations } from './060-stations.ts';
import { audiences } from './070-audiences.ts';
import { feedOrders } from './080-feed-orders.ts';
import { scorers } from './090-scorers.ts';

/** Forward only: the position in the list is the `user_version` that a migration leads to. */
export const MIGRATIONS: readonly string[] = [
  ...[
    log,
    profiles,
    clients,
    writers,
    nodes,
    lean,
    learning,
    intents,
    leases,
    trust,
    connectors,
    signIn,
    accounts,
    stations,
    audiences,
    feedOrders,
    scorers,
  ],
];
