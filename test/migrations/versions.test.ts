/**
 * Files of consoles of before, made by the code of their time (test/migrations/files): a replica of another schema is
 * dropped and fetched again, and whatever becomes of it, the outbox beside it loses nothing.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY_INDEXES, REPLICA_SCHEMA, REPLICA_VERSION } from '../../src/replica/migrations/replica.ts';
import type { Outbox } from '../../src/replica/outbox/model.ts';
import type { RunningReplica } from '../../src/replica/start.ts';
import { openFile } from '../../src/replica/store/open.ts';
import { allRows } from '../../src/replica/store/reader.ts';
import { until, Whole } from '../builders/whole.ts';

const FILES = join(import.meta.dirname, 'files');
const KEYS = { replica: 'ab'.repeat(32), outbox: 'cd'.repeat(32) };
const OUTBOX = `outbox-${createHash('sha256').update('FRA\nop-1').digest('hex').slice(0, 16)}.db`;
const versions = readdirSync(FILES)
  .flatMap((name) => /^replica-v(\d+)\.db$/u.exec(name)?.[1] ?? [])
  .map(Number);

let whole: Whole;
beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
  await whole.passenger('u1', 'QX7R2M');
});
afterEach(() => whole.close());

/** A console on the files of version `version`, before it has a connection. */
async function console_(version: number): Promise<RunningReplica> {
  const folder = whole.path('op-1');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(FILES, `replica-v${version}.db`), join(folder, 'replica-operator.db'));
  copyFileSync(join(FILES, 'outbox-v1.db'), join(folder, OUTBOX));
  // What was settled or taken back is known for 7 days; the files get older than that.
  const outbox = openFile(join(folder, OUTBOX), KEYS.outbox);
  for (const table of ['settled', 'undone'])
    outbox.prepare(`UPDATE ${table} SET at = ?`).run(new Date().toISOString());
  outbox.close();
  return whole.replica({ keys: KEYS });
}

const everywhere = (outbox: Outbox): { [id: string]: string } => ({
  ...Object.fromEntries(outbox.pending.map((one) => [one.id, one.held ? 'held' : 'pending'])),
  ...Object.fromEntries([...outbox.settled.keys()].map((id) => [id, 'applied'])),
  ...Object.fromEntries([...outbox.undone.keys()].map((id) => [id, 'undone'])),
  ...Object.fromEntries([...outbox.conflict].map(([id, one]) => [id, one.archived ? 'put away' : 'asks'])),
});
const texts = (outbox: Outbox): unknown[] =>
  [...outbox.pending, ...[...outbox.settled.values(), ...outbox.conflict.values()].map((one) => one.entry)]
    .map((entry) => entry.args.text)
    .sort();

const ALL = {
  ...{ sent: 'pending', waiting: 'pending', held: 'held', undone: 'undone' },
  ...{ applied: 'applied', refused: 'asks', 'put-away': 'put away' },
};
const TEXTS = ['applied', 'held', 'put-away', 'refused', 'sent', 'waiting'].map((id) => `note ${id}`);

/** The schema of each version: with another text a file of that version would be read as what it is not. */
const LOCK = { version: 6, hash: '462e23465d757e51' };

describe('[O2] [P3] the files of an older console', () => {
  it('have another version than ours wherever their schema is another', () => {
    const text = [REPLICA_SCHEMA, ...KEY_INDEXES.values()].join('\n');
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    expect({ version: REPLICA_VERSION, hash }).toEqual(LOCK);
  });

  it('are there for at least one schema of before', () => {
    expect(versions.some((version) => version < REPLICA_VERSION)).toBe(true);
  });

  it.each(versions)(
    'of schema %i: the replica is fetched again where it is another, the outbox is whole',
    async (version) => {
      const replica = await console_(version);
      const { store, db } = replica.parts.files.replica;
      const kept = version === REPLICA_VERSION;
      expect(store.meta().epoch).toBe(kept ? 'epoch-of-before' : '');
      expect(allRows(db)).toHaveLength(kept ? 2 : 0);
      expect([...replica.parts.files.mended]).toEqual(kept ? [] : ['replica_rebuilt']);
      expect(everywhere(replica.parts.outbox())).toEqual(ALL);
      expect(texts(replica.parts.outbox())).toEqual(TEXTS);
      expect(replica.parts.outbox().me).toEqual({
        clientId: 'client-of-before',
        epoch: '',
        nextMid: 5,
        lmidAck: 3,
      });
    },
  );

  it('meet a core that has never heard of them: everything is sent again or asks, and nothing is lost', async () => {
    const replica = await console_(versions.find((version) => version < REPLICA_VERSION) as number);
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
    // Their customers are unknown to this core, so it refuses them; what was held and put away stays where it was.
    const view = await until(bridge, 'outbox', {}, (outbox) => outbox.needsYou.length === 4);
    expect(view.needsYou.map((entry) => entry.id).sort()).toEqual(['applied', 'refused', 'sent', 'waiting']);
    expect(texts(replica.parts.outbox())).toEqual(TEXTS);
    expect(everywhere(replica.parts.outbox())).toMatchObject({
      held: 'held',
      undone: 'undone',
      'put-away': 'put away',
    });
  });
});
