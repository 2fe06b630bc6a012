/** Names of scopes as small numbers, which of them are active, and the stages of unfinished snapshots. */
import type { Db } from './open.ts';

type Known = { n: number; name: string; active: boolean };

export class ScopeBook {
  private readonly db: Db;
  private byName = new Map<string, Known>();
  /** Live stage by scope number. */
  private stages = new Map<number, number>();
  private live = new Set<number>();

  constructor(db: Db) {
    this.db = db;
  }

  load(): void {
    this.byName = new Map();
    for (const [n, name, active] of this.db
      .prepare<[], [number, string, number]>('SELECT n, name, active FROM scope')
      .raw()
      .all()) {
      this.byName.set(name, { n, name, active: active === 1 });
    }
    this.stages = new Map(this.db.prepare<[], [number, number]>('SELECT scope, n FROM stage').raw().all());
    this.live = new Set(this.stages.values());
  }

  all(): Iterable<Known> {
    return this.byName.values();
  }

  active(): string[] {
    return [...this.byName.values()]
      .filter((scope) => scope.active)
      .map((scope) => scope.name)
      .sort();
  }

  activeNumbers(): number[] {
    return [...this.byName.values()].filter((scope) => scope.active).map((scope) => scope.n);
  }

  find(name: string): number | undefined {
    return this.byName.get(name)?.n;
  }

  numberOf(name: string): number {
    const known = this.byName.get(name);
    if (known) return known.n;
    const { lastInsertRowid } = this.db.prepare('INSERT INTO scope (name, active) VALUES (?, 0)').run(name);
    const n = Number(lastInsertRowid);
    this.byName.set(name, { n, name, active: false });
    return n;
  }

  activate(n: number): void {
    this.setActive(n, true);
  }

  deactivate(n: number): void {
    this.setActive(n, false);
  }

  deactivateAll(): void {
    this.db.prepare('UPDATE scope SET active = 0 WHERE active = 1').run();
    for (const scope of this.byName.values()) scope.active = false;
    this.db.prepare('DELETE FROM stage').run();
    this.stages.clear();
    this.live.clear();
  }

  isLive(stage: number): boolean {
    return stage !== 0 && this.live.has(stage);
  }

  liveStages(): { scope: number; stage: number }[] {
    return [...this.stages].map(([scope, stage]) => ({ scope, stage }));
  }

  findStage(scope: number): number | undefined {
    return this.stages.get(scope);
  }

  stageOf(scope: number, next: () => number): number {
    const known = this.stages.get(scope);
    if (known !== undefined) return known;
    const stage = next();
    this.db.prepare('INSERT INTO stage (n, scope) VALUES (?, ?)').run(stage, scope);
    this.stages.set(scope, stage);
    this.live.add(stage);
    return stage;
  }

  endStage(stage: number): void {
    this.db.prepare('DELETE FROM stage WHERE n = ?').run(stage);
    this.live.delete(stage);
    for (const [scope, n] of this.stages) if (n === stage) this.stages.delete(scope);
  }

  private setActive(n: number, active: boolean): void {
    this.db.prepare('UPDATE scope SET active = ? WHERE n = ?').run(active ? 1 : 0, n);
    for (const scope of this.byName.values()) if (scope.n === n) scope.active = active;
  }
}
