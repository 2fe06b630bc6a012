import type { CandidateName } from '../../decision/contract.ts';
import { isSameName } from '../../decision/record.ts';
import type { JsonObject } from '../../domain/json.ts';
import { isoTime } from '../../domain/time.ts';
import { customerMessage } from '../../packs/airline/catalogue/message.ts';
import { fullValue } from '../../packs/airline/catalogue/row.ts';
import { OWN_SOURCE } from '../../packs/airline/sources.ts';
import { isStoreFailure } from '../errors.ts';
import type { SourceEntry } from '../fold/entry.ts';
import { RowTooLarge } from '../fold/errors.ts';
import type { Doors } from '../ingest/deps.ts';
import type { StoredDecision } from '../store/decisions.ts';
import type { Destination, Outgoing } from './channels/destination.ts';
import type { Intent } from './intent.ts';
import type { Classes } from './plan.ts';
import { again } from './planner.ts';
import { type Attempt, judge, OPERATIONAL, type Ruling, settle } from './rules.ts';
import { lookAt, type Situation, situationOf } from './situation.ts';

/**
 * Sends what is due: claim, hand over, mark (T4, T9). The claim is one durable transaction that looks at the customer as
 * he is then; nobody writes between the look and the mark.
 */

/** A destination that does not answer is left alone for so long, twice as long each time. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

type Line = {
  destination: Destination;
  inFlight: Map<string, Promise<void>>;
  /** Attempts that have ended and could not be written down yet. */
  unmarked: Map<string, Attempt>;
  failures: number;
  restUntil: number;
};

/** A message that is to be handed over when its claim is durable. */
export type Claimed = { line: Line; id: string; message: Outgoing };

export class Sender {
  private readonly doors: Doors;
  private readonly classes: Classes;
  private readonly random: () => number;
  private readonly onFailure: (error: unknown) => void;
  private readonly onSettled: () => void;
  private readonly lines: Line[];
  private stopped = false;
  /** The store is closed. */
  private gone = false;

  constructor(
    doors: Doors,
    destinations: readonly Destination[],
    classes: Classes,
    hooks: { random(): number; onFailure(error: unknown): void; onSettled(): void },
  ) {
    this.doors = doors;
    this.classes = classes;
    this.random = hooks.random;
    this.onFailure = hooks.onFailure;
    this.onSettled = hooks.onSettled;
    this.lines = destinations.map((destination) => ({
      destination,
      inFlight: new Map(),
      unmarked: new Map(),
      failures: 0,
      restUntil: 0,
    }));
  }

  /** Marks again what could not be marked, and claims what is due, as far as there are places; inside of a unit. */
  claimDue(): Claimed[] {
    if (this.stopped) return [];
    return this.lines.flatMap((line) => this.costing(line, () => this.claimOf(line)));
  }

  /** One destination's trouble stays its own. */
  private claimOf(line: Line): Claimed[] {
    for (const [id, attempt] of [...line.unmarked]) this.mark(line, id, attempt);
    const now = this.doors.now();
    const { places } = line.destination;
    const busy = line.inFlight.size + line.unmarked.size;
    const due = this.doors.intents.due(line.destination.channel, now, places + busy);
    const claimed: Claimed[] = [];
    for (const { id, lane } of due) {
      if (line.inFlight.has(id) || line.unmarked.has(id)) continue;
      const left = places - line.inFlight.size - claimed.length;
      const isHeldUp = lane !== OPERATIONAL && (left <= 1 || line.restUntil > now);
      if (left <= 0 || isHeldUp) break;
      const message = this.attemptClaim(line.destination, id);
      if (message !== null) claimed.push({ line, id, message });
    }
    return claimed;
  }

  /** [A17] What a class costs is told beside what it sends. */
  private costing<T>({ destination }: Line, work: () => T): T {
    const began = performance.now();
    try {
      return work();
    } finally {
      const seconds = (performance.now() - began) / 1000;
      this.doors.metrics.sendWork.inc({ class: destination.class }, seconds);
    }
  }

