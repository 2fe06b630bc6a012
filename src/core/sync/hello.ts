/** What becomes of a hello (R1, R5, R13): pure decisions over what the core has stored. */
import { timingSafeEqual } from 'node:crypto';
import { anyGrantCovers, isScope } from '../../domain/scope.ts';
import type { ResetReason } from '../../protocol/codes.ts';
import type { Hello } from '../../protocol/hello.ts';
import { FOUND_GRANT, MAX_OPEN_MIDS } from '../../protocol/limits.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { ClientStore, MidRecord } from '../store/client-contract.ts';
import type { Head, LogReader } from '../store/contract.ts';

export type Place = Pick<Hello, 'epoch' | 'cursor' | 'chain' | 'proof' | 'mask' | 'schemaHash'>;

/** Why this console must start anew, the first reason that holds; null if it can resume. */
export function resetReason(
  place: Place,
  head: Head,
  mask: string,
  chainAt: (seq: number) => string | undefined,
  served: readonly string[],
): ResetReason | null {
  if (place.epoch === '') return 'new';
  if (place.epoch !== head.epoch) return 'epoch';
  if (place.cursor < head.floor) return 'floor';
  if (place.cursor > head.seq) return 'future';
  if (chainAt(place.cursor) !== place.chain) return 'chain';
  if (place.mask !== mask) return 'mask';
  return served.includes(place.schemaHash) ? null : 'schema';
}

/**
 * Whether the console has seen a history that this core has lost: a backup was restored unannounced. An invented
 * cursor has no genuine proof, and resets nobody else.
 */
export function provesRestore(
  place: Place,
  reason: ResetReason | null,
  proof: (epoch: string, seq: number, chain: string) => string,
): boolean {
  if ((reason !== 'future' && reason !== 'chain') || place.cursor === 0) return false;
  const genuine = Buffer.from(proof(place.epoch, place.cursor, place.chain));
  const given = Buffer.from(place.proof);
  return genuine.length === given.length && timingSafeEqual(genuine, given);
}

export type OpenMids = { ids: [number, string][]; idsFrom: number };

/** The mids that `ids` and results cover (R13): above the starting value, the last 2,000, without holes up to lmid. */
export function openMids(
  lmid: number,
  lmidAck: number,
  reset: boolean,
  midsAfter: (after: number, limit: number) => MidRecord[],
): OpenMids {
  const start = Math.max(reset ? 0 : Math.min(lmidAck, lmid), lmid - MAX_OPEN_MIDS);
  const records = midsAfter(start, MAX_OPEN_MIDS);
  const ids = records.map(({ mid, id }): [number, string] => [mid, id]);
  return { ids, idsFrom: ids[0]?.[0] ?? lmid + 1 };
}

export type Grants = { granted: string[]; denied: string[] };

/**
 * Splits the wanted scopes into those that the token or an earlier find grants, and the rest. A scope of a profile
 * that became another's counts as the survivor's.
 */
export function splitWanted(
  wanted: readonly string[],
  viewer: Viewer,
  found: ReadonlySet<string>,
  log: Pick<LogReader, 'survivor'>,
): Grants {
  const granted = new Set<string>();
  const denied = new Set<string>();
  for (const name of wanted) {
    const scope = survivingScope(name, log);
    const allowed =
      isScope(scope) && (anyGrantCovers(viewer.grants, scope) || found.has(scope) || found.has(name));
    if (allowed) granted.add(scope);
    else denied.add(name);
  }
  return { granted: [...granted], denied: [...denied] };
}

/** Whoever says again which scopes it wants keeps those that find granted for another 12 h. */
export function renewFound(
  clients: ClientStore,
  session: { clientId: string; wanted: readonly string[] },
  found: ReadonlySet<string>,
  now: number,
): void {
  for (const scope of session.wanted) if (found.has(scope)) clients.putGrant(session.clientId, scope, now);
}

/** The scope of a profile that became another's is the survivor's. */
export const survivingScope = (scope: string, log: Pick<LogReader, 'survivor'>): string =>
  scope.startsWith('profile:') ? `profile:${log.survivor(scope.slice('profile:'.length))}` : scope;

/** The scopes that find granted to this client and that have not ended. @param now the core's clock, ms */
export const foundScopes = (clients: ClientStore, clientId: string, now: number): Set<string> =>
  new Set(
    clients
      .grants(clientId)
      .filter((grant) => now - grant.at < FOUND_GRANT)
      .map((grant) => grant.scope),
  );
