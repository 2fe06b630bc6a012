/**
 * The peers, each in the fastest way that its documentation shows for many rows at once: how it is opened, how 500
 * customers are put in, what comes after the last of them, and how many it holds then. A customer is
 * `{id, name_key, email, phone_rev, loyalty, pnr, flight, json}`.
 */
import { join } from 'node:path';

const KEYS = ['name_key', 'email', 'phone_rev', 'loyalty', 'pnr', 'flight'];
const COLUMNS = [...KEYS, 'json'];
const nothing = () => undefined;

/** RxDB's free storage for Node that takes more than 500 documents keeps them in memory only. */
async function rxdb() {
  const { createRxDatabase } = await import('rxdb');
  const { getRxStorageMemory } = await import('rxdb/plugins/storage-memory');
  const text = { type: 'string', maxLength: 200 };
  const schema = {
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties: {
      id: { type: 'string', maxLength: 40 },
      ...Object.fromEntries(KEYS.map((name) => [name, text])),
      json: { type: 'string' },
    },
    required: ['id', ...COLUMNS],
    indexes: KEYS,
  };
  const database = await createRxDatabase({ name: 'peer', storage: getRxStorageMemory() });
  const { profiles } = await database.addCollections({ profiles: { schema } });
  return {
    put: (batch) => profiles.bulkInsert(batch),
    // The memory storage puts its indexes in order only when it is asked something.
    finish: () => profiles.count().exec(),
    count: () => profiles.count().exec(),
  };
}

/** PouchDB on LevelDB, without a secondary index. */
async function pouchdb(folder) {
  const { default: PouchDB } = await import('pouchdb');
  const database = new PouchDB(join(folder, 'pouch'));
  return {
    put: (batch) => database.bulkDocs(batch.map(({ id, ...rest }) => ({ _id: id, ...rest }))),
    finish: nothing,
    count: async () => (await database.info()).doc_count,
  };
}

async function powersync(folder, localOnly) {
  const { column, Schema, Table } = await import('@powersync/common');
  const { PowerSyncDatabase } = await import('@powersync/node');
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, column.text]));
  const indexes = Object.fromEntries(KEYS.map((name) => [`by_${name}`, [name]]));
  const schema = new Schema({ profile: new Table(columns, { localOnly, indexes }) });
  const options = { dbFilename: 'powersync.db', dbLocation: folder, readWorkerCount: 1 };
  const database = new PowerSyncDatabase({ schema, database: options });
  await database.init();
  return {
    database,
    count: async () => (await database.get('SELECT count(*) AS held FROM profile')).held,
  };
}

/** PowerSync's way for rows of one's own: a transaction and a statement for each batch. */
async function powersyncLocal(folder) {
  const { database, count } = await powersync(folder, true);
  const insert = `INSERT INTO profile (id, ${COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(COLUMNS.length)})`;
  return {
    put: (batch) =>
      database.writeTransaction((transaction) =>
        transaction.executeBatch(
          insert,
          batch.map((one) => [one.id, ...COLUMNS.map((name) => one[name])]),
        ),
      ),
    finish: nothing,
    count,
  };
}

/** The way that PowerSync's synced rows take: lines of its service given to its core, applied at the checkpoint. */
async function powersyncSynced(folder) {
  const { database, count } = await powersync(folder, false);
  const control = (command, payload) =>
    database.writeTransaction((transaction) =>
      transaction.execute('SELECT powersync_control(?, ?)', [command, payload]),
    );
  const line = (content) => control('line_text', JSON.stringify(content));
  await control('start', JSON.stringify({ schema: database.schema.toJSON() }));
  let last = 0;
  let opened = false;
  const checkpoint = (count_) => ({
    checkpoint: {
      last_op_id: String(count_),
      buckets: [{ bucket: 'station', checksum: 0, priority: 3, count: count_ }],
    },
  });
  return {
    put: async (batch) => {
      // The service tells at the start how much there will be; a number above it is as good.
      if (!opened) await line(checkpoint(Number(process.env.PEER_ROWS)));
      opened = true;
      const after = last;
      const data = batch.map(({ id, ...rest }) => ({
        op_id: String(++last),
        op: 'PUT',
        object_type: 'profile',
        object_id: id,
        checksum: 0,
        data: JSON.stringify(rest),
      }));
      const place = { after: String(after), next_after: String(last), has_more: true };
      await line({ data: { bucket: 'station', ...place, data } });
    },
    finish: () => line({ checkpoint_complete: { last_op_id: String(last) } }),
    count,
  };
}

export const PEERS = {
  rxdb,
  pouchdb,
  'powersync-local': powersyncLocal,
  'powersync-synced': powersyncSynced,
};