  /** When a line that has something to do looks again; Infinity where none does. */
  next(): number {
    const now = this.doors.now();
    const times = this.lines.map(({ destination, restUntil }) => {
      const at = this.doors.intents.next(destination.channel, now);
      return Math.min(at ?? Number.POSITIVE_INFINITY, restUntil > now ? restUntil : Number.POSITIVE_INFINITY);
    });
    return Math.min(Number.POSITIVE_INFINITY, ...times);
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    for (;;) {
      const running = this.lines.flatMap(({ inFlight }) => [...inFlight.values()]);
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  /** Claims no more and lets what is on its way end for a moment; what does not is sent again under the same key. */
  async stop(graceMs: number): Promise<void> {
    this.stopped = true;
    await this.endedWithin(graceMs);
    for (const { destination } of this.lines) destination.close();
    await this.endedWithin(graceMs);
    this.gone = true;
  }

  private async endedWithin(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.idle(), grace]);
    clearTimeout(timer);
  }

  /** What was claimed goes to its receivers; where another node has taken over meanwhile, that one sends it. */
  handOver(claimed: readonly Claimed[]): void {
    if (this.doors.lease.holds()) for (const one of claimed) this.start(one);
  }

  private start({ line, id, message }: Claimed): void {
    const { class: latencyClass } = line.destination;
    this.doors.metrics.sendBytes.inc({ class: latencyClass }, Buffer.byteLength(JSON.stringify(message)));
    const attempt = line.destination.deliver(message).then(
      (ended) => this.finish(line, id, ended),
      (error: unknown) => this.onFailure(error),
    );
    line.inFlight.set(
      id,
      attempt.finally(() => {
        line.inFlight.delete(id);
        this.onSettled();
      }),
    );
  }

  /** What cannot even be looked at is a dead letter: it must not stop those behind it. @throws what the disk says */
  private attemptClaim(destination: Destination, id: string): Outgoing | null {
    try {
      return this.claim(destination, id);
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      this.onFailure(error);
      const intent = this.doors.intents.get(id);
      const failed = {
        state: 'failed',
        why: 'refused',
        error: 'internal',
        changed: this.doors.now(),
      } as const;
      if (intent) this.doors.log.transaction(() => this.doors.intents.save({ ...intent, ...failed }));
      return null;
    }
  }

  /** [T4] The second look and the mark in one transaction; null where it is not to be sent now. */
  private claim(destination: Destination, id: string): Outgoing | null {
    const { log, intents, decisions } = this.doors;
    return log.transaction(() => {
      const stored = intents.get(id);
      const now = this.doors.now();
      if (!stored || !['waiting', 'claimed'].includes(stored.state) || stored.fireAt > now) return null;
      const situation = situationOf(this.doors, stored.profile, id);
      if (situation === null) {
        intents.save({ ...stored, state: 'cancelled', why: 'profile', changed: now });
        return null;
      }
      const records: StoredDecision[] = [];
      const intent = this.decided(stored, situation, records);
      for (const record of records) decisions.add(record);
      const ruling =
        intent.state === stored.state ? judge(intent, lookAt(this.doors, intent, situation)) : null;
      const isHere = intent.channel === destination.channel && intent.fireAt <= now;
      const message = ruling?.do === 'send' && isHere ? messageOf(destination, intent, situation) : null;
      intents.save({ ...this.ruled(intent, ruling, isHere, message), changed: now });
      return message;
    });
  }

  /** As it is, or decided again where its moment was missed. */
  private decided(intent: Intent, situation: Situation, records: StoredDecision[]): Intent {
    const ruling = judge(intent, lookAt(this.doors, intent, situation));
    return ruling.do === 'decide' ? again(this.doors, this.classes, situation, intent, records) : intent;
  }

  private ruled(intent: Intent, ruling: Ruling | null, isHere: boolean, message: Outgoing | null): Intent {
    const now = this.doors.now();
    if (ruling === null || ruling.do === 'decide') return intent;
    if (ruling.do === 'end') {
      const sentAt = intent.unclear ? intent.sentAt : null;
      return { ...intent, state: ruling.state, why: ruling.why, sentAt };
    }
    if (ruling.do === 'hold') return { ...intent, state: 'held', why: 'completeness' };
    if (ruling.do === 'wait') return { ...intent, fireAt: ruling.until, why: ruling.why };
    if (!isHere) return intent;
    if (message === null) return { ...intent, state: 'cancelled', why: 'address' };
    const { attempts, sentAt } = intent;
    return {
      ...intent,
      state: 'claimed',
      why: 'sending',
      attempts: attempts + 1,
      sentAt: sentAt ?? now,
      fireAt: now,
    };
  }

