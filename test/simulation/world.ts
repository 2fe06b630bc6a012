/** One simulated history: a core, stations with several operators, and everything that can go wrong between them. */
import type { Viewer } from '../../src/core/auth/viewer.ts';
import type { Role } from '../../src/domain/role.ts';
import type { Hello, HelloReply } from '../../src/protocol/hello.ts';
import { MAX_OPEN_MIDS } from '../../src/protocol/limits.ts';
import { Broken } from './broken.ts';
import { Core } from './core.ts';
import type { MakeDisk } from './core-disk.ts';
import type { OutboxDisk } from './disk.ts';
import { History } from './history.ts';
import { inspect, type Judge } from './inspect.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import type { Station, StationParts } from './station.ts';
import type { Wire } from './wire.ts';
import { isExpected, Work } from './work.ts';

const START = Date.parse('2026-11-23T10:00:00Z');
const LONG = 30 * 86_400_000;

export const SCOPES = ['station:FRA', 'station:MUC', 'flight:LH1/2026-11-23', 'queue:de', 'profile:P1'];

export type Counts = {
  messages: number;
  commits: number;
  crashes: number;
  resets: number;
  forks: number;
};

export const noCounts = (): Counts => ({ messages: 0, commits: 0, crashes: 0, resets: 0, forks: 0 });

/** @property tokens how long one lives, ms */
type Person = { role: Role; grants: string[]; tokens: number };

export class World {
  readonly seed: number;
  /** Of what happens now: each action has a stream of its own. */
  random: Random;
  readonly scheduler = new Scheduler(START);
  readonly history = new History();
  readonly counts = noCounts();
  /** Kinds of faults that happened and situations that were reached. */
  readonly situations = new Set<string>();
  readonly people = new Map<string, Person>();
  readonly stations: Station[] = [];
  readonly core: Core;
  readonly work: Work;
  /** Told what happens, for a replay. */
  readonly tell: (line: () => string) => void;
  /** Profiles that became another's. */
  readonly survivors = new Map<string, string>();
  private readonly twins = new Set<string>();
  /** Whether an id stands in more than one outbox or history. */
  readonly isTwin = (id: string): boolean => this.twins.has(id);
  /** Ids that another client sends too: of a disk that was cloned or put back to before a fork, or taken by a squatter. */
  readonly elsewhere = new Set<string>();
  /**
   * Ids of which the core cannot say any more that they took effect: those of a client that it forgets, and what was taken
   * back at a fork whose place it did not know, or only in another history (docs/simulation.md).
   */
  private readonly untellable = new Set<string>();
  /** Whether a console need not know that this command took effect. */
  readonly maySayNothing = (id: string): boolean => this.untellable.has(id) || this.elsewhere.has(id);
  /** Ids written while a clock was a month slow. */
  readonly late = new Set<string>();
  /** Clients that start again at mid 1: rows from before say nothing about their mids. */
  readonly forgotten = new Set<string>();
  /** A fork was found there: its operator may be quick. */
  onFork: (station: Station) => void = () => undefined;
  private readonly found = new Map<string, Set<string>>();
  private readonly tokens = new Map<string, Viewer>();
  private readonly judge: Judge;
  private ids = 0;
  private forkable = false;
  private promises = false;
  private failure: unknown = null;

  constructor(seed: number, size: number, makeDisk: MakeDisk, tell: (line: () => string) => void) {
    this.seed = seed;
    this.random = new Random(seed);
    this.tell = tell;
    const fail = (error: unknown) => {
      if (!isExpected(error)) this.failure ??= error;
    };
    this.work = new Work(this.history, this.isTwin, fail, tell);
    this.core = new Core({
      seed,
      scheduler: this.scheduler,
      history: this.history,
      work: this.work,
      size,
      makeDisk,
      newId: (prefix) => this.newId(prefix),
      viewerOf: (token) => this.viewerOf(token),
      sibling: (ids) => {
        this.mayFork();
        this.twin(ids);
      },
      forgets: (clientId) => this.forgot(clientId),
      crashed: () => {
        this.counts.crashes++;
      },
      reached: (situation) => this.reached(situation),
      fail,
    });
    const { history, twins, found } = this;
    this.judge = {
      history,
      isTwin: this.isTwin,
      get twins() {
        return twins.size;
      },
      cameAgain: this.core.cameAgain,
      foundBy: (clientId) => found.get(clientId),
      mayBeUnknown: (id) => this.situations.has('long ago') || this.late.has(id),
    };
  }

  newId(prefix: string): string {
    return `${prefix}-${++this.ids}`;
  }

  /** Ascends with every call. */
  number(): number {
    return ++this.ids;
  }

  reached(situation: string): void {
    this.situations.add(situation);
  }

  /** A disk was copied or put back, or somebody else used a clientId: a fork may be found at any time from now on. */
  mayFork(): void {
    this.forkable = true;
  }

  /** What was taken back before a fork, and stands at no place that the core could tell of the former client. */
  private noteUntellable({ value, former }: OutboxDisk): void {
    const { clients } = this.core.disk;
    const placed = new Set(clients.midsAfter(former, 0, MAX_OPEN_MIDS).map(({ id }) => id));
    for (const id of value.undone.keys()) if (!placed.has(id)) this.untellable.add(id);
  }

  /** Ids that stand in more than one outbox or history: their copies cannot know of each other. */
  twin(ids: Iterable<string>): void {
    for (const id of ids) this.twins.add(id);
  }

