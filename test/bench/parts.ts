/** Snapshot parts as the core cuts them: JSON text of at most 256 KB, rows parsed as socket.io hands them over. */
import type { SnapRow } from '../../src/protocol/snap.ts';
import { profileLines } from './data.ts';

const ROOM = 256 * 1024 - 4_096;

export type Part = { rows: SnapRow[]; bytes: number };

/** `v` counts from 1 in the order of the customers. */
export function* snapshotParts(count: number): Generator<Part> {
  let part: Part = { rows: [], bytes: 0 };
  let v = 0;
  for (const { id, text } of profileLines(count)) {
    const size = Buffer.byteLength(text) + 80;
    if (part.bytes + size > ROOM && part.rows.length > 0) {
      yield part;
      part = { rows: [], bytes: 0 };
    }
    part.rows.push({ table: 'profile', id, v: ++v, row: JSON.parse(text) });
    part.bytes += size;
  }
  if (part.rows.length > 0) yield part;
}