  private async finish(line: Line, id: string, attempt: Attempt): Promise<void> {
    if (this.gone) return;
    this.rest(line, attempt);
    this.doors.metrics.sends.inc({ channel: line.destination.channel, ended: attempt.kind });
    await new Promise<void>((marked) => this.mark(line, id, attempt, marked));
    if (attempt.kind === 'delivered') await this.doors.learning.outcomeCame();
  }

  /** Where nothing can be written now, it is the mark that is tried again, not the message. */
  private mark(line: Line, id: string, attempt: Attempt, done: () => void = () => undefined): void {
    line.unmarked.set(id, attempt);
    this.doors.log.unit(
      () => this.costing(line, () => this.write(id, attempt, true)),
      (outcome) => {
        if (outcome.ok) line.unmarked.delete(id);
        else this.onFailure(outcome.error);
        done();
      },
    );
  }

  /** What became of an attempt, with the line in the customer's timeline in the same transaction. */
  private write(id: string, attempt: Attempt, withLine: boolean): void {
    const { log, intents, fold } = this.doors;
    try {
      log.transaction((writer) => {
        const intent = intents.get(id);
        if (intent?.state !== 'claimed') return;
        const next = settle(intent, attempt, this.doors.now(), this.random());
        intents.save(next);
        if (next.state === 'sent') presented(this.doors, next);
        const profileId = log.survivor(intent.profile);
        if (next.state !== 'sent' || !withLine || !log.row('profile', profileId)) return;
        fold.takeLine(profileId, lineOf(next));
        const changes = fold.flush();
        if (changes.length > 0) writer.commit(changes);
      });
    } catch (error) {
      // A profile that is full takes no line more; the message was sent all the same.
      if (!(error instanceof RowTooLarge) || !withLine) throw error;
      this.write(id, attempt, false);
    }
  }

  private rest(line: Line, attempt: Attempt): void {
    line.failures = attempt.kind === 'again' ? line.failures + 1 : 0;
    const pause = line.failures === 0 ? 0 : Math.min(LONGEST_REST_MS, REST_MS * 2 ** (line.failures - 1));
    line.restUntil = this.doors.now() + pause;
  }
}

function messageOf(destination: Destination, intent: Intent, { row, input }: Situation): Outgoing | null {
  const message = customerMessage(intent.action, intent.approach, row, input);
  const customer: Outgoing['customer'] = {};
  for (const fact of destination.facts) {
    const value = fullValue(row, fact);
    if (value !== undefined) customer[fact] = value;
  }
  const address = destination.facts[0];
  if (message === null || (address !== undefined && customer[address] === undefined)) return null;
  const { id, decision, profile, action, channel, approach, lane } = intent;
  const bestUntil = isoTime(intent.expiresAt);
  return { id, decision, profile, action, channel, approach, lane, ...message, bestUntil, customer };
}

/** [T12] What was sent, as the timeline and other rules see it. */
function lineOf({ id, action, channel, approach, decision, sentAt, changed }: Intent): SourceEntry {
  const properties: JsonObject = { channel, action, approach, decisionId: decision, intentId: id };
  return {
    kind: 'event',
    id: `intent/${id}`,
    type: 'track',
    name: 'Message Sent',
    at: sentAt ?? changed,
    source: OWN_SOURCE,
    userId: null,
    identities: [],
    properties,
  };
}

/** [T22] What was sent was presented: from now on the decision without another outcome counts as one that moved nobody. */
function presented({ decisions, now }: Doors, { decision, action, channel, approach, sentAt }: Intent): void {
  const stored = decisions.get(decision);
  if (stored === undefined) return;
  const { chosen } = JSON.parse(stored.json) as { chosen: CandidateName | null };
  const sent = { action, channel, approach };
  // Another than the chosen one fitted the occasion: learned from as what it was, and no draw of the policy.
  const isOther = chosen === null || !isSameName(chosen, sent);
  const properties = { outcome: 'presented', ...(isOther && { candidate: sent }) };
  decisions.addOutcome(decision, 'presented', sentAt ?? now(), JSON.stringify(properties));
}
