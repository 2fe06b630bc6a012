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

/** Whom the core knows this console's commands by: the subject of its token; the operator's name where that cannot be read. */
export function subjectOf({ token, operator }: Pick<ReplicaConfig, 'token' | 'operator'>): string {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const subject = typeof payload === 'object' && payload !== null && 'sub' in payload ? payload.sub : null;
    return typeof subject === 'string' ? subject : operator;
  } catch {
    return operator;
  }
}
