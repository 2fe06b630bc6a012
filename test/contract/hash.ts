import { createHash } from 'node:crypto';

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** RFC 8785: keys in UTF-16 order, numbers and strings as ECMAScript writes them, no white space. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const object = value as Record<string, unknown>;
    const keys = Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The `hash` of a decision record: SHA-256, lower-case hex, over its RFC 8785 text without `hash`. */
export function recordHash(record: Record<string, unknown>): string {
  return sha256(canonical({ ...record, hash: undefined })).toString('hex');
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** wire.md, Rows: the first 16 hex digits of SHA-256 over the canonical JSON. */
export function hash(value: unknown): string {
  return sha256(canonical(value)).toString('hex').slice(0, 16);
}

/** What a SUM is made of: a row's table, id and version. */
export type Versioned = { table: string; id: string; v: number };

/** wire.md, Divergence: 64-bit sum of the first 8 bytes of SHA-256 over `[table, id, v]`, as 16 hex digits. */
export function sum(rows: Iterable<Versioned>): string {
  let total = 0n;
  for (const { table, id, v } of rows) total += sha256(canonical([table, id, v])).readBigUInt64BE(0);
  return BigInt.asUintN(64, total).toString(16).padStart(16, '0');
}

/** wire.md, Divergence: the first byte of SHA-256 over `[table, id]`. */
export function bucketOf(table: string, id: string): number {
  return sha256(canonical([table, id]))[0] as number;
}

/** The 256 SUMs of `compare`. */
export function bucketSums(rows: Versioned[]): string[] {
  const buckets: Versioned[][] = Array.from({ length: 256 }, () => []);
  for (const row of rows) buckets[bucketOf(row.table, row.id)]?.push(row);
  return buckets.map((bucket) => sum(bucket));
}
