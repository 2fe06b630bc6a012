import { randomUUID } from 'node:crypto';
import type { Done, Outcome } from '../contract.ts';
import type { LogStore, Units } from '../log.ts';
import { outcomeOf } from '../outcome.ts';
import type { Image, Unit } from './image.ts';
import { type Changes, sharedTables } from './mirror.ts';
import { Connection, type SharedHead } from './postgres.ts';

/**
 * Units of a node over the shared store. All that wait go together: hold the head in PostgreSQL, follow up to it, run them
 * in the image, undo that, ship what they wrote, and, when PostgreSQL has it, take it over like what other nodes ship. So the image never
 * runs ahead of PostgreSQL, and the head's row decides who is next, whatever a node believes that was frozen.
 */

type Waiting = { work: () => unknown; done: Done<unknown> };

/** So much work runs without a turn for others. */
const PER_GROUP = 100;
/** So long is worked at the head, ms; what has not begun by then waits for the next time. A node that holds it for 3 s loses it. */
const AT_HEAD_MS = 500;
const RETRY_MS = 250;
const POLL_MS = 1_000;
const PRUNE_MS = 60_000;
const SLOW_MS = 2_000;

/** The shared store cannot be reached, or has not answered. */
export class StoreUnreachable extends Error {
  readonly code = 'STORE_UNREACHABLE';
}

/** The shared log does not go on from this image: this node ends, and makes its image anew at its next start. */
export class LeftBehind extends Error {}

/** How long a unit waited for the head and how long it held it, ms. */
export type UnitTimes = { wait(ms: number): void; held(ms: number): void };

export type UnitsHooks = {
  report(error: unknown): void;
  onLeftBehind(error: LeftBehind): void;
  measured?: UnitTimes;
  /** ms; AT_HEAD_MS by default. */
  atHeadMs?: number;
};

export class SharedUnits implements Units {
  private readonly url: string;
  private readonly log: LogStore;
  private readonly image: Image;
  private readonly hooks: UnitsHooks;
  private readonly tables;
  private readonly version: number;
  private waiting: Waiting[] = [];
  private writer: Connection | null = null;
  private reader: Connection | null = null;
  private running: Promise<void> | null = null;
  private following: Promise<void> | null = null;
  private isWoken = false;
  private stopped = false;
  private poll: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private prunedAt = -PRUNE_MS;

  constructor(url: string, log: LogStore, image: Image, hooks: UnitsHooks) {
    this.url = url;
    this.log = log;
    this.image = image;
    this.hooks = hooks;
    this.tables = sharedTables(image.db);
    this.version = Number(image.db.pragma('user_version', { simple: true }));
  }

  /** Connects and follows up to the present head. @throws what the database says */
  async start(): Promise<void> {
    this.log.shareBy(this);
    await this.connect();
    await this.follow();
    this.poll = setInterval(() => void this.follow(), POLL_MS);
    this.poll.unref();
  }

  get isConnected(): boolean {
    return this.writer !== null;
  }

  submit<T>(work: () => T, done: Done<T>): void {
    if (this.writer === null) {
      done({ ok: false, error: new StoreUnreachable('the database cannot be reached') });
      return;
    }
    this.waiting.push({ work, done: done as Done<unknown> });
    this.running ??= this.run();
  }

