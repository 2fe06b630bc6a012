import type { StationState } from '../../domain/board.ts';
import { isoTime } from '../../domain/time.ts';
import type { KnownClient } from '../store/board.ts';
import type { Session } from '../sync/session.ts';

/** What is not confirmed for so long (ms) makes a console slow: a healthy one answers within a few hundred. */
const SLOW_MS = 2_000;
const SCOPE = 'station:';

type Times = {
  /** The core's clock, ms. */
  now: number;
  /** The clock of sockets, ms. */
  clock: number;
};

/** `bundleSeq`: the commit that put the bundle in force. */
export function connectedStation(
  session: Session,
  known: KnownClient | undefined,
  bundleSeq: number,
  { now, clock }: Times,
): StationState {
  const oldest = session.unacked[0];
  const behindMs = oldest === undefined ? 0 : Math.max(0, clock - oldest.at);
  const isLoading = session.snaps.length > 0 || session.parts !== null;
  const come = session.lastMid - session.told.lastMid;
  return {
    clientId: session.clientId,
    subject: session.viewer.subject,
    station: stationOf(session.wanted),
    role: session.viewer.role,
    state: behindMs > SLOW_MS ? 'slow' : isLoading ? 'loading' : 'live',
    since: isoTime(now - (clock - session.since)),
    behindMs: Math.round(behindMs),
    unsent: Math.max(0, session.told.depth - come),
    parked: known?.parked ?? 0,
    refused: known?.refused ?? 0,
    hasBundle: session.cursor >= bundleSeq && oldest === undefined,
  };
}

/** One that another node has told of, with what is known here of its commands. */
export const stationElsewhere = (told: StationState, known: KnownClient | undefined): StationState => ({
  ...told,
  parked: known?.parked ?? 0,
  refused: known?.refused ?? 0,
});

/** One that is not connected: what it holds back, nobody but itself knows. */
export const absentStation = (known: KnownClient, station: string | null): StationState => ({
  clientId: known.clientId,
  subject: known.subject,
  station,
  role: null,
  state: 'offline',
  since: isoTime(known.seen),
  behindMs: 0,
  unsent: null,
  parked: known.parked,
  refused: known.refused,
  hasBundle: null,
});

/** The airport of the scope `station:FRA`; null where the console wants none. */
export function stationOf(wanted: readonly string[]): string | null {
  const scope = wanted.find((one) => one.startsWith(SCOPE));
  return scope === undefined ? null : scope.slice(SCOPE.length);
}

const RANK = { offline: 0, slow: 1, loading: 2, live: 3 } as const;

/** What needs somebody first, then by station and person. */
export function byNeed(a: StationState, b: StationState): number {
  const need = (one: StationState) => (one.parked > 0 ? 0 : 1);
  const name = ({ station, subject, clientId }: StationState) => `${station ?? '~'}\n${subject}\n${clientId}`;
  return need(a) - need(b) || RANK[a.state] - RANK[b.state] || (name(a) < name(b) ? -1 : 1);
}
