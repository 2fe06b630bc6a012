/** The status line: never a dead spinner, always since when and what waits. Pure. */
import { LINK_REASONS, type LinkReason, type Notice } from '../../bridge/reports.ts';
import type { ConnectionState, StatusView } from '../../bridge/views.ts';
import { zoneOfStation } from '../../packs/airline/airports.ts';
import { UPLOAD_WATCHDOG } from '../../protocol/limits.ts';
import { PROTO, protoNumber } from '../../protocol/version.ts';
import type { ReplicaConfig } from '../config.ts';
import type { Outbox } from '../outbox/model.ts';
import { isRecord, usedShare } from '../outbox/operations.ts';
import type { ReplicaMeta } from '../store/contract.ts';
import type { Session } from '../sync/session.ts';

export type StatusParts = {
  session: Session;
  meta: ReplicaMeta;
  outbox: Outbox;
  latencyMs: number | null;
  profiles: number;
  expected: number;
  bundle: StatusView['bundle'];
  leaseUntil: string | null;
  /** Entries that are held back, by their ids. */
  held: number;
  now: number;
  notices: Notice[];
};

export function statusView(config: ReplicaConfig, parts: StatusParts): StatusView {
  const { session, outbox } = parts;
  return {
    connection: connectionState(session, parts.meta),
    since: new Date(session.since).toISOString(),
    latencyMs: session.phase === 'live' ? parts.latencyMs : null,
    reason: linkReason(session.reason, parts.notices),
    notices: parts.notices,
    waiting: unsentIn(outbox),
    needsYou: [...outbox.conflict.values()].filter((one) => !one.archived && !isRecord(one.entry.name))
      .length,
    outboxShare: usedShare(outbox),
    held: parts.held,
    stuckSince: stuckSince(session, parts.now),
    upgrade: session.upgrade && { ...session.upgrade, own: protoNumber(PROTO) ?? 0 },
    profiles: parts.profiles,
    expected: parts.expected,
    snapshot: session.snapshot,
    bundle: parts.bundle,
    station: config.station,
    zone: zoneOfStation(config.station),
    operator: config.operator,
    role: config.role,
    simulation: config.simulation,
    protection: config.protection,
    leaseUntil: parts.leaseUntil,
    divergence: divergenceOf(session),
  };
}

/** Actions that are on their way; what is only written down with them is not counted. */
export const unsentIn = ({ pending }: Outbox): number =>
  pending.filter((entry) => !isRecord(entry.name)).length;

/** Frames that cannot be read are one thing to a person, whatever was wrong with them. */
function linkReason(code: string | null, notices: readonly Notice[]): LinkReason | null {
  if (code === 'store_failed' && notices.includes('disk_full')) return 'disk_full';
  return code === null || isReason(code) ? code : 'core_unreadable';
}
const isReason = (code: string): code is LinkReason => Object.hasOwn(LINK_REASONS, code);

/** [O20] A pause of some seconds is no news; from the watchdog's time on it is said. */
function stuckSince({ owedSince }: Session, now: number): string | null {
  return owedSince !== null && now - owedSince >= UPLOAD_WATCHDOG ? new Date(owedSince).toISOString() : null;
}

function divergenceOf({ divergence }: Session): StatusView['divergence'] {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  const since = divergence.open.size === 0 ? null : Math.min(...divergence.open.values());
  return { since: iso(since), repairs: divergence.repairs, repairedAt: iso(divergence.repairedAt) };
}

export function connectionState(session: Session, meta: ReplicaMeta): ConnectionState {
  if (session.refused !== null && session.phase !== 'live') return session.refused;
  if (session.phase === 'live') {
    const behind =
      meta.cursor < session.target || session.granted.some((scope) => !meta.active.includes(scope));
    return behind ? 'catching-up' : 'live';
  }
  // Until the first connection has failed or succeeded nothing is wrong yet.
  return session.awaySince === null && session.target === 0 && session.reason === null
    ? 'starting'
    : 'offline';
}
