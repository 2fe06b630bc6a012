import type { ProfileRow } from '../../domain/profile.ts';
import type { Fold } from '../fold/fold.ts';
import type { AuditStore } from '../store/audit.ts';
import type { Erasure, ErasureStore } from '../store/erasures.ts';
import type { LogStore } from '../store/log.ts';
import type { ProfileStore } from '../store/profiles.ts';

/** Erases a customer: in one transaction from the core's tables and rows, then from the model and from the file itself. */

export type EraserDeps = {
  log: LogStore;
  fold: Fold;
  profiles: ProfileStore;
  erasures: ErasureStore;
  trail: AuditStore;
  learning: { learning: { unlearn(): Promise<void> }; bundles: { publish(): void } };
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

  constructor(deps: EraserDeps) {
    this.deps = deps;
  }

  /** Resolves when nothing of him is left here; consoles give their receipts. @param profileId is known */
  async erase(profileId: string, by: string, reason: string): Promise<Erasure> {
    const { log, learning, tell, erasures } = this.deps;
    const id = this.deps.newId();
    const counts = log.transaction(() => this.take(id, profileId, by, reason));
    tell();
    if ((counts.outcome ?? 0) > 0) {
      await learning.learning.unlearn();
      learning.bundles.publish();
    }
    this.tend();
    return erasures.get(id) as Erasure;
  }

  /** Rewrites the file where an erasure wants it: also after a crash, and where somebody was reading. */
  tend(): void {
    const { erasures, rewrite } = this.deps;
    if (erasures.isRewriteDue() && rewrite()) erasures.rewritten();
  }

  private take(id: string, profileId: string, by: string, reason: string): Erasure['counts'] {
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
