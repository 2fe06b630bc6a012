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
  /** Who has signed in, as the core knows him; without, this console's token says whose commands these are. */
  person?: { subject: string; grants: string[] } | undefined;
  keys: { replica: Key; outbox: Key };
  protection: StatusView['protection'];
  /** Scopes wanted at all times. */
  wanted: string[];
  simulation: { speed: number } | null;
};

/**
 * Whom the core knows this console's commands by: whoever has signed in, or the subject of its token; the operator's name
 * where that cannot be read.
 */
export function subjectOf({
  person,
  token,
  operator,
}: Pick<ReplicaConfig, 'person' | 'token' | 'operator'>): string {
  if (person !== undefined) return person.subject;
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const subject = typeof payload === 'object' && payload !== null && 'sub' in payload ? payload.sub : null;
    return typeof subject === 'string' ? subject : operator;
  } catch {
    return operator;
  }
}
