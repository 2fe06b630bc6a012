/** What main tells the replica when it starts it. */
import type { StatusView } from '../bridge/views.ts';
import type { Role } from '../domain/role.ts';
import type { Key } from './store/open.ts';

export type ReplicaConfig = {
  /** Folder of this station's files; must exist. */
  dataDir: string;
  coreUrl: string;
  token: string;
  /** The scope of the station is `station:` with this name. */
  station: string;
  operator: string;
  role: Role;
  keys: { replica: Key; outbox: Key };
  protection: StatusView['protection'];
  /** Scopes wanted at all times. */
  wanted: string[];
  simulation: { speed: number } | null;
};
