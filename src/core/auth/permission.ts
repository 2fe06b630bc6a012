import type { Table } from '../../domain/rows.ts';
import { anyGrantCovers } from '../../domain/scope.ts';

/** What permission needs of the log: the scopes that hold or since the floor held a row, each once. */
export type ScopeHistory = { scopesSinceFloor(table: Table, id: string): string[] };

/**
 * Whether the grants reach a profile for a command or a read: it is, or since the log's floor was, in a scope that
 * they cover. A note written offline must not be lost because the flight has left.
 */
export function mayReach(grants: readonly string[], profileId: string, log: ScopeHistory): boolean {
  return (
    anyGrantCovers(grants, `profile:${profileId}`) ||
    log.scopesSinceFloor('profile', profileId).some((scope) => anyGrantCovers(grants, scope))
  );
}
