import { createHmac } from 'node:crypto';
import type { Db } from './database.ts';
import { SecretStore } from './secrets.ts';

/**
 * Which events were erased, as keyed hashes of their ids for as long as a source may send one again (docs/spec/doors.md:
 * 30 days): a repetition must not bring back who was erased.
 */
export class ErasedMessages {
  private readonly sql;
  private readonly key: () => Buffer;

  constructor(db: Db) {
    this.sql = {
      has: db.prepare('SELECT 1 FROM erased_message WHERE hash = ?'),
      add: db.prepare('INSERT OR REPLACE INTO erased_message (hash, at) VALUES (?, ?)'),
      any: db.prepare('SELECT 1 FROM erased_message LIMIT 1'),
      cut: db.prepare('DELETE FROM erased_message WHERE at < ?'),
    };
    const secrets = new SecretStore(db);
    this.key = () => secrets.key('erased');
  }

  /** Asked for every event: where nobody was erased lately, it costs next to nothing. */
  has(messageId: string): boolean {
    return this.sql.any.get() !== undefined && this.sql.has.get(this.hash(messageId)) !== undefined;
  }

  add(messageId: string, at: number): void {
    this.sql.add.run(this.hash(messageId), at);
  }

  cut(before: number): number {
    return this.sql.cut.run(before).changes;
  }

  private hash(messageId: string): string {
    return createHmac('sha256', this.key()).update(messageId).digest('base64url');
  }
}
