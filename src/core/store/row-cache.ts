import { TABLES, type Table } from '../../domain/rows.ts';
import type { StoredRow } from './contract.ts';

const MAX_ROWS = 4_000;
const MAX_CHARS = 16 * 1_048_576;

/**
 * Rows that were read or written lately: a change reads its row to compare and again to replace it, and what was
 * committed is read at once to be sent. Emptied when full, and whenever what was written is rolled back.
 */
export class RowCache {
  private readonly tables = new Map<Table, Map<string, StoredRow | null>>(
    TABLES.map((table) => [table, new Map()]),
  );
  private rows = 0;
  private chars = 0;

  /** null: there is no such row; undefined: not known here. */
  get(table: Table, id: string): StoredRow | null | undefined {
    return this.tables.get(table)?.get(id);
  }

  put(table: Table, id: string, row: StoredRow | null): void {
    this.rows++;
    this.chars += row?.json.length ?? 0;
    if (this.rows > MAX_ROWS || this.chars > MAX_CHARS) this.clear();
    this.tables.get(table)?.set(id, row);
  }

  clear(): void {
    for (const table of this.tables.values()) table.clear();
    this.rows = 0;
    this.chars = 0;
  }
}
