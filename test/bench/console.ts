/**
 * The replica's own sync machine on real files, its socket replaced by calls: what arrives is handed to it, and what it
 * sends is answered as a core would.
 */
import { join } from 'node:path';
import { ulid } from 'ulidx';
import { Accountant } from '../../src/replica/accountant.ts';
import { enqueue } from '../../src/replica/outbox/operations.ts';
import { type Checkpoints, startCheckpoints } from '../../src/replica/store/checkpoint.ts';
import { openOutboxFile, type SqliteOutbox } from '../../src/replica/store/outbox.ts';
import { openReplicaFile, SqliteReplica } from '../../src/replica/store/replica.ts';
import { Runner } from '../../src/replica/sync/runner.ts';
import { urgencyOf } from '../../src/replica/views/headline.ts';
import { EPOCH, KEY, SCOPE } from './replica-file.ts';

type Result = [mid: number, id: string, status: 'applied', code: string, detail: null];

export class BenchConsole {
  readonly runner: Runner;
  readonly store: SqliteReplica;
  private readonly outbox: SqliteOutbox;
  private readonly checkpoints: Checkpoints;
  private readonly accountant: Accountant;
  private readonly close: () => void;
  private results: Result[] = [];
  private lmid = 0;

  /** `path`: a replica filled before, for the client of this outbox. */
  constructor(folder: string, path: string) {
    const { db } = openReplicaFile(path, KEY);
    this.store = new SqliteReplica(db, (profile) => urgencyOf(profile, Date.now()));
    this.outbox = openOutboxFile(join(folder, 'outbox.db'), KEY, ulid, new Date()).store;
    this.checkpoints = startCheckpoints(path, KEY, db);
    this.accountant = new Accountant((rows) => this.store.sumSlice(rows));
    this.close = () => db.close();
    this.runner = this.makeRunner();
    this.connect();
  }

  private makeRunner(): Runner {
    return new Runner({
      replica: () => this.store,
      outbox: () => this.outbox,
      link: {
        open: () => undefined,
        close: () => {
          throw new Error('the console gave the connection up');
        },
        send: (effect) => {
          if (effect.do !== 'push') return;
          for (const { mid, id } of effect.commands) this.results.push([mid, id, 'applied', '', null]);
          this.lmid = Math.max(this.lmid, ...effect.commands.map(({ mid }) => mid));
          const { generation } = this.runner.session;
          this.runner.dispatch({ type: 'push-ack', generation, ack: { lmid: this.lmid } });
        },
        receipt: () => undefined,
      },
      timers: { set: () => undefined },
      now: Date.now,
      random: Math.random,
      newId: ulid,
      onRows: () => this.accountant.wake(false),
      onChange: () => undefined,
      onReport: () => undefined,
      onNeedToken: () => undefined,
      onWipe: () => Promise.reject(new Error('nobody asked for it')),
      onStoreFailure: (error) => {
        throw error;
      },
    });
  }

  private connect(): void {
    const { runner } = this;
    runner.dispatch({ type: 'start', token: 'bench', wanted: [SCOPE] });
    const { generation } = runner.session;
    runner.dispatch({ type: 'connected', generation });
    const { cursor, chain, proof, mask, schemaHash } = this.store.meta();
    const now = new Date();
    runner.dispatch({
      type: 'hello-reply',
      generation,
      reply: {
        type: 'welcome',
        epoch: EPOCH,
        seq: cursor,
        chain,
        proof,
        mask,
        schemaHash,
        lmid: 0,
        ids: [],
        idsFrom: 1,
        reset: false,
        reason: '',
        granted: [SCOPE],
        denied: [],
        serverTime: now.toISOString(),
        leaseUntil: new Date(now.getTime() + 259_200_000).toISOString(),
      },
    });
    if (runner.session.phase !== 'live') throw new Error('the console is not live');
  }

  /** The number that the next frame must have. */
  get next(): number {
    return this.runner.session.n + 1;
  }

  /** One frame as the socket hands it over; what the operator's own commands came to goes with it. */
  frame(text: string): void {
    const [head, body] = JSON.parse(text);
    if (this.results.length > 0) {
      head.results = this.results;
      this.results = [];
    }
    head.lmid = this.lmid;
    const { generation } = this.runner.session;
    this.runner.dispatch({ type: 'frame', generation, head, body });
  }

  /** The operator writes a note: durable, sent, and executed at once by a core that is not there. */
  act(profileId: string): void {
    const id = ulid();
    const made = enqueue(this.outbox.load(), {
      id,
      name: 'add-note',
      ver: 1,
      args: { profileId, text: 'Asked for an aisle seat on the way back.' },
      base: [],
      baseValues: {},
      profileId,
      at: new Date().toISOString(),
      operator: 'bench',
    });
    if (!made.ok) throw new Error(made.code);
    this.runner.change(made.outbox);
  }

  async end(): Promise<void> {
    this.accountant.stop();
    await this.checkpoints.stop();
    this.close();
    this.outbox.close();
  }
}
