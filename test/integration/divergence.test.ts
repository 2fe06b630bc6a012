import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningReplica } from '../../src/replica/start.ts';
import type { Db } from '../../src/replica/store/open.ts';
import { allRows } from '../../src/replica/store/reader.ts';
import { until, Whole } from '../builders/whole.ts';

const SCOPE = 'station:FRA';
let whole: Whole;
beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
});
afterEach(() => whole.close());

const dbOf = (replica: RunningReplica): Db => replica.parts.files.replica.db;
const rowsOf = (replica: RunningReplica) =>
  allRows(dbOf(replica)).sort((a, b) => (a.table + a.id < b.table + b.id ? -1 : 1));

async function live(replica: RunningReplica, profiles: number): Promise<void> {
  const bridge = whole.window(replica);
  await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles >= profiles);
}

/** What no transaction of the replica would do: one row is gone, one is old, one is nobody's. */
function harm(db: Db): void {
  const ids = db.prepare<[], string>('SELECT id FROM base WHERE tbl = 0 ORDER BY id').pluck().all();
  db.prepare('DELETE FROM base WHERE id = ?').run(ids[0]);
  db.prepare('UPDATE base SET v = 1, content = jsonb(?) WHERE id = ?').run(
    '{"id":"old","identities":[],"facts":{}}',
    ids[1],
  );
  db.prepare(
    `INSERT INTO base (rid, tbl, id, v, gen, stage, scopes, content)
     SELECT 9000, tbl, 'nobody', v, gen, stage, scopes, content FROM base WHERE id = ?`,
  ).run(ids[2]);
  db.prepare('INSERT INTO member (scope, rid) SELECT n, 9000 FROM scope WHERE name = ?').run(SCOPE);
}

describe('[P32] [P33] a replica whose rows are not the core’s', () => {
  it('notices it at the next sums, fetches what differs and nothing else, and says so', async () => {
    for (let i = 0; i < 6; i++) await whole.passenger(`u${i}`, `QX7R${i}M`);
    const first = await whole.replica();
    await live(first, 6);
    // Its sums in memory are those of the sound rows, so that it notices nothing and asks for no repair.
    harm(dbOf(first));
    await whole.stopReplica(first);
    const lines: string[] = [];
    const replica = await whole.replica({}, { log: (line: string) => void lines.push(line) });
    await live(replica, 5);
    await expect.poll(() => replica.parts.files.replica.store.sums(SCOPE)).toBeDefined();
    whole.ahead = 61_000;
    const repaired = until(whole.window(replica), 'status', {}, (view) => view.divergence.repairs > 0);
    // Sums go with a frame, and with the next one where they are not made yet.
    let waiting = true;
    void repaired.finally(() => (waiting = false)).catch(() => undefined);
    for (let row = 1; waiting; row++) await whole.passenger('u9', 'ZZ9ZZZ', { seat: `${row}A` });
    expect((await repaired).divergence).toMatchObject({ since: null, repairs: 1 });
    const sound = await whole.replica({ operator: 'op-2' });
    await live(sound, 7);
    await expect.poll(() => rowsOf(replica)).toEqual(rowsOf(sound));
    expect(lines).toEqual(expect.arrayContaining(['divergence_found', 'divergence_repaired']));
    expect(lines.join()).not.toContain('nobody');
  });
});
