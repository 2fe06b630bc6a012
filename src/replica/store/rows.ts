/** Rows of snapshots and frames on their way into the file: as values, or as the text that arrived and nobody has parsed. */
import type { Op } from '../../protocol/frame.ts';
import type { SnapRow } from '../../protocol/snap.ts';

/** A part that holds nothing but rows, as the bytes that arrived; parsed only if somebody wants values. */
export class UnreadRows {
  /** UTF-8 of a JSON object with a member `rows`. */
  readonly body: Buffer;
  /** As far as can be seen without parsing, for showing progress. */
  readonly count: number;
  private values: readonly SnapRow[] | null = null;

  constructor(body: Buffer, count: number) {
    this.body = body;
    this.count = count;
  }

  list(): readonly SnapRow[] {
    this.values ??= (JSON.parse(this.body.toString()) as { rows: SnapRow[] }).rows;
    return this.values;
  }
}

/** Ops of a frame in parts, as the bytes that arrived: UTF-8 of a JSON object with a member `ops`. */
export class UnreadOps {
  readonly body: Buffer;

  constructor(body: Buffer) {
    this.body = body;
  }

  list(): Op[] {
    return (JSON.parse(this.body.toString()) as { ops: Op[] }).ops;
  }
}

export type SnapRows = readonly SnapRow[] | UnreadRows;

export const listOf = (rows: SnapRows): readonly SnapRow[] =>
  rows instanceof UnreadRows ? rows.list() : rows;

export const countOf = (rows: SnapRows): number => (rows instanceof UnreadRows ? rows.count : rows.length);

/** JSON of an object with a member `rows`, for SQLite to read. */
export const bodyOf = (rows: SnapRows): Buffer | string =>
  rows instanceof UnreadRows ? rows.body : JSON.stringify({ rows });

/** Rows or ops that are not as wire.md says; nothing of them was written. */
export class UnreadableRows extends Error {
  constructor() {
    super('a part holds something else than rows');
    this.name = 'UnreadableRows';
  }
}

/** What SQLite says of text that is no JSON, or of a row without table, id, v or content, is said as what it means. */
export function readable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'SQLITE_ERROR' || code.startsWith('SQLITE_CONSTRAINT')) throw new UnreadableRows();
    throw error;
  }
}
