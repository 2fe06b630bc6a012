/** Who has to be told that something changed; told once per turn of the event loop, however much happened in it. */
import type { Outbox } from './outbox/model.ts';
import type { ReplicaChange } from './sync/session.ts';

export type Topic =
  | 'status'
  | 'outbox'
  | 'drafts'
  | 'away'
  | 'work'
  | 'bundle'
  | 'customers'
  | `customer/${string}`;

export class News {
  private readonly listeners = new Map<Topic, Set<() => void>>();
  private readonly due = new Set<() => void>();
  private scheduled = false;
  private readonly onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.onError = onError;
  }

  /** Returns the end of the subscription. */
  on(topics: readonly Topic[], listener: () => void): () => void {
    for (const topic of topics) {
      const set = this.listeners.get(topic) ?? new Set();
      this.listeners.set(topic, set.add(listener));
    }
    return () => {
      this.due.delete(listener);
      for (const topic of topics) {
        const set = this.listeners.get(topic);
        set?.delete(listener);
        if (set?.size === 0) this.listeners.delete(topic);
      }
    };
  }

  tell(...topics: Topic[]): void {
    for (const topic of topics) {
      for (const listener of this.listeners.get(topic) ?? []) this.due.add(listener);
    }
    if (this.due.size === 0 || this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  /** Nobody is told anything any more. */
  stop(): void {
    this.listeners.clear();
    this.due.clear();
  }

  private flush(): void {
    this.scheduled = false;
    const due = [...this.due];
    this.due.clear();
    for (const listener of due) this.attempt(listener);
  }

  /** One window's trouble, or a damaged file, is not the end of the others. */
  attempt(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.onError(error);
    }
  }
}

const EVERYTHING = ['customers', 'work', 'bundle', 'status'] as const;

/** What a committed change of rows is news for. */
export function topicsOf(change: ReplicaChange): Topic[] {
  switch (change.kind) {
    case 'frame': {
      const topics = new Set<Topic>();
      if (change.change.drop.length > 0) topics.add('customers');
      if (change.change.unread?.length) for (const topic of EVERYTHING) topics.add(topic);
      for (const { table, id, row } of change.change.ops) {
        if (table === 'profile') topics.add(`customer/${id}`);
        else if (table === 'bundle') topics.add('bundle');
        // A row that went no longer says whose it was.
        else topics.add(typeof row?.profileId === 'string' ? `customer/${row.profileId}` : 'customers');
        if (table === 'contact' || table === 'profile') topics.add('work');
      }
      return [...topics];
    }
    case 'lease':
      return [];
    case 'stage-repair':
      return [];
    case 'end-repair':
    case 'stage':
    case 'resume':
    case 'discard-stages':
    case 'reset':
    case 'end-stage':
    case 'delete-rows':
      return [...EVERYTHING];
  }
}

/** What a change of the outbox is news for: while somebody types, nothing but his drafts. */
export function topicsOfOutbox(before: Outbox, after: Outbox): Topic[] {
  const topics: Topic[] = before.drafts === after.drafts ? [] : ['drafts'];
  const same =
    before.pending === after.pending &&
    before.settled === after.settled &&
    before.conflict === after.conflict &&
    before.undone === after.undone;
  return same ? topics : [...topics, 'outbox'];
}
