/** The files of one operator at one station: opened, mended when damaged, wiped when told to. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Notice } from '../bridge/reports.ts';
import type { ProfileRow } from '../domain/profile.ts';
import type { Wipe } from '../protocol/wipe.ts';
import type { ReplicaConfig } from './config.ts';
import { BundleTrust } from './decide/trust.ts';
import { lostWith, withoutCustomers } from './outbox/erase.ts';
import { changesBetween } from './outbox/model.ts';
import { type Checkpoints, startCheckpoints } from './store/checkpoint.ts';
import { type Db, isDamage, type Key, removeFile } from './store/open.ts';
import { openOutboxFile, type SqliteOutbox } from './store/outbox.ts';
import { ReplicaReader } from './store/reader.ts';
import { openReplicaFile, SqliteReplica } from './store/replica.ts';
import { SearchIndex } from './store/searchIndex.ts';
import { readWipeNote, removeWipeNote, type WipeNote, writeWipeNote } from './wipeNote.ts';

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
  /** What had to be mended since this process began. */
  readonly mended = new Set<Notice>();
  readonly trust: BundleTrust;
  private readonly paths: { replica: string; outbox: string; wipeNote: string };
  private keys: Keys;
  /** The wipe of this outbox that is under way. */
  private wiping: WipeNote | null;
  private readonly newId: () => string;
  private readonly urgency: (profile: ProfileRow) => number | null;

  /** @throws SqliteError: SQLITE_BUSY where another console has this outbox, or what the disk says */
  constructor(config: ReplicaConfig, newId: () => string, urgency: (profile: ProfileRow) => number | null) {
    this.newId = newId;
    this.urgency = urgency;
    this.keys = config.keys;
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    const owner = ownerOf(config);
    this.paths = {
      replica: replicaPath(config),
      outbox: join(config.dataDir, `outbox-${owner}.db`),
      wipeNote: join(config.dataDir, `wipe-${owner}.json`),
    };
    this.trust = new BundleTrust(join(config.dataDir, 'bundle-key'));
    this.wiping = readWipeNote(this.paths.wipeNote);
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
    this.mended.add('replica_rebuilt');
  }

  /** Entries that a wipe has cost, earlier attempts at it included. */
  lostWith(id: string): number {
    return this.wiping?.id === id ? this.wiping.pending : 0;
  }

  /** Before anything goes: whose receipt is owed, and what is lost, with earlier attempts at the same wipe. */
  noteWipe({ id, mode, profiles = [] }: Wipe): void {
    const { me, pending } = this.outbox.load();
    const lost = mode === 'all' ? pending.length : lostWith(pending, profiles);
    this.wiping = { id, clientId: me.clientId, pending: lost + this.lostWith(id) };
    writeWipeNote(this.paths.wipeNote, this.wiping);
  }

  /** The receipt is given: from now on an outbox that went is another client's. */
  wiped({ id, mode }: Wipe): void {
    if (this.wiping?.id !== id) return;
    if (mode !== 'all') return this.welcomed();
    const me = { clientId: this.newId(), epoch: '', nextMid: 1, lmidAck: 0 };
    this.outbox.write([{ table: 'me', me }]);
    this.welcomed();
  }

  /** The core welcomes this client, so it is owed no receipt. */
  welcomed(): void {
    if (this.wiping === null) return;
    removeWipeNote(this.paths.wipeNote);
    this.wiping = null;
  }

  /** After the keys are gone: the files go too, and new ones are made under new keys. */
  async wipe(mode: 'replica' | 'all', keys: Keys): Promise<void> {
    await this.closeReplica();
    removeFile(this.paths.replica);
    this.trust.forget();
    this.keys = { ...this.keys, replica: keys.replica };
    if (mode === 'all') {
      this.outbox.close();
      removeOutbox(this.paths.outbox);
      this.keys = keys;
      this.outbox = this.openOutbox();
    }
    this.replica = this.openReplica();
  }

  /**
   * An erasure, after the replica's key is gone: the customers go from both files, which are written anew, the replica
   * under its new key. What was put aside of a damaged outbox cannot be read row by row and goes as a whole.
   */
  async erase(profiles: readonly string[], key: Key): Promise<void> {
    const { replica } = this;
    await replica.checkpoints?.stop();
    replica.checkpoints = null;
    replica.store.erase(profiles);
    replica.store.renew(key);
    this.keys = { ...this.keys, replica: key };
    const before = this.outbox.load();
    this.outbox.erase(changesBetween(before, withoutCustomers(before, profiles)));
    removePutAside(this.paths.outbox);
    this.checkpoint();
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
    if (rebuilt) this.mended.add('replica_rebuilt');
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
      this.mended.add('replica_rebuilt');
      removeFile(this.paths.replica);
      return this.openReplica();
    }
  }

  private openOutbox(): SqliteOutbox {
    // In the middle of a wipe the core has to be told by the same client; what cannot be read was to go anyway.
    const { wiping } = this;
    const newId = wiping === null ? this.newId : () => wiping.clientId;
    const { store, salvaged } = openOutboxFile(this.paths.outbox, this.keys.outbox, newId, new Date());
    if (wiping !== null) return store;
    if (salvaged !== null) this.mended.add('outbox_salvaged');
    return store;
  }
}

/** With everything that was ever put aside of it. */
function removeOutbox(path: string): void {
  removeFile(path);
  removePutAside(path);
}

function removePutAside(path: string): void {
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(`${basename(path)}.`)) rmSync(join(dirname(path), name), { force: true });
}

/** One outbox per person at a station, or per operator's name where nobody signs in. File names do not tell who works here. */
const ownerOf = ({ station, operator, person }: ReplicaConfig): string =>
  digest(person === undefined ? `${station}\n${operator}` : `${station}\n\n${person.subject}`);

export const replicaPath = (config: ReplicaConfig): string =>
  join(config.dataDir, `replica-${maskOf(config)}.db`);

/** People of one role and the same grants share a replica: nobody finds what only another one may see. */
const maskOf = ({ role, person }: ReplicaConfig): string =>
  person === undefined ? role : `${role}-${digest(person.grants.toSorted().join('\n'))}`;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
