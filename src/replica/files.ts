/** The files of one operator at one station: opened, mended when damaged, wiped when told to. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileRow } from '../domain/profile.ts';
import type { ReplicaConfig } from './config.ts';
import { type Checkpoints, startCheckpoints } from './store/checkpoint.ts';
import { type Db, isDamage, type Key, removeFile } from './store/open.ts';
import { openOutboxFile, type SqliteOutbox } from './store/outbox.ts';
import { ReplicaReader } from './store/reader.ts';
import { openReplicaFile, SqliteReplica } from './store/replica.ts';
import { SearchIndex } from './store/searchIndex.ts';

export type Keys = { replica: Key; outbox: Key };

export type ReplicaSide = {
  db: Db;
  store: SqliteReplica;
  reader: ReplicaReader;
  index: SearchIndex;
  /** None before the first snapshots have ended. */
  checkpoints: Checkpoints | null;
};

export class Files {
  replica: ReplicaSide;
  outbox: SqliteOutbox;
  /** Codes of what had to be mended and has not been fetched again yet. */
  readonly mended: string[] = [];
  private readonly paths: { replica: string; outbox: string };
  private keys: Keys;
  private readonly newId: () => string;
  private readonly urgency: (profile: ProfileRow) => number | null;

  /** @throws SqliteError: SQLITE_BUSY where another console has this outbox, or what the disk says */
  constructor(config: ReplicaConfig, newId: () => string, urgency: (profile: ProfileRow) => number | null) {
    this.newId = newId;
    this.urgency = urgency;
    this.keys = config.keys;
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    this.paths = {
      replica: join(config.dataDir, `replica-${config.role}.db`),
      outbox: join(config.dataDir, `outbox-${nameOf(config.station, config.operator)}.db`),
    };
    this.outbox = this.openOutbox();
    try {
      this.replica = this.openReplica();
    } catch (error) {
      this.outbox.close();
      throw error;
    }
  }

  /** A damaged replica is fetched again; the outbox is not touched. */
  async rebuildReplica(): Promise<void> {
    await this.closeReplica();
    removeFile(this.paths.replica);
    this.replica = this.openReplica();
    this.mended.push('replica_rebuilt');
  }

  /** After the keys are gone: the files go too, and new ones are made under new keys. */
  async wipe(mode: 'replica' | 'all', keys: Keys): Promise<void> {
    await this.closeReplica();
    removeFile(this.paths.replica);
    this.keys = { ...this.keys, replica: keys.replica };
    if (mode === 'all') {
      this.outbox.close();
      removeFile(this.paths.outbox);
      this.keys = keys;
      this.outbox = this.openOutbox();
    }
    this.replica = this.openReplica();
  }

  /** Starts making checkpoints if there is something to make them of. */
  checkpoint(side = this.replica): void {
    if (side.checkpoints === null && side.store.isKept())
      side.checkpoints = startCheckpoints(this.paths.replica, this.keys.replica, side.db);
  }

  async close(): Promise<void> {
    await this.closeReplica();
    this.outbox.close();
  }

  private async closeReplica(): Promise<void> {
    const { store, checkpoints } = this.replica;
    await checkpoints?.stop();
    store.close();
  }

  private openReplica(): ReplicaSide {
    const { db, rebuilt } = openReplicaFile(this.paths.replica, this.keys.replica);
    if (rebuilt) this.mended.push('replica_rebuilt');
    try {
      const store = new SqliteReplica(db, this.urgency);
      const reader = new ReplicaReader(db);
      const index = new SearchIndex(db);
      const side: ReplicaSide = { db, store, reader, index, checkpoints: null };
      this.checkpoint(side);
      return side;
    } catch (error) {
      db.close();
      if (!isDamage(error) || rebuilt) throw error;
      // The first page was good, a later one is not.
      this.mended.push('replica_rebuilt');
      removeFile(this.paths.replica);
      return this.openReplica();
    }
  }

  private openOutbox(): SqliteOutbox {
    const { store, salvaged } = openOutboxFile(this.paths.outbox, this.keys.outbox, this.newId, new Date());
    if (salvaged !== null) this.mended.push('outbox_salvaged');
    return store;
  }
}

/** File names do not tell who works here. */
const nameOf = (station: string, operator: string): string =>
  createHash('sha256').update(`${station}\n${operator}`).digest('hex').slice(0, 16);
