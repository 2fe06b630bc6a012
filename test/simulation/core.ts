/** The core of a history: one or two nodes over one store, which outlives them and can be put back to a backup. */
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { Broken } from './broken.ts';
import type { CoreDisk, MakeDisk } from './core-disk.ts';
import type { History } from './history.ts';
import { CoreNode } from './node.ts';
import { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import { assertServed } from './served.ts';
import type { Version } from './versions.ts';
import type { Wire } from './wire.ts';
import type { Work } from './work.ts';

export type CoreParts = {
  seed: number;
  scheduler: Scheduler;
  history: History;
  work: Work;
  /** How many nodes there are when all is well. */
  size: number;
  makeDisk: MakeDisk;
  newId(prefix: string): string;
  viewerOf(token: unknown): Viewer | undefined;
  /** What a sibling history has executed or refused: these ids may stand at another place in an outbox, or be edited. */
  sibling(ids: Iterable<string>): void;
  forgets(clientId: string): void;
  crashed(): void;
  reached(situation: string): void;
  fail(error: unknown): void;
};

/** Share of transactions before which another node gets to handle a message first. */
const MEANWHILE = 0.3;
/** The same where what was sent on one connection of a station meets what it sent on another. */
const OVERTAKEN = 0.7;

export class Core {
  disk: CoreDisk;
  readonly nodes: CoreNode[] = [];
  /** How far the core's clock is from the true time, ms. */
  skew = 0;
  /** Backups that were put back, told or not: each may cost an epoch. */
  restored = 0;
  /** Epochs that were left, and came again with a backup that was put back unannounced: a name for two histories. */
  readonly cameAgain = new Set<string>();
  epochs = 0;
  private readonly parts: CoreParts;
  private readonly random: Random;
  private readonly wires = new Set<Wire>();
  /** Whose message is being handled. */
  private handled: Wire | null = null;
  /** Happens at another node once a push that begins with this id is about to be executed. */
  ambush: { id: string; run: (node: CoreNode) => void } | null = null;
  private versions: Version[] = ['N'];
  private started = 0;
  private isMeanwhile = false;

  constructor(parts: CoreParts) {
    this.parts = parts;
    this.random = new Random(parts.seed, 1);
    this.disk = parts.makeDisk(
      () => this.now(),
      () => parts.newId('epoch'),
    );
  }

  now(): number {
    return Math.floor(this.parts.scheduler.now + this.skew);
  }

  /** Nodes that run; one that stands still is among them. */
  get alive(): boolean {
    return this.nodes.length > 0;
  }

  /** Where a new connection is led to. */
  pick(): CoreNode | null {
    return this.nodes.length > 0 ? this.random.pick(this.nodes) : null;
  }

  /** Starts what is missing. @param announced the operators know that a backup was restored */
  start(announced = false): void {
    while (this.nodes.length < this.parts.size) this.startNode(announced && this.nodes.length === 0);
  }

  private startNode(announced: boolean): void {
    const { scheduler, work, newId, viewerOf } = this.parts;
    const number = ++this.started;
    if (announced) this.newEpoch();
    const node = new CoreNode({
      name: `node${number}`,
      version: this.versions[number % this.versions.length] as Version,
      scheduler,
      random: new Random(this.parts.seed, 2, number),
      disk: this.disk,
      work,
      now: () => this.now(),
      newId: () => newId('core'),
      viewerOf,
      meanwhile: (one) => this.meanwhile(one),
      committed: (one) => this.committed(one),
      looked: (one) => this.looked(one),
      begins: () => {
        this.epochs++;
      },
      forgets: this.parts.forgets,
      onDeath: (one) => this.fell(one),
      fail: this.parts.fail,
    });
    this.nodes.push(node);
  }

  /** The operators of the core say that a backup was put back. */
  private newEpoch(): void {
    this.disk.log.newEpoch();
    this.epochs++;
  }

  wired(wire: Wire): void {
    this.wires.add(wire);
  }

  /** What this version of the core's program tells and serves; nodes that start take it. */
  install(versions: Version[]): void {
    this.versions = versions;
  }

  handling(wire: Wire, work: () => void): void {
    const before = this.handled;
    this.handled = wire;
    try {
      work();
    } finally {
      this.handled = before;
    }
  }

  /** Transactions of two nodes lie between each other: another one handles something that is on its way to it. */
  private meanwhile(node: CoreNode): void {
    if (this.isMeanwhile || this.nodes.length < 2) return;
    const work = this.strike(node) ?? this.arrival(node);
    if (!work) return;
    this.isMeanwhile = true;
    try {
      work();
    } finally {
      this.isMeanwhile = false;
    }
  }

  /** What lies in wait for the push that this node is about to execute. */
  private strike(node: CoreNode): (() => void) | undefined {
    const { ambush, handled } = this;
    const other = this.nodes.find((one) => one !== node && !one.frozen);
    if (!ambush || !other || handled?.node !== node) return undefined;
    const { clients } = this.disk;
    if (handled.pushed.find((id) => !clients.command(id)) !== ambush.id) return undefined;
    this.ambush = null;
    return () => ambush.run(other);
  }

  /** A message on its way to another node; rather one of the same station's, on its connection before or after. */
  private arrival(node: CoreNode): (() => void) | undefined {
    const others: Wire[] = [];
    for (const wire of this.wires)
      if (wire.isOver) this.wires.delete(wire);
      else if (wire.isAwaited && wire.node !== node && wire.node?.dead === false && !wire.node.frozen)
        others.push(wire);
    const own = others.filter((wire) => wire.owner === this.handled?.owner);
    const [list, share] = own.length > 0 ? [own, OVERTAKEN] : [others, MEANWHILE];
    if (list.length === 0 || !this.random.chance(share)) return undefined;
    return () => {
      if (!this.random.pick(list).pull(own.length > 0)) return;
      this.parts.reached(own.length > 0 ? 'overtaken by itself' : 'meanwhile');
    };
  }

  private looked(node: CoreNode): void {
    for (const { node: own, session } of this.wires)
      if (own === node && session) assertServed(session, node.store);
  }

  /** [R1] Whoever is welcomed is the only connection of its client at that node. */
  assertAlone(wire: Wire): void {
    for (const { node, session } of this.wires)
      if (
        node === wire.node &&
        session !== wire.session &&
        session?.phase === 'live' &&
        session.clientId === wire.session?.clientId
      )
        throw new Broken('R1', `two connections of ${session.clientId} are open at one node`);
  }

  private committed(node: CoreNode): void {
    for (const other of this.nodes) if (other !== node) other.hear();
  }

  /** The process ends; what is durable stays. */
  stop(node: CoreNode, politely: boolean): void {
    if (node.dead) return;
    if (politely) node.run(() => node.hub.shutdown());
    if (node.dead) return;
    node.dead = true;
    this.fell(node);
  }

  stopAll(politely: boolean): void {
    for (const node of [...this.nodes]) this.stop(node, politely);
  }

  private fell(node: CoreNode): void {
    const at = this.nodes.indexOf(node);
    if (at >= 0) this.nodes.splice(at, 1);
    this.parts.crashed();
    for (const wire of this.wires) {
      if (wire.node !== node) continue;
      wire.nodeDied();
      this.wires.delete(wire);
    }
    this.parts.scheduler.after(this.random.between(100, 15_000), () => this.start());
  }

  freeze(node: CoreNode, ms: number): void {
    node.freeze(ms);
    for (const wire of this.wires) if (wire.node === node) wire.frozen();
  }

  restore(backup: CoreDisk, announced: boolean): void {
    const { chain: before, epoch } = this.disk.log.head();
    this.stopAll(false);
    this.disk.close();
    this.disk = backup.copy();
    const { history, sibling } = this.parts;
    const { chain: after, epoch: again } = this.disk.log.head();
    if (!announced && again !== epoch) this.cameAgain.add(again);
    const state = history.at(after);
    if (state && !history.isBefore(after, before)) sibling([...state.effects.keys(), ...state.refused]);
    this.restored++;
    // Who executed what under which id is another story now.
    this.parts.work.squatted.clear();
    this.start(announced);
  }
}
