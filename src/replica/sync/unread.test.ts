import { describe, expect, it } from 'vitest';
import type { SnapRow } from '../../protocol/snap.ts';
import { listOf, type SnapRows, type UnreadOps } from '../store/rows.ts';
import { unreadMessage } from './unread.ts';

const rows: SnapRow[] = [
  { table: 'profile', id: 'A', v: 1, row: { id: 'A', facts: { name: 'Đặng "the" Müller' } } },
  { table: 'event', id: 'e/1', v: 2, row: { id: 'e/1', properties: { list: [{ table: 'profile' }] } } },
];

/** The bytes of a message as engine.io and socket.io frame them. */
const message = (event: string, head: unknown, body: unknown): Buffer =>
  Buffer.from(`42/sync,${JSON.stringify([event, head, body])}`);

function read(bytes: Buffer): { head: unknown; scope: unknown; rows: readonly SnapRow[] } | null {
  const snap = unreadMessage(bytes);
  if (snap === null) return null;
  const [event, head, body] = snap.args as [string, unknown, { scope: unknown; rows: SnapRows }];
  expect(event).toBe('snap');
  return { head, scope: body.scope, rows: listOf(body.rows) };
}

describe('[R4] a message that holds nothing but rows of a snapshot', () => {
  it('keeps its bytes, and they are what was sent', () => {
    const scope = 'queue:größe "1"';
    expect(read(message('snap', { n: 7 }, { scope, rows }))).toEqual({ head: { n: 7 }, scope, rows });
  });

  it('[R16] keeps them for an early part of a frame too', () => {
    const ops = rows.map((row) => ({ ...row, scopes: ['s'] }));
    const body = { epoch: 'e', from: 12, part: 2 };
    const unread = unreadMessage(message('frame', { n: 3 }, { epoch: 'e', from: 12, ops, part: 2 }));
    const [event, head, read] = (unread?.args ?? []) as [string, unknown, { ops: UnreadOps }];
    expect([event, head]).toEqual(['frame', { n: 3 }]);
    expect({ ...read, ops: read.ops.list() }).toEqual({ ...body, ops });
  });

  it.each([
    ['an end', 'snap', { scope: 's', rows, end: true, at: 3 }],
    ['rows that have gone', 'snap', { scope: 's', rows, gone: [['profile', 'B']] }],
    ['buckets of a repair', 'snap', { scope: 's', rows, buckets: [1, 2] }],
    ['no rows', 'snap', { scope: 's', rows: [] }],
    ['a whole frame', 'frame', { epoch: 'e', from: 1, to: 2, chain: 'c', proof: 'p', ops: rows }],
    ['the last part of one', 'frame', { epoch: 'e', from: 1, to: 2, ops: rows, part: 2, parts: 2 }],
    ['members in another order', 'snap', { rows, scope: 's' }],
    ['rows that end otherwise', 'snap', { scope: 's', rows: [{ ...rows[0], more: 1 }] }],
  ])('is read as ever with %s', (_, event, body) => {
    expect(unreadMessage(message(event, { n: 1 }, body))).toBeNull();
  });
});
