import { BOARD_FORM, type Board, type StationState } from '../../domain/board.ts';
import { isoTime } from '../../domain/time.ts';
import { VERSIONS } from '../../protocol/version.ts';
import type { Bundles } from '../learn/bundles.ts';
import type { Steer } from '../learn/steering.ts';
import type { BoardStore } from '../store/board.ts';
import type { DecisionStore } from '../store/decisions.ts';
import type { LogStore } from '../store/log.ts';
import type { Session } from '../sync/session.ts';
import { acceptanceOf } from './acceptance.ts';
import { type Fleet, fleetOf } from './fleet.ts';
import { queuesOf } from './queues.ts';
import { absentStation, byNeed, connectedStation, stationElsewhere } from './stations.ts';

/** The board of a site: read-outs that are made anew at most once in KEPT_MS, however many supervisors look. */

export type BoardDeps = {
  store: BoardStore;
  decisions: DecisionStore;
  log: LogStore;
  learning: { bundles: Bundles; steer: Steer };
  consoles(): readonly Session[];
  /** Those that are connected to other nodes, as these have said in the last seconds. */
  elsewhere(): Promise<StationState[]>;
  /** The core's clock, ms. */
  now(): number;
  /** The clock of sockets, ms. */
  clock(): number;
};

const KEPT_MS = 500;
const HOUR_MS = 3_600_000;
const COUNTED_MS = 24 * HOUR_MS;
const ALARMS_MS = 7 * 24 * HOUR_MS;
const MOST = { contacts: 2_000, decisions: 5_000, clients: 600, alarms: 50, listed: 200 } as const;

export class BoardView {
  private readonly deps: BoardDeps;
  private kept: { board: Board; at: number; steering: number } | null = null;
  /** Stations of consoles as they last said them, since this core started. */
  private readonly stations = new Map<string, string>();

  constructor(deps: BoardDeps) {
    this.deps = deps;
  }

  async get(): Promise<Board> {
    const { clock, learning } = this.deps;
    const steering = learning.steer.current.version;
    const { kept } = this;
    if (kept && kept.steering === steering && Math.abs(clock() - kept.at) < KEPT_MS) return kept.board;
    const board = this.make(steering, await this.deps.elsewhere());
    this.kept = { board, at: clock(), steering };
    return board;
  }

  /** What other nodes are to know of the consoles of this one. */
  connected(): StationState[] {
    const times = { now: this.deps.now(), clock: this.deps.clock() };
    const bundleSeq = this.bundleSeq();
    return this.deps
      .consoles()
      .slice(0, MOST.clients)
      .map((session) => connectedStation(session, undefined, bundleSeq, times));
  }

  /** This node's consoles in figures. */
  fleet(): Fleet {
    const { consoles, log, now, clock } = this.deps;
    const { schemaHash } = VERSIONS;
    const moment = {
      seq: log.head().seq,
      bundleSeq: this.bundleSeq(),
      schemaHash,
      now: now(),
      clock: clock(),
    };
    return fleetOf(consoles(), moment);
  }

  private bundleSeq(): number {
    const { log, learning } = this.deps;
    return log.row('bundle', learning.bundles.id)?.v ?? 0;
  }

  private make(steering: number, elsewhere: StationState[]): Board {
    const { store, decisions, log, learning, now } = this.deps;
    const at = now();
    const since = at - COUNTED_MS;
    const stations = this.stationsAt(at, since, elsewhere).sort(byNeed);
    const { version, validUntil } = learning.bundles.view();
    return {
      form: BOARD_FORM,
      at: isoTime(at),
      since: isoTime(since),
      seq: log.head().seq,
      queues: queuesOf(store.contacts(MOST.contacts), at, since),
      stations: stations.slice(0, MOST.listed),
      moreStations: Math.max(0, stations.length - MOST.listed),
      acceptance: acceptanceOf(store.ends(since, MOST.decisions)),
      alarms: store.alarms(at - ALARMS_MS, MOST.alarms).map((alarm) => ({ ...alarm, at: isoTime(alarm.at) })),
      deadLetters: store.deadLetters(),
      bundle: { version, validUntil },
      steering,
      learned: decisions.lastJoined(),
    };
  }

  private stationsAt(now: number, since: number, elsewhere: StationState[]): StationState[] {
    const { store, consoles, clock } = this.deps;
    const known = new Map(store.clients(since, MOST.clients).map((client) => [client.clientId, client]));
    const bundleSeq = this.bundleSeq();
    const times = { now, clock: clock() };
    const here = consoles().map((session) =>
      connectedStation(session, known.get(session.clientId), bundleSeq, times),
    );
    // One that has just come from another node is told of by both.
    const ids = new Set(here.map(({ clientId }) => clientId));
    const connected = [
      ...here,
      ...elsewhere
        .filter(({ clientId }) => !ids.has(clientId))
        .map((told) => stationElsewhere(told, known.get(told.clientId))),
    ];
    for (const { clientId, station } of connected) {
      if (station !== null) this.stations.set(clientId, station);
      known.delete(clientId);
    }
    this.forget([...connected, ...known.values()]);
    const absent = [...known.values()].map((client) =>
      absentStation(client, this.stations.get(client.clientId) ?? null),
    );
    return [...connected, ...absent];
  }

  private forget(listed: { clientId: string }[]): void {
    const ids = new Set(listed.map(({ clientId }) => clientId));
    for (const clientId of this.stations.keys()) if (!ids.has(clientId)) this.stations.delete(clientId);
  }
}
