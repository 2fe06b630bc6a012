import { nextAttempt } from '../intents/rules.ts';
import type { Lease } from '../schedule/lease.ts';
import type { AudienceStore } from '../store/audiences.ts';
import type { EventStore } from '../store/events.ts';
import type { AsideRow, FeedOrder, FeedRow, FeedStore } from '../store/feeds.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import { type Contract, contentOf, type Message, pageAfter } from './contract.ts';
import { type Answer, keyOf, postHook } from './hook.ts';
import type { Connector } from './line.ts';

/**
 * One partner's feed (docs/spec/connectors.md): reads the event log from its cursor and tells what its contract names. The log
 * is the queue: where a partner is away the cursor stands still; what he alone does not take is set aside, and the others go on.
 */

export type FeedDeps = {
  log: LogStore;
  events: EventStore;
  audiences: AudienceStore;
  feeds: FeedStore;
  lease: Lease;
  now(): number;
  random(): number;
  told(feed: string, ended: string): void;
  onFailure(error: unknown): void;
};

/** Entries of the log that are read together. */
const PER_PAGE = 200;
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** A partner who answers so often that he cannot, and to nothing that he can, is not away: the messages are the matter. */
const PATIENCE = 8;
/** Answers that are about the address or the key and not about the message. */
const CLOSED: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 410]);

/** Of an order for all dead letters so many are taken up in one transaction. */
const PER_ORDER = 500;

type Page = { from: FeedRow; to: number; left: Message[] };
type Result = { message: Message; attempts: number; ordered: number; answer: Answer | null };

const isClosed = ({ status }: Answer): boolean =>
  status === null || (status >= 300 && status < 400) || CLOSED.has(status);

/** Neither taken nor refused for what it says. */
const isMissed = (answer: Answer): boolean => answer.attempt.kind === 'again' || isClosed(answer);

export class Feed implements Connector {
  readonly contract: Contract;
  private readonly deps: FeedDeps;
  private readonly key: Buffer;
  private readonly closing = new AbortController();
  private page: Page | null = null;
  private failures = 0;
  /** Of the messages under way. */
  private tries = 0;
  private unsaved = 0;
  private restUntil = 0;
  /** The order that has been taken up whole. */
  private orderDone = 0;

  constructor(contract: Contract, deps: FeedDeps) {
    this.contract = contract;
    this.deps = deps;
    this.key = keyOf(contract.secret);
  }

  close(): void {
    this.closing.abort();
  }

  /** [F4] A new feed begins at the end of the log: to be called before the first event is taken. True where it was new. */
  async begin(): Promise<boolean> {
    const { log, feeds, events } = this.deps;
    const { name } = this.contract;
    if (feeds.get(name) !== undefined) return false;
    // Any node may: it changes nothing about a feed that is there.
    await written(log, () => log.transaction(() => feeds.begin(name, events.last()), 'relaxed'));
    return true;
  }

  /** One step; true if there is more to do now. @throws what the store says */
  async turn(): Promise<boolean> {
    const { log, lease, feeds, now } = this.deps;
    if (!lease.holds() || !log.isReachable) {
      this.page = null;
      return false;
    }
    if (await this.workOff()) return true;
    if (now() < this.restUntil) return false;
    const { name, places } = this.contract;
    const feed = feeds.get(name);
    if (feed === undefined) return this.begin();
    const due = feeds.due(name, now(), places);
    if (due.length > 0) return this.tell(due, null);
    const page = this.pageFrom(feed);
    const next = page.left.slice(0, places);
    if (next.length > 0) return this.tell(next, page);
    return page.to > feed.cursor && this.turnTo(page);
  }

  /** [F7] Takes up the next part of an order for all dead letters; false where there is none. */
  private async workOff(): Promise<boolean> {
    const { feeds } = this.deps;
    const { name } = this.contract;
    const order = feeds.order(name);
    if (order === undefined || order.at === this.orderDone) return false;
    if (feeds.leftOf(name, order, 1).length === 0) {
      this.orderDone = order.at;
      return false;
    }
    await this.write(() => this.takeUp(order));
    return true;
  }

  private takeUp(order: FeedOrder): void {
    const { feeds, now } = this.deps;
    const { name } = this.contract;
    for (const letter of feeds.leftOf(name, order, PER_ORDER))
      if (order.kind === 'discard') feeds.drop(name, letter.id);
      else feeds.setAside(name, again(letter, now(), order.at));
  }

  private pageFrom(feed: FeedRow): Page {
    const { cursor, erasures } = feed;
    const { page } = this;
    // The cursor was moved, or there was nothing behind it.
    if (page?.from.cursor !== cursor || page.from.erasures !== erasures || page.to === cursor) {
      const { to, messages } = pageAfter(this.contract, this.deps, cursor, PER_PAGE);
      this.page = { from: feed, to, left: messages };
    }
    return this.page as Page;
  }

