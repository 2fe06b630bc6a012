/** Everything that goes wrong, each with its weight; a history draws from this list. */
import Database from 'better-sqlite3';
import { PROTO } from '../../src/protocol/version.ts';
import type { Outbox } from '../../src/replica/outbox/model.ts';
import type { MemoryReplica } from '../../src/replica/store/memory.ts';
import { Broken } from './broken.ts';
import { copyReplica } from './disk.ts';
import { revise, write } from './operators.ts';
import { ingest } from './sources.ts';
import { Station } from './station.ts';
import { SCOPES, type World } from './world.ts';

type Image = { station: Station; replica: MemoryReplica; subject: string; outbox: Outbox };

export const open = (backup: Buffer): Database.Database => new Database(Buffer.from(backup));

const idsIn = (outbox: Outbox): string[] => [
  ...outbox.pending.map((entry) => entry.id),
  ...outbox.settled.keys(),
  ...outbox.conflict.keys(),
];

/** The faults of one history; which kinds it has is drawn too, so that many histories are about few kinds. */
export class Faults {
  private readonly world: World;
  private readonly images: Image[] = [];
  private readonly backups: Buffer[] = [];
  private readonly kinds: [number, string, () => void][];

  constructor(world: World) {
    this.world = world;
    const all = this.all();
    this.kinds = all.filter(([, name]) => ALWAYS.has(name) || world.random.chance(0.5));
  }

  get names(): string[] {
    return this.kinds.map(([, name]) => name);
  }

  /** One thing happens. */
  act(): void {
    const total = this.kinds.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.world.random.next() * total;
    for (const [weight, name, run] of this.kinds) {
      left -= weight;
      if (left >= 0) continue;
      if (!ALWAYS.has(name)) this.world.tell(name);
      return run();
    }
  }

  private station(): Station {
    return this.world.random.pick(this.world.stations);
  }

  private all(): [number, string, () => void][] {
    const { world } = this;
    const { random } = world;
    return [
      [30, 'write', () => write(world, this.station())],
      [20, 'ingest', () => ingest(world)],
      [8, 'revise', () => revise(world, this.station())],
      [3, 'ingest much', () => ingest(world, 40)],
      [4, 'cut', () => this.station().wire?.cut(true, true)],
      [
        3,
        'half-open',
        () =>
          random.chance(0.5) ? this.station().wire?.cut(true, false) : this.station().wire?.cut(false, true),
      ],
      [3, 'slip', () => this.station().wire?.misplace(random.pick(['lost', 'twice']))],
      [3, 'stall', () => this.stall()],
      [8, 'crash', () => this.station().light(1 + random.below(6))],
      [2, 'kill', () => this.kill(this.station())],
      [4, 'power', () => this.power(this.station())],
      [3, 'core crash', () => this.crashCore()],
      [1, 'core stop', () => world.stopCore(true)],
      [5, 'want', () => this.want(this.station())],
      [2, 'shift', () => this.shift(this.station())],
      [2, 'cut log', () => this.cutLog()],
      [1, 'revoke', () => this.revoke()],
      [2, 'grants', () => this.grants()],
      [3, 'backup', () => this.backup()],
      [1, 'restore announced', () => this.restore(true)],
      [1.5, 'restore', () => this.restore(false)],
      [3, 'image', () => this.image(this.station())],
      [2, 'rollback', () => this.rollback()],
      [1, 'clone', () => this.clone()],
      [1, 'impostor', () => this.impostor()],
      [1, 'invented', () => this.invented()],
      [1, 'wipe', () => this.wipe()],
      [1, 'hours', () => this.hours()],
    ];
  }

  /** The connection holds back what was sent, and the console makes a new one meanwhile. */
  private stall(): void {
    const { wire } = this.station();
    wire?.stall(this.world.random.between(2_000, 40_000));
  }

  private kill(station: Station): void {
    if (!station.runner) return;
    this.world.counts.crashes++;
    station.kill();
    this.world.startLater(station);
  }

  private power(station: Station): void {
    if (!station.runner) return;
    this.world.counts.crashes++;
    station.losePower(this.world.random.below(5));
    this.world.startLater(station);
  }

  private crashCore(): void {
    const { core, random } = this.world;
    if (!core) return;
    if (random.chance(0.5)) core.fuse = 1 + random.below(6);
    else this.world.stopCore(false);
  }

  private want(station: Station): void {
    station.wanted = this.world.random.some(SCOPES, 0.5);
    station.say({ type: 'want', wanted: station.wanted });
  }

  private shift(station: Station): void {
    if (!station.runner) return;
    const next = this.world.random.pick(station.subjects);
    station.leave();
    this.world.scheduler.after(this.world.random.between(10, 3_000), () => this.world.start(station, next));
  }

  private cutLog(): void {
    const { core, random } = this.world;
    core?.guarded(() => core.store.cutLog(random.below(12)));
  }

