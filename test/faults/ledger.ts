/**
 * What the operators of one run did: written to a file before it is done and marked there when it was, by the test
 * itself. The checker believes this and what the core says over HTTP, and nothing that the product keeps about itself.
 */
import { appendFileSync, readFileSync } from 'node:fs';

export type Kind = 'note' | 'preference' | 'seat';

export type Action = {
  n: number;
  station: string;
  profileId: string;
  userId: string;
  kind: Kind;
  /** Unlike any other text of this ledger; for a preference its value, for a seat the seat. */
  text: string;
  /** The seat that the operator saw before. */
  before: string | null;
};

/**
 * `begun`: asked for, and the process died before it answered, so it may have been kept or not. `kept`: enqueue
 * returned. `refused`: enqueue said no. `taken-back`: undo said that it was in time; `taking-back`: it did not say.
 */
export type State = 'begun' | 'kept' | 'refused' | 'taking-back' | 'taken-back';

export type Entry = Action & {
  state: State;
  id: string | null;
  /** Why enqueue said no. */
  code?: string;
  /** The fault itself destroyed the only copy: it may be gone, but must not be there twice. */
  excused: boolean;
  /** A fork has marked it (R14): it may be off the screen until it is settled. */
  marked: boolean;
};

type Line = { n: number } & Partial<Entry>;

export class Ledger {
  private readonly path: string;
  private readonly entries = new Map<number, Entry>();

  constructor(path: string) {
    this.path = path;
  }

  begin(action: Action): void {
    this.write({ ...action, state: 'begun', id: null, excused: false, marked: false });
  }

  mark(n: number, change: Partial<Pick<Entry, 'state' | 'id' | 'code' | 'excused' | 'marked'>>): void {
    this.write({ n, ...change });
  }

  private write(line: Line): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
    this.entries.set(line.n, { ...this.entries.get(line.n), ...line } as Entry);
  }

  all(): Entry[] {
    return [...this.entries.values()];
  }

  /** As the file has it, for whoever comes later. */
  static read(path: string): Entry[] {
    const entries = new Map<number, Entry>();
    for (const text of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const line = JSON.parse(text) as Line;
      entries.set(line.n, { ...entries.get(line.n), ...line } as Entry);
    }
    return [...entries.values()];
  }
}
