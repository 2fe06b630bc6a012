/** The checker checked: the values that wire.md prints, and one broken clause per rule that must be noticed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bucketOf, hash, sum } from './hash.ts';
import type { FrameBody, FrameHead, Op, SnapBody, Welcome } from './messages.ts';
import { Replica } from './replica.ts';

const WIRE = readFileSync(new URL('../../docs/spec/wire.md', import.meta.url), 'utf8');
const SCOPE = 'station:FRA';

const welcome: Welcome = {
  type: 'welcome',
  epoch: 'e1',
  seq: 10,
  chain: 'c10',
  proof: 'p10',
  mask: 'm',
  schemaHash: 's',
  lmid: 0,
  ids: [],
  idsFrom: 1,
  reset: true,
  reason: 'new',
  granted: [SCOPE],
  denied: [],
  serverTime: '2026-11-21T10:00:00Z',
  leaseUntil: '2026-11-24T10:00:00Z',
};
const row = (id: string, v: number) => ({ table: 'profile', id, v, row: { id, v } });
const op = (id: string, v: number, scopes = [SCOPE]): Op => ({
  ...row(id, v),
  scopes,
  row: scopes.length ? { id, v } : null,
});
const head = (n: number, more: Partial<FrameHead> = {}): FrameHead => ({
  n,
  lmid: 0,
  results: [],
  drop: [],
  ...more,
});
const body = (from: number, to: number, ops: Op[], more: Partial<FrameBody> = {}): FrameBody => ({
  epoch: 'e1',
  from,
  to,
  chain: `c${to}`,
  proof: `p${to}`,
  ops,
  ...more,
});
const snap = (rows: SnapBody['rows'], more: Partial<SnapBody> = {}): SnapBody => ({
  scope: SCOPE,
  rows,
  ...more,
});

/** A replica after welcome, an empty frame and a snapshot of two rows; the next n is 3. */
function filled(): Replica {
  const replica = new Replica();
  replica.welcome(welcome);
  replica.frame(head(1), body(10, 10, []));
  replica.snap({ n: 2 }, snap([row('A', 3), row('B', 9)], { end: true, at: 10 }));
  return replica;
}

describe('[wire Worked values] the printed values', () => {
  it('[wire Rows] content hashes', () => {
    const rows = [...WIRE.matchAll(/^\| `(.+)` \| `.+` \| `([0-9a-f]{16})` \|$/gm)];
    expect(rows).toHaveLength(5);
    for (const [, value, expected] of rows) expect(hash(JSON.parse(value as string))).toBe(expected);
  });

  it('[wire Divergence] SUM and bucket', () => {
    const text = WIRE.slice(WIRE.indexOf('A SUM of the rows'));
    const rows = [...text.slice(0, text.indexOf(' is ')).matchAll(/`(\[.+?\])`/g)].map(([, json]) => {
      const [table, id, v] = JSON.parse(json as string);
      return { table, id, v };
    });
    expect(rows).toHaveLength(3);
    expect(text).toContain(`is \`${sum(rows)}\``);
    expect(text).toContain(`\`${sum([])}\``);
    expect(text).toContain(`is ${bucketOf('profile', 'P1')} (`);
  });
});