  /** What the core had executed for this client comes again, and lies over itself until it is answered. */
  private forgot(clientId: string): void {
    this.reached('client forgotten');
    this.forgotten.add(clientId);
    for (const [id, client] of this.history.executed) if (client === clientId) this.untellable.add(id);
    for (const station of this.stations)
      for (const { value } of station.outboxes.values()) {
        if (value.me.clientId !== clientId) continue;
        station.replica.safe = true;
        this.twin([
          ...value.pending.map((entry) => entry.id),
          ...value.settled.keys(),
          ...value.conflict.keys(),
        ]);
      }
  }

  // People and their tokens.

  person(subject: string, role: Role, grants: string[], tokens = LONG): void {
    this.people.set(subject, { role, grants, tokens });
  }

  /** A fresh token of this operator, made by the core: what has been revoked was before it. */
  tokenOf(subject: string): { token: string; renewIn: number | null } {
    const { role, grants, tokens } = this.people.get(subject) as Person;
    const token = this.newId('token');
    const generation = this.core.disk.clients.generation(subject);
    const now = this.core.now();
    const life = Math.floor(tokens * this.random.between(0.5, 1));
    this.tokens.set(token, { subject, role, grants, until: now + life, issuedAt: now, generation });
    // Now and then nobody thinks of it in time.
    const renews = tokens < LONG && this.random.chance(0.8);
    return { token, renewIn: renews ? life - Math.min(life / 2, 60_000) : null };
  }

  viewerOf(token: unknown): Viewer | undefined {
    return this.tokens.get(String(token));
  }

  /** A customer was looked up for this client, who may have his scope from now on. */
  looked(clientId: string, scope: string): void {
    const scopes = this.found.get(clientId) ?? new Set<string>();
    this.found.set(clientId, scopes.add(scope));
  }

  merged(lost: string, survivor: string): void {
    this.survivors.set(lost, survivor);
    for (const scopes of this.found.values())
      if (scopes.has(`profile:${lost}`)) scopes.add(`profile:${survivor}`);
  }

  survivor(profileId: string): string {
    const next = this.survivors.get(profileId);
    return next === undefined ? profileId : this.survivor(next);
  }

  // Stations.

  stationParts(): StationParts {
    const { scheduler } = this;
    return {
      scheduler,
      random: new Random(this.seed, 3, ++this.ids),
      node: () => this.core.pick(),
      viewerOf: (token) => this.viewerOf(token),
      handling: (wire, work) => this.core.handling(wire, work),
      answered: (wire, effect, reply) => {
        if (effect.do !== 'hello') return;
        this.assertGreeted(wire, effect.hello, reply as HelloReply);
        this.untold(effect.hello, reply as HelloReply);
      },
      count: () => {
        this.counts.messages++;
      },
      reached: (situation) => this.reached(situation),
      promised: () => {
        this.promises = true;
      },
      tokenOf: (subject) => this.tokenOf(subject),
      tell: this.tell,
      newId: (prefix) => this.newId(prefix),
      wired: (wire) => this.core.wired(wire),
      inspect: (station) => inspect(station, this.judge),
      onFall: (station) => this.startLater(station),
      crashed: () => {
        this.counts.crashes++;
      },
      reset: () => {
        this.counts.resets++;
      },
      forked: (station) => {
        this.counts.forks++;
        if (!this.forkable) throw new Broken('R14', 'a fork was found where there is none');
        for (const [id, { archived, status }] of station.outbox.value.conflict)
          if (!archived && status !== 'took_effect')
            throw new Broken('R14', `${id} is not put away after a fork`);
        this.noteUntellable(station.outbox);
        this.onFork(station);
      },
      mayFork: () => this.mayFork(),
    };
  }

  /** [R1] [R5] What must hold of a welcome when it leaves. */
  private assertGreeted(wire: Wire, { epoch, cursor, chain }: Hello, reply: HelloReply): void {
    if (reply.type !== 'welcome') return;
    this.core.assertAlone(wire);
    const isLost = reply.reason === 'future' || reply.reason === 'chain';
    if (isLost && reply.epoch === epoch && cursor > 0 && this.history.at(chain)?.seq === cursor)
      throw new Broken('R5', `a history that was lost at ${cursor} goes on in the same epoch`);
  }

  /** [R13] What another history, or rows that saw less, may lack is sent again, and lies over itself until it is answered. */
  private untold({ clientId, epoch, lmidAck }: Hello, reply: HelloReply): void {
    if (reply.type !== 'welcome') return;
    const { idsFrom } = reply;
    for (const { outboxes, replica } of this.stations)
      for (const { value } of outboxes.values()) {
        if (value.me.clientId !== clientId) continue;
        const isSame = value.me.epoch === reply.epoch;
        if (isSame && (epoch !== reply.epoch || replica.seen(clientId) === undefined)) continue;
        const vouched = isSame ? lmidAck : 0;
        const again = [...value.settled.values()].filter(
          ({ entry: { mid } }) => mid !== null && vouched < mid && mid < idsFrom,
        );
        this.twin(again.map(({ entry }) => entry.id));
      }
  }

  startLater(station: Station): void {
    this.scheduler.after(this.random.between(50, 20_000), () => station.start());
  }

  // Time.

  /** Runs until `ms` have passed. @throws Broken or what production code threw */
  async run(ms: number): Promise<void> {
    const end = this.scheduler.now + ms;
    while (this.scheduler.step(end)) {
      if (this.failure) throw this.failure;
      if (!this.promises) continue;
      this.promises = false;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.counts.commits = this.history.commits;
  }
}
