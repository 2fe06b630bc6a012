import type { LogReader } from '../store/contract.ts';
import type { HeadCache } from './head-cache.ts';
import type { ScopeWatcher, Session } from './session.ts';

/**
 * Which consoles a commit concerns, by the scopes that they hold: a commit costs what it changes, however many consoles
 * hold other scopes. `follow` comes before anything is sent, so that the cursor of a console is always a place up to
 * which everything has been routed: a row that came and went between two of them concerns nobody who holds neither end.
 */
export class Routes implements ScopeWatcher {
  private readonly log: LogReader;
  private readonly cache: HeadCache;
  private readonly holders = new Map<string, Set<Session>>();
  private concerned = new Set<Session>();
  private at: number;

  constructor(log: LogReader, cache: HeadCache) {
    this.log = log;
    this.cache = cache;
    this.at = log.head().seq;
  }

  activeChanged(session: Session, before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    for (const scope of before) {
      if (after.has(scope)) continue;
      const holders = this.holders.get(scope);
      holders?.delete(session);
      if (holders?.size === 0) this.holders.delete(scope);
    }
    for (const scope of after) {
      const holders = this.holders.get(scope);
      if (holders) holders.add(session);
      else this.holders.set(scope, new Set([session]));
    }
  }

  /** Marks the consoles that the commits since the last call concern. */
  follow(): void {
    const { seq, floor } = this.log.head();
    const from = Math.max(this.at, floor);
    if (from >= seq) return;
    this.at = seq;
    for (const change of this.cache.changed(from)) {
      if (change.table === 'bundle') {
        for (const scope of this.holders.keys()) this.mark(scope, from);
        return;
      }
      for (const scope of change.scopesBefore) this.mark(scope, from);
      for (const scope of this.cache.row(change)?.scopes ?? []) this.mark(scope, from);
    }
  }

  private mark(scope: string, from: number): void {
    for (const session of this.holders.get(scope) ?? []) {
      this.concerned.add(session);
      if (session.concerned) continue;
      session.concerned = true;
      session.scanned = Math.max(session.scanned, from);
    }
  }

  /** The consoles marked since the last call. */
  take(): Iterable<Session> {
    const taken = this.concerned;
    this.concerned = new Set();
    return taken;
  }
}
