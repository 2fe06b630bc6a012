import type { ProfileRow } from '../../domain/profile.ts';
import type { Fold } from '../fold/fold.ts';
import type { AuditStore } from '../store/audit.ts';
import type { Erasure, ErasureStore } from '../store/erasures.ts';
import type { LogStore } from '../store/log.ts';
import type { ProfileStore } from '../store/profiles.ts';

/** Erases customers: in a transaction each from the core's tables and rows, then from the model and from the file itself. */

export type EraserDeps = {
  log: LogStore;
  fold: Fold;
  profiles: ProfileStore;
  erasures: ErasureStore;
  trail: AuditStore;
  learning: { learning: { outdate(): void; unlearn(): Promise<void> }; bundles: { publish(): void } };
  /** Tells connected consoles what they owe. */
  tell(): void;
  /** Leaves no deleted bytes in the files; false: to be tried again. */
  rewrite(): boolean;
  now(): number;
  newId(): string;
};

/** Shorter values are part of too much that is not his. */
const LEAST_LENGTH = 5;

export class Eraser {
  private readonly deps: EraserDeps;
  /** Erasures that the model knows nothing of any more, though the file may. */
  private readonly unlearned = new Set<string>();

  constructor(deps: EraserDeps) {
    this.deps = deps;
  }

  /** Resolves when nothing of him is left here; consoles give their receipts. @param profileId is known */
  async erase(profileId: string, by: string, reason: string): Promise<Erasure> {
    const id = this.take(profileId, by, reason);
    this.deps.tell();
    await this.tend();
    return this.deps.erasures.get(id) as Erasure;
  }

  /** Many at once; what model and file still hold of them goes with the next `tend`. */
  eraseAll(profileIds: string[], by: string, reason: string): void {
    for (const profileId of profileIds) this.take(profileId, by, reason);
    if (profileIds.length > 0) this.deps.tell();
  }

  /** Takes the erased out of model and file, where that is due: also after a crash, and where somebody was reading. */
  async tend(): Promise<void> {
    const { erasures, rewrite } = this.deps;
    const due = erasures.toRewrite();
    if (due.length === 0) return;
    await this.unlearn(due.filter(({ counts }) => (counts.outcome ?? 0) > 0).map(({ id }) => id));
    if (!rewrite()) return;
    erasures.rewritten(due.map(({ id }) => id));
    this.unlearned.clear();
  }

  private async unlearn(ids: string[]): Promise<void> {
    if (ids.every((id) => this.unlearned.has(id))) return;
    const { learning, bundles } = this.deps.learning;
    await learning.unlearn();
    bundles.publish();
    for (const id of ids) this.unlearned.add(id);
  }

  private take(profileId: string, by: string, reason: string): string {
    const { log, learning, newId } = this.deps;
    const id = newId();
    const counts = log.transaction(() => this.takeIn(id, profileId, by, reason));
    if ((counts.outcome ?? 0) > 0) learning.learning.outdate();
    return id;
  }

  private takeIn(id: string, profileId: string, by: string, reason: string): Erasure['counts'] {
    const { log, fold, profiles, erasures, trail } = this.deps;
    const at = this.deps.now();
    const ids = erasures.united(profileId);
    const userId = profiles.userOf(profileId);
    const others = userId === null ? [] : erasures.sharers(userId);
    const values = valuesOf(log, profileId);
    const changes = fold.remove(profileId);
    const counts = erasures.forget(ids, userId, values, at);
    for (const other of others) fold.touchUser(other);
    const seq = log.commit([...changes, ...fold.flush()]);
    const entries = ids.flatMap((one) => trail.erase(one));
    trail.append(by, 'erase', { erasure: id, reason, seq, entries }, at);
    erasures.add({ id, at, by, reason, seq, profiles: ids, counts });
    return counts;
  }
}

/** What refused events may name him by. */
function valuesOf(log: LogStore, profileId: string): string[] {
  const row = log.row('profile', profileId);
  const { identities } = JSON.parse(row?.json ?? '{"identities":[]}') as ProfileRow;
  return identities.flatMap((identity) =>
    'value' in identity && identity.value.length >= LEAST_LENGTH ? [identity.value] : [],
  );
}
