/** Snapshot parts as the core cuts them: JSON text of at most 256 KB, as the socket hands them over. */
import { UnreadRows } from '../../src/replica/store/rows.ts';
import { profileLines } from './data.ts';

const ROOM = 256 * 1024 - 4_096;

export type Part = { rows: UnreadRows };

/** `v` counts from 1 in the order of the customers. */
export function* snapshotParts(count: number): Generator<Part> {
  let texts: string[] = [];
  let bytes = 0;
  const part = (): Part => ({
    rows: new UnreadRows(Buffer.from(`{"scope":"bench","rows":[${texts.join(',')}]}`), texts.length),
  });
  let v = 0;
  for (const { id, text } of profileLines(count)) {
    const size = Buffer.byteLength(text) + 80;
    if (bytes + size > ROOM && texts.length > 0) {
      yield part();
      texts = [];
      bytes = 0;
    }
    texts.push(`{"table":"profile","id":"${id}","v":${++v},"row":${text}}`);
    bytes += size;
  }
  if (texts.length > 0) yield part();
}
