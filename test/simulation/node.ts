/**
 * One process of the core: the production hub and execution over a store that it may share with another node. It can
 * die after any durable write or in the middle of a command, and stand still for a while.
 */
import { taggerOf } from '../../src/core/auth/tags.ts';
import type { Tokens } from '../../src/core/auth/tokens.ts';
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { PlannedFailures } from '../../src/core/commands/failures.ts';
import type { ClientStore } from '../../src/core/store/client-contract.ts';
import { SyncHub } from '../../src/core/sync/hub.ts';
import { AIRLINE_COMMANDS } from '../../src/packs/airline/commands.ts';
import type { CoreDisk } from './core-disk.ts';
import { NodeStore, watchedClients } from './node-store.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import { SPOKEN, type Version } from './versions.ts';
import type { Work } from './work.ts';

export const KEY = new Uint8Array(32).fill(3);
const TAG = taggerOf(KEY);

export const DISK_IS_FULL = "the core's disk is full";

/** The process has died: nothing that it still does reaches a disk or a wire. */
export class CoreDied extends Error {}
/** One for all: nobody looks at where it was made, and finding that out takes time. */
const CORE_DIED = new CoreDied('the core has died');

export type NodeParts = {
  name: string;
  version: Version;
  scheduler: Scheduler;
  random: Random;
  disk: CoreDisk;
  work: Work;
  /** The core's clock, ms. */
  now(): number;
  newId(): string;
  viewerOf(token: unknown): Viewer | undefined;
  /** Before a transaction begins another node may do something. */
  meanwhile(node: CoreNode): void;
  committed(node: CoreNode): void;
  /** It has looked at what was committed. */
  looked(node: CoreNode): void;
  /** The hub has made a new epoch. */
  begins(): void;
  /** A client that was away for long starts again at mid 1. */
  forgets(clientId: string): void;
  /** The process has died by itself, in the middle of something. */
  onDeath(node: CoreNode): void;
  fail(error: unknown): void;
};

/** The rim ticks once a second; here less often, because a history has many quiet minutes. */
const TICK = 4_000;

export class CoreNode {
  readonly name: string;
  readonly version: Version;
  readonly store: NodeStore;
  readonly clients: ClientStore;
  readonly hub: SyncHub;
  dead = false;
  /** Durable writes until the process dies by itself; 0 is never. */
  fuse = 0;
  /** Epochs that this node has begun. */
  begun = 0;
  private readonly parts: NodeParts;
  /** What waits for a process that stands still; null while it runs. */
  private backlog: (() => void)[] | null = null;
  private due = false;

  constructor(parts: NodeParts) {
    this.parts = parts;
    this.name = parts.name;
    this.version = parts.version;
    this.store = new NodeStore(parts.disk, this, parts.work);
    this.clients = watchedClients(parts.disk.clients, this);
    this.hub = new SyncHub({
      store: this.store,
      clients: this.clients,
      folder: {
        effect: (effect) => parts.work.effect(this, effect),
        holders: () => [],
        opened: () => undefined,
      },
      tokens: this.tokens(),
      execute: { pack: AIRLINE_COMMANDS, tag: TAG, failures: new PlannedFailures() },
      proofKey: KEY,
      versions: SPOKEN[parts.version],
      now: parts.now,
      clock: () => Math.floor(parts.scheduler.now),
      random: parts.random.next,
      newId: parts.newId,
      report: (error) => {
        if (!this.dead && !(error instanceof CoreDied)) parts.fail(error);
      },
    });
    this.tick();
  }

  /** The core's clock, ms. */
  now(): number {
    return this.parts.now();
  }

  get frozen(): boolean {
    return this.backlog !== null;
  }

  /** Stands still for so long; what comes meanwhile waits. */
  freeze(ms: number): void {
    if (this.dead || this.backlog) return;
    this.backlog = [];
    this.parts.scheduler.after(ms, () => {
      const waiting = this.backlog ?? [];
      this.backlog = null;
      for (const work of waiting) this.run(work);
    });
  }

  /** One look soon after any number of own commits, as the rim does it; now and then it takes longer. */
  wake(): void {
    const { random } = this.parts;
    this.look(random.chance(0.15) ? random.between(0, 2_000) : random.between(0, 10), () =>
      this.hub.committed(),
    );
  }

  /** [R9] Another node has committed: its notification comes, or is lost, and the log is polled; or this node is late. */
  hear(): void {
    const { random } = this.parts;
    const late = random.chance(0.1) ? 5_000 : random.chance(0.5) ? 250 : 20;
    this.look(random.between(0, late), () => this.hub.poll());
  }

  private look(ms: number, look: () => void): void {
    if (this.due || this.dead) return;
    this.due = true;
    this.parts.scheduler.after(ms, () => {
      this.due = false;
      this.run(() => {
        look();
        // Of what another node committed in the middle of this look it has been told, and will look again.
        if (!this.dead && !this.due) this.parts.looked(this);
      });
    });
  }

  private tick(): void {
    this.parts.scheduler.after(TICK, () => {
      if (this.dead) return;
      this.run(() => this.hub.tick());
      this.tick();
    });
  }

  /** Runs what a message or a timer asks for; what a dying process throws is nobody's any more. */
  run(work: () => void): void {
    if (this.dead) return;
    if (this.backlog) {
      this.backlog.push(work);
      return;
    }
    try {
      work();
    } catch (error) {
      if (!this.dead) this.parts.fail(error);
    }
  }

  alive(): void {
    if (this.dead) throw CORE_DIED;
  }

  /** @throws what SQLite throws where the disk takes no more */
  usable(): void {
    this.alive();
    if (this.parts.disk.failing <= 0) return;
    this.parts.disk.failing--;
    throw Object.assign(new Error(DISK_IS_FULL), { code: 'SQLITE_FULL' });
  }

  meanwhile(): void {
    this.parts.meanwhile(this);
  }

  committed(): void {
    this.wake();
    this.parts.committed(this);
  }

  begins(): void {
    this.begun++;
    this.parts.begins();
  }

  forgets(clientId: string): void {
    this.parts.forgets(clientId);
  }

  wrote(): void {
    if (this.fuse > 0 && --this.fuse === 0) this.die();
  }

  die(): never {
    this.dead = true;
    this.parts.onDeath(this);
    throw CORE_DIED;
  }

  private tokens(): Tokens {
    return {
      issue: () => Promise.reject(new Error('tokens are made by the simulation')),
      verify: (token) => {
        const viewer = this.parts.viewerOf(token);
        if (!viewer) return Promise.resolve({ ok: false, code: 'token_invalid' });
        const code = this.refusal(viewer);
        return Promise.resolve(code ? { ok: false, code } : { ok: true, viewer });
      },
      revoke: (subject) => this.clients.raise(subject, this.parts.now()),
      isRevoked: (viewer) => this.isRevoked(viewer),
    };
  }

  private isRevoked(viewer: Viewer): boolean {
    return (viewer.generation ?? 0) < this.clients.generation(viewer.subject);
  }

  /** Why a token is refused at the door; null if it is good. */
  refusal(viewer: Viewer): 'station_revoked' | 'token_expired' | null {
    if (this.isRevoked(viewer)) return 'station_revoked';
    return viewer.until <= this.parts.now() ? 'token_expired' : null;
  }
}