describe('[R2] the checker notices a broken clause', () => {
  it('[R3] and takes a right frame', () => {
    const replica = filled();
    const sums = { [SCOPE]: sum([row('A', 12), row('C', 11)]) };
    replica.frame(head(3), body(10, 12, [op('A', 12), op('B', 12, []), op('C', 11)], { sums }));
    expect([...replica.rows.keys()].sort()).toEqual(['profile/A', 'profile/C']);
    expect(replica).toMatchObject({ cursor: 12, chain: 'c12', proof: 'p12' });
    replica.frame(head(4, { drop: [SCOPE] }), body(12, 12, []));
    expect(replica.rows.size).toBe(0);
  });

  it('[R16] and takes a frame in parts, applied at the last', () => {
    const replica = filled();
    replica.frame({ n: 3 }, { epoch: 'e1', from: 10, ops: [op('A', 11), op('C', 12)], part: 1 });
    expect(replica.get('profile', 'A')?.v).toBe(3);
    replica.frame(head(4), body(10, 14, [op('C', 14, []), op('D', 13)], { part: 2, parts: 2 }));
    expect([...replica.rows.keys()].sort()).toEqual(['profile/A', 'profile/B', 'profile/D']);
    expect(replica.get('profile', 'A')?.v).toBe(11);
  });

  it('[R5] stale rows stay until the end of the snapshot that names their scope', () => {
    const replica = filled();
    replica.welcome({ ...welcome, reason: 'chain', seq: 20, chain: 'c20' });
    expect([...replica.rows.values()].map((held) => held.stale)).toEqual([true, true]);
    replica.frame(head(1), body(20, 20, []));
    replica.snap({ n: 2 }, snap([row('A', 2)], { end: true, at: 20 }));
    expect([...replica.rows.values()].map(({ id, v, stale }) => [id, v, stale])).toEqual([['A', 2, false]]);
  });

  const broken: [string, (replica: Replica) => void][] = [
    ['R2] n', (replica) => replica.frame(head(4), body(10, 11, []))],
    ['R2] frame of epoch', (replica) => replica.frame(head(3), body(10, 11, [], { epoch: 'e2' }))],
    ['R2] frame from', (replica) => replica.frame(head(3), body(9, 11, []))],
    ['R3] from = to', (replica) => replica.frame(head(3), body(10, 10, [], { chain: 'other' }))],
    ['R3] a row appears', (replica) => replica.frame(head(3), body(10, 12, [op('A', 11), op('A', 12)]))],
    [
      'R3] op profile/A names',
      (replica) => replica.frame(head(3), body(10, 12, [op('A', 11, ['station:X'])])),
    ],
    [
      'R3] op profile/A names',
      (replica) => replica.frame(head(3, { drop: [SCOPE] }), body(10, 12, [op('A', 11)])),
    ],
    ['R3] [] for', (replica) => replica.frame(head(3), body(10, 12, [op('C', 11, [])]))],
    ['R3] row of', (replica) => replica.frame(head(3), body(10, 12, [{ ...op('A', 11), row: null }]))],
    ['R3] op profile/A has v', (replica) => replica.frame(head(3), body(10, 12, [op('A', 13)]))],
    ['State] op profile/A has v', (replica) => replica.frame(head(3), body(10, 12, [op('A', 10)]))],
    [
      'R13] result',
      (replica) =>
        replica.frame(head(3, { lmid: 2, results: [[2, 'x', 'applied', '', null]] }), body(10, 11, [])),
    ],
    [
      'R3] result',
      (replica) => replica.frame(head(3, { results: [[1, 'x', 'applied', '', null]] }), body(10, 11, [])),
    ],
    ['R4] drop', (replica) => replica.frame(head(3, { drop: ['station:X'] }), body(10, 11, []))],
    [
      'Divergence] SUM',
      (replica) => replica.frame(head(3), body(10, 11, [], { sums: { [SCOPE]: sum([row('A', 3)]) } })),
    ],
    [
      'Transport] message',
      (replica) => replica.snap({ n: 3 }, snap([{ ...row('A', 3), row: { id: 'x'.repeat(270_000) } }])),
    ],
    ['R4] snap of', (replica) => replica.snap({ n: 3 }, snap([]))],
    ['R4] snap of', (replica) => replica.snap({ n: 3 }, snap([], { scope: 'station:X' }))],
    ['R16] part', (replica) => replica.frame({ n: 3 }, { epoch: 'e1', from: 10, ops: [], part: 2 })],
    ['R16] an early part', (replica) => replica.frame({ n: 3 }, body(10, 12, [], { part: 1 }))],
    ['R16] parts', (replica) => replica.frame(head(3), body(10, 12, [], { part: 2, parts: 2 }))],
  ];
  it.each(broken)('[%s ... is a fault', (sentence, act) => {
    expect(() => act(filled())).toThrow(`[${sentence}`);
  });

  it('[R4] at the end of a snapshot at is the cursor, and what is held has the same v', () => {
    const other = (rows: SnapBody['rows'], at: number) => () => {
      const replica = filled();
      replica.granted.add('station:X');
      replica.snap({ n: 3 }, snap(rows, { scope: 'station:X', end: true, at }));
    };
    expect(other([row('A', 3)], 10)).not.toThrow();
    expect(other([], 9)).toThrow('[R4] end of');
    expect(other([row('A', 4)], 10)).toThrow('[R4] profile/A');
    expect(other([{ ...row('B', 9), row: { id: 'other' } }], 10)).toThrow('two contents');
  });
});