  /** [F3] [F5] Tells some at a time, and writes down what became of those that were not simply taken. */
  private async tell(some: readonly (Message | AsideRow)[], page: Page | null): Promise<boolean> {
    const results = await Promise.all(some.map((one) => this.attempt(one)));
    if (this.closing.signal.aborted) return false;
    const asked = results.flatMap(({ answer }) => answer ?? []);
    const isAway = asked.length > 0 && asked.every(isMissed);
    this.rest(isAway, asked);
    // The log waits for a partner who is away; what was set aside has its own attempts.
    if (page !== null && isAway && (asked.some(isClosed) || ++this.tries < PATIENCE))
      return this.noteFailure(results);
    this.tries = 0;
    await this.settle(results, page);
    if (page !== null) page.left.splice(0, results.length);
    return !isAway;
  }

  private async attempt(one: Message | AsideRow): Promise<Result> {
    const hook = contentOf(this.contract, this.deps, one);
    const { attempts, ordered } = 'attempts' in one ? one : { attempts: 0, ordered: 0 };
    const answer = hook && (await postHook(this.contract.url, this.key, hook, this.closing.signal));
    if (answer) this.deps.told(this.contract.name, answer.attempt.kind);
    return { message: one, attempts, ordered, answer };
  }

  private rest(isAway: boolean, answers: readonly Answer[]): void {
    this.failures = isAway ? this.failures + 1 : 0;
    const wished = answers.map(({ attempt }) => (attempt.kind === 'again' ? (attempt.afterMs ?? 0) : 0));
    const pause = isAway ? Math.min(LONGEST_REST_MS, REST_MS * 2 ** (this.failures - 1)) : 0;
    this.restUntil = this.deps.now() + Math.max(pause, ...wished);
  }

  private async noteFailure(results: readonly Result[]): Promise<false> {
    const error = errorOf(results);
    await this.write(() => this.deps.feeds.addFailure(this.contract.name, error, this.deps.now()));
    return false;
  }

  private async settle(results: readonly Result[], page: Page | null): Promise<void> {
    const { feeds, now, random } = this.deps;
    const { name } = this.contract;
    const taken = results.filter(({ answer }) => answer?.attempt.kind === 'delivered').length;
    this.unsaved += taken;
    const isSimple = results.every(({ answer }) => answer === null || answer.attempt.kind === 'delivered');
    if (page !== null && isSimple) return;
    await this.write(() => {
      for (const result of results) {
        const aside = asideOf(result, now(), random());
        if (aside !== null) feeds.setAside(name, aside);
        else if (page === null) feeds.drop(name, result.message.id);
      }
      if (!isSimple) feeds.addFailure(name, errorOf(results), now());
      this.saveDelivered();
    });
  }

  private async turnTo(page: Page): Promise<boolean> {
    await this.write(() => {
      if (this.deps.feeds.move(page.from, page.to)) this.saveDelivered();
    });
    this.page = null;
    return true;
  }

  private saveDelivered(): void {
    if (this.unsaved > 0) this.deps.feeds.addDelivered(this.contract.name, this.unsaved, this.deps.now());
    this.unsaved = 0;
  }

  /** What a power cut takes of it is told again, under the same ids. A node without the lease writes nothing. */
  private async write(work: () => void): Promise<void> {
    const { log, lease } = this.deps;
    await written(log, () => {
      if (lease.holds()) log.transaction(work, 'relaxed');
    });
  }
}

const errorOf = (results: readonly Result[]): string => {
  const attempt = results.map(({ answer }) => answer?.attempt).find((one) => one && one.kind !== 'delivered');
  return attempt && attempt.kind !== 'delivered' ? attempt.error : '';
};

/** [F5] How a message is set aside; null where it was taken, or there is nothing to say any more. */
function asideOf(
  { message, attempts, ordered, answer }: Result,
  now: number,
  random: number,
): AsideRow | null {
  if (answer === null || answer.attempt.kind === 'delivered') return null;
  const { attempt } = answer;
  const { id, rid } = message;
  const tried = attempts + 1;
  const after = attempt.kind === 'again' ? attempt.afterMs : 0;
  const isFinal = attempt.kind === 'refused' && !isClosed(answer);
  const fireAt = isFinal ? null : nextAttempt(tried, now, random, after);
  const state = fireAt === null ? 'failed' : 'waiting';
  const error = attempt.error;
  return { id, rid, state, attempts: tried, fireAt: fireAt ?? now, error, changed: now, ordered };
}

/** [F5] [F7] A dead letter as it is tried again from the beginning, under the same id: whoever has it already drops it. */
export const again = (letter: AsideRow, now: number, ordered = letter.ordered): AsideRow => ({
  ...letter,
  ...{ state: 'waiting', attempts: 0, fireAt: now, changed: now, ordered },
});
