/** What each console that is live is owed: frames before snapshots, within its credit and by what it is granted. */

import { MINUTE, SECOND } from '../../protocol/limits.ts';
import { NO_TRACES, type Traces } from '../../telemetry/traces.ts';
import type { Connections, HubDeps } from './connections.ts';
import type { RowEncoder } from './encode.ts';
import { isFrameDue, sendFrame } from './frames.ts';
import type { HeadCache } from './head-cache.ts';
import { foundScopes, type Grants, splitWanted } from './hello.ts';
import type { Routes } from './routes.ts';
import { dropScope, hasCredit, newSnap, regrant, type Session, type SnapState } from './session.ts';
import { PartCache, type SnapDeps, sendSnap } from './snapshots.ts';
import { ScopeSums } from './sums.ts';
import { beforeFrame, traceFrame } from './traced.ts';

const SUM_KEPT = 10 * MINUTE;

/** What the hub shares with it. */
type Shared = {
  connections: Connections;
  routes: Routes;
  cache: HeadCache;
  encoder: RowEncoder;
  proof: SnapDeps['proof'];
};

export class Serving {
  private readonly deps: HubDeps;
  private readonly connections: Connections;
  private readonly routes: Routes;
  private readonly cache: HeadCache;
  private readonly snaps: SnapDeps;
  private readonly traces: Traces;

  constructor(deps: HubDeps, { connections, routes, cache, encoder, proof }: Shared) {
    this.deps = deps;
    this.connections = connections;
    this.routes = routes;
    this.cache = cache;
    this.traces = deps.traces ?? NO_TRACES;
    this.snaps = {
      log: deps.store,
      clients: deps.clients,
      encoder,
      sums: new ScopeSums(deps.store, encoder, cache),
      parts: new PartCache(),
      proof,
      clock: deps.clock,
    };
  }

  /** A console is owed all that fits in its credit: frames before snapshots, and no more once it cannot keep up. */
  pump(session: Session): void {
    if (session.phase !== 'live') return;
    try {
      this.routes.follow();
      this.serve(session);
    } catch (error) {
      this.deps.report(error);
      this.connections.bye(session, 'busy', 5 * SECOND);
    }
  }

  private serve(session: Session): void {
    const lost = this.lostPlace(session);
    if (lost === 'epoch') return this.connections.reset(session, 'epoch');
    if (lost === 'floor') return this.connections.bye(session, 'floor', this.connections.spread());
    this.restartCutSnaps(session, this.deps.store.head().floor);
    this.followPush(session);
    while (session.phase === 'live' && hasCredit(session)) {
      if (session.parts || isFrameDue(this.snaps, this.cache, session)) {
        this.followSurvivors(session);
        const sent = this.traces.isOn ? beforeFrame(session) : null;
        sendFrame(this.snaps, this.cache, session);
        this.deps.counts?.frame();
        if (sent) traceFrame(this.traces, this.snaps, this.cache, session, sent);
      } else if (!sendSnap(this.snaps, this.cache, session)) return;
    }
  }

  /** [R5] Why no frame can follow the console's cursor any more: another node has made a new epoch, or cut the log. */
  private lostPlace(session: Session): 'epoch' | 'floor' | null {
    const { floor, epoch } = this.deps.store.head();
    if (session.epoch !== epoch) return 'epoch';
    return session.cursor < floor ? 'floor' : null;
  }

  /**
   * [R3] Where nodes share a store, what a push does may stand in the log before the push itself is told of it: a frame
   * that holds the effect says its mid all the same.
   */
  private followPush(session: Session): void {
    if (session.pushing === 0) return;
    const client = this.deps.clients.client(session.clientId);
    if (client?.generation === session.generation)
      session.lastMid = Math.max(session.lastMid, client.lastMid);
  }

  /** A snapshot that the log no longer reaches back to is dropped and begun anew after that frame (R4). */
  private restartCutSnaps(session: Session, floor: number): void {
    const isCut = (snap: SnapState) => snap.since >= 0 && snap.since < floor;
    if (!session.snaps.some(isCut)) return;
    for (const snap of session.snaps.filter(isCut)) {
      dropScope(session, snap.scope);
      session.snaps.push(newSnap(snap.scope));
    }
  }

  /** A customer who became another's is followed: the scope `profile:ID` of the lost id gives way to the survivor's. */
  private followSurvivors(session: Session): void {
    const { store } = this.deps;
    const lost = (scope: string) =>
      scope.startsWith('profile:') && store.survivor(scope.slice(8)) !== scope.slice(8);
    if (session.granted.some(lost)) this.grant(session);
  }

  /** Splits `wanted` anew. */
  grant(session: Session): Grants {
    const { clients, store, now } = this.deps;
    const found = foundScopes(clients, session.clientId, now());
    const grants = splitWanted(session.wanted, session.viewer, found, store);
    regrant(session, grants.granted);
    return grants;
  }

  /** Takes all scopes from a console in a last frame, if it can still take one. */
  takeBack(session: Session): void {
    if (session.phase !== 'live' || session.parts || !hasCredit(session) || this.lostPlace(session)) return;
    for (const scope of new Set([...session.active, ...session.granted])) dropScope(session, scope);
    sendFrame(this.snaps, this.cache, session);
  }

  /** What was kept for consoles that come together. */
  forget(clock: number): void {
    this.snaps.sums.forget(clock - SUM_KEPT);
    this.snaps.parts.forget(clock - MINUTE);
  }
}