  /** Lets what waits be shipped, and closes. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.poll);
    clearTimeout(this.retry);
    await this.running;
    await this.following;
    await this.writer?.end();
    await this.reader?.end();
    this.writer = null;
    this.reader = null;
  }

  private async connect(): Promise<void> {
    const lost = (error: Error) => this.lost(error);
    const reader = await Connection.open(this.url, lost);
    this.reader = reader;
    await reader.heed(
      () => void this.follow(),
      () => this.writer?.processId ?? null,
    );
    this.writer = await Connection.open(this.url, lost);
  }

  /** Both connections are made anew: what became of the last transaction is found in the log. */
  private lost(error: unknown): void {
    const had = this.writer ?? this.reader;
    this.writer?.drop();
    this.reader?.drop();
    this.writer = null;
    this.reader = null;
    if (had) this.hooks.report(error);
    if (this.stopped || this.retry) return;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.connect().then(
        () => this.follow(),
        (again: unknown) => this.lost(again),
      );
    }, RETRY_MS);
  }

  private async run(): Promise<void> {
    // What arrives in the same turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, PER_GROUP);
      const done = await this.attempt(group);
      this.waiting.unshift(...group.slice(done));
    }
    // Here, not when the promise has settled: what is submitted in between would wait for the next unit.
    this.running = null;
  }

  /** Of a group as many as there is time for; returns how many. */
  private async attempt(group: readonly Waiting[]): Promise<number> {
    const { writer } = this;
    try {
      if (!writer) throw new StoreUnreachable('the database cannot be reached');
      const outcomes = await this.ship(writer, group);
      for (const [i, outcome] of outcomes.entries()) this.tell((group[i] as Waiting).done, outcome);
      return outcomes.length;
    } catch (error) {
      if (error instanceof LeftBehind) this.hooks.onLeftBehind(error);
      else if (writer && isRefused(error)) return this.refused(writer, group, error);
      else if (writer && writer === this.writer) this.lost(error);
      const unreachable = new StoreUnreachable(`the database did not answer: ${String(error)}`);
      for (const { done } of group) this.tell(done, { ok: false, error: unreachable });
    }
    return group.length;
  }

  /** PostgreSQL does not take what one of the units wrote: the others are not to suffer for it. */
  private async refused(writer: Connection, group: readonly Waiting[], error: unknown): Promise<number> {
    await writer.rollback().catch((failure: unknown) => this.lost(failure));
    const [only] = group;
    if (group.length === 1 && only) this.tell(only.done, { ok: false, error });
    else for (const one of group) await this.attempt([one]);
    return group.length;
  }

  private tell(done: Done<unknown>, outcome: Outcome<unknown>): void {
    try {
      done(outcome);
    } catch (error) {
      this.hooks.report(error);
    }
  }

  private async ship(writer: Connection, group: readonly Waiting[]): Promise<Outcome<unknown>[]> {
    const asked = performance.now();
    const head = await writer.begin();
    const held = performance.now();
    if (head === null) throw new LeftBehind('the shared tables have gone');
    while (head.n !== this.image.place?.n) await this.catchUp(writer);
    this.check(head);
    const { outcomes, changes } = this.perform(group);
    if (Object.keys(changes).length === 0) {
      await writer.rollback();
      return outcomes;
    }
    const unit = { place: { n: head.n + 1, name: randomUUID() }, changes };
    await writer.write(this.tables, unit);
    this.watch(held - asked, performance.now() - held);
    this.apply([unit]);
    return outcomes;
  }

  /** A database that is slow, or a node that holds the head for long, is said: nobody sees it otherwise. */
  private watch(waitedMs: number, heldMs: number): void {
    this.hooks.measured?.wait(waitedMs);
    this.hooks.measured?.held(heldMs);
    if (waitedMs + heldMs < SLOW_MS) return;
    const [waited, held] = [waitedMs, heldMs].map(Math.round);
    this.hooks.report(`a unit waited ${waited} ms for the head and took ${held} ms to be written`);
  }

  /** Runs the units at the head, and undoes what they did here. */
  private perform(group: readonly Waiting[]): { outcomes: Outcome<unknown>[]; changes: Changes } {
    const outcomes: Outcome<unknown>[] = [];
    let changes: Changes = {};
    this.log.tentatively(() =>
      this.image.capture((changed) => {
        const until = performance.now() + (this.hooks.atHeadMs ?? AT_HEAD_MS);
        for (const { work } of group) {
          outcomes.push(outcomeOf(() => this.log.savepoint(work)));
          if (performance.now() >= until) break;
        }
        if (!this.image.db.inTransaction) throw new Error('the image takes no more');
        changes = changed();
      }),
    );
    return { outcomes, changes };
  }

  /** Follows the log now; notifications only wake. */
  private follow(): Promise<void> {
    this.isWoken = true;
    if (this.reader !== null) this.following ??= this.followOn();
    return this.following ?? Promise.resolve();
  }

  private async followOn(): Promise<void> {
    while (this.isWoken && this.reader !== null) {
      this.isWoken = false;
      const { reader } = this;
      try {
        while (await this.catchUp(reader));
        await this.prune(reader);
      } catch (error) {
        if (error instanceof LeftBehind) this.hooks.onLeftBehind(error);
        else if (reader === this.reader) this.lost(error);
      }
    }
    this.following = null;
  }

  /** One page of the log; true if there may be more. */
  private async catchUp(connection: Connection): Promise<boolean> {
    const { place } = this.image;
    if (place === null) throw new LeftBehind('the image is empty');
    const tail = await connection.tail(place.n);
    if (tail === null || tail.head.n < place.n) throw new LeftBehind('the database is behind this node');
    const isHere = tail.head.n === place.n;
    if (isHere) this.check(tail.head, place.name);
    else if (tail.units[0]?.place.n !== place.n + 1)
      throw new LeftBehind('the shared log does not reach back to this node');
    this.check(tail.head);
    this.apply(tail.units);
    return !isHere && tail.units.at(-1)?.place.n !== tail.head.n;
  }

  private check(head: SharedHead, name = head.name): void {
    if (head.name !== name) throw new LeftBehind('the database has another history');
    if (head.version !== this.version) throw new LeftBehind('a newer program has taken the database over');
  }

  /** Units come by two ways, the follower and this node's own: each is taken over once. */
  private apply(units: readonly Unit[]): void {
    const news = units.filter(({ place }) => place.n > (this.image.place?.n ?? 0));
    if (news.length > 0) this.image.apply(this.log, news);
  }

  private async prune(reader: Connection): Promise<void> {
    if (performance.now() - this.prunedAt < PRUNE_MS) return;
    this.prunedAt = performance.now();
    await reader.prune(this.image.place?.n ?? 0);
  }
}

/** What PostgreSQL says of the data itself (SQLSTATE classes 21 to 23, 54), not of the connection. */
function isRefused(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^(?:2[123]|54)/u.test(code);
}