  private revoke(): void {
    const { core, random, people, scheduler, stations } = this.world;
    const subject = random.pick([...people.keys()]);
    core?.guarded(() => core.hub.revoke(subject));
    scheduler.after(random.between(100, 60_000), () => {
      for (const one of stations)
        if (one.subject === subject) one.say({ type: 'token', token: this.world.tokenOf(subject) });
    });
  }

  private grants(): void {
    const { random, people, stations } = this.world;
    const subject = random.pick([...people.keys()]);
    const person = people.get(subject);
    if (!person) return;
    person.grants = random.chance(0.3)
      ? ['station:*', 'flight:*', 'queue:*', 'profile:*']
      : random.some(SCOPES, 0.6);
    for (const one of stations)
      if (one.subject === subject) one.say({ type: 'token', token: this.world.tokenOf(subject) });
  }

  private backup(): void {
    this.backups.push(this.world.backup());
    if (this.backups.length > 3) this.backups.splice(this.world.random.below(3), 1);
  }

  private restore(announced: boolean): void {
    if (this.backups.length === 0) return;
    this.world.restore(this.world.random.pick(this.backups), open, announced);
  }

  private image(station: Station): void {
    const image = {
      station,
      replica: station.replica.image(),
      subject: station.subject,
      outbox: station.outbox.value,
    };
    this.images.push(image);
    if (this.images.length > 4) this.images.splice(this.world.random.below(4), 1);
  }

  /** One or both files are put back to an older image of the same disk. */
  private rollback(): void {
    const { random } = this.world;
    const image = this.images.length > 0 ? random.pick(this.images) : null;
    if (!image) return;
    const { station } = image;
    this.world.counts.crashes++;
    station.kill();
    const which = random.below(3);
    if (which !== 1) station.replica.putBack(image.replica);
    if (which !== 0) {
      const disk = station.outboxes.get(image.subject);
      if (disk) {
        this.twin(image.outbox, disk.value);
        disk.value = image.outbox;
      }
    }
    this.world.startLater(station);
  }

  private twin(...outboxes: Outbox[]): void {
    for (const outbox of outboxes) for (const id of idsIn(outbox)) this.world.twins.add(id);
  }

  /** A copy of a whole disk begins to work beside the original. */
  private clone(): void {
    const { world } = this;
    if (world.stations.length > 4) return;
    const from = this.station();
    if (!from.outboxes.has(from.subject)) return;
    const name = world.newId('clone');
    const copy = new Station(name, [from.subject], from.wanted, world.stationParts());
    copy.replica.live = copyReplica(from.replica.live);
    copy.replica.live.discardStages();
    copy.outbox.value = from.outbox.value;
    this.twin(from.outbox.value);
    world.stations.push(copy);
    world.startLater(copy);
  }

  private raw(subject: string, hello: object): { type: string } | null {
    const { core } = this.world;
    const viewer = this.world.viewerOf(this.world.tokenOf(subject));
    if (!core || !viewer) return null;
    let answer: { type: string } | null = null;
    core.guarded(() => {
      const session = core.hub.connect({ emit: () => {}, ask: () => {}, close: () => {} }, viewer);
      core.hub.hello(session, { proto: PROTO, conn: this.world.newId('conn'), ...hello }, (reply) => {
        answer = reply as { type: string };
      });
      core.hub.disconnected(session);
    });
    return answer;
  }

  /** [R1] Somebody else says hello with a clientId that he knows. */
  private impostor(): void {
    const { core } = this.world;
    const { outbox, subject } = this.station();
    const { clientId } = outbox.value.me;
    if (core?.clients.client(clientId)?.subject !== subject) return;
    const answer = this.raw('mallory', {
      clientId,
      epoch: core.store.head().epoch,
      cursor: 1,
      wanted: SCOPES,
    });
    if (answer && answer.type !== 'refused')
      throw new Broken('R1', `somebody else was welcomed as ${clientId}: ${JSON.stringify(answer)}`);
  }

  /** [R5] An invented cursor resets nobody else. */
  private invented(): void {
    const { core, random } = this.world;
    if (!core) return;
    const { epoch, seq } = core.store.head();
    const place = {
      epoch,
      cursor: random.pick([seq + 5, Math.max(1, seq)]),
      chain: 'ab'.repeat(32),
      proof: 'cd'.repeat(32),
    };
    this.raw('mallory', { clientId: 'mallory', mask: '', ...place, wanted: SCOPES });
    if (this.world.core === core && !core.dead && core.store.head().epoch !== epoch)
      throw new Broken('R5', 'an invented cursor made a new epoch');
  }

  private wipe(): void {
    const { core, random } = this.world;
    const { subject } = this.station();
    core?.guarded(() => core.hub.wipe(subject, random.pick(['replica', 'all'])));
  }

  private hours(): void {
    this.world.scheduler.now += this.world.random.between(60_000, 4 * 3_600_000);
  }
}

/** Work goes on in every history. */
const ALWAYS: ReadonlySet<string> = new Set(['write', 'ingest', 'revise']);
