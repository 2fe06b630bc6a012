import type { ProfileRow } from '../../domain/profile.ts';
import type { Fold } from '../fold/fold.ts';
import type { Lease } from '../schedule/lease.ts';
import type { AuditStore } from '../store/audit.ts';
import type { Erasure, ErasureStore } from '../store/erasures.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import type { ProfileStore } from '../store/profiles.ts';

/** Erases customers: in a transaction each from the core's tables and rows, then from the model and from the file itself. */

export type EraserDeps = {
  log: LogStore;
  fold: Fold;
  profiles: ProfileStore;
  erasures: ErasureStore;
  trail: AuditStore;
  learning: {
    learning: { outdate(): void; unlearn(): Promise<void>; readonly isOutdated: boolean };
    bundles: { publish(): void };
  };
  lease: Lease;
  /** Tells connected consoles what they owe. */
  tell(): void;
  /** Leaves no deleted bytes in the files; false: to be tried again. */
  rewrite(): Promise<boolean>;
  now(): number;
  newId(): string;
};

/** Shorter values are part of too much that is not his. */
const LEAST_LENGTH = 5;

export class Eraser {
  private readonly deps: EraserDeps;
  /** The last erasure with outcomes that is known here, and the last one whose are in no published model. */
  private told = 0;
  private published = 0;

  constructor(deps: EraserDeps) {
    this.deps = deps;
  }

  /** Resolves when nothing of him is left here; consoles give their receipts. undefined: there is no such customer. */
  async erase(profileId: string, by: string, reason: string): Promise<Erasure | undefined> {
    const id = await this.take(profileId, by, reason);
    if (id === null) return undefined;
    this.deps.tell();
    await this.sweep();
    return this.deps.erasures.get(id);
  }

  /** Many at once; what model and file still hold of them goes with the next `sweep`. */
  async eraseAll(profileIds: string[], by: string, reason: string): Promise<void> {
    for (const profileId of profileIds) await this.take(profileId, by, reason);
    if (profileIds.length > 0) this.deps.tell();
  }

  /**
   * Takes the erased out of this node's model and file, where that is due: whoever erased them, also after a crash, and
   * where somebody was reading.
   */
  async sweep(): Promise<void> {
    const { erasures, rewrite, log } = this.deps;
    const due = erasures.unswept();
    const last = due.at(-1);
    if (!last || !log.isReachable) return;
    if ((await this.unlearn(due)) && (await rewrite())) erasures.setSwept(last.seq);
  }

  /** False where the process ends before the model is learned anew. */
  private async unlearn(due: Erasure[]): Promise<boolean> {
    const { log, lease } = this.deps;
    const { learning, bundles } = this.deps.learning;
    const last = due.findLast(({ counts }) => (counts.outcome ?? 0) > 0)?.seq ?? 0;
    if (last > this.told) learning.outdate();
    this.told = Math.max(this.told, last);
    if (learning.isOutdated) await learning.unlearn();
    if (learning.isOutdated) return false;
    if (last > this.published && lease.holds()) await written(log, () => bundles.publish());
    this.published = Math.max(this.published, last);
    return true;
  }

  private async take(profileId: string, by: string, reason: string): Promise<string | null> {
    const { log, profiles, newId } = this.deps;
    const id = newId();
    const isTaken = await written(log, () =>
      log.transaction(() => {
        if (!profiles.get(profileId)) return false;
        this.takeIn(id, profileId, by, reason);
        return true;
      }),
    );
    return isTaken ? id : null;
  }

  private takeIn(id: string, profileId: string, by: string, reason: string): void {
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
