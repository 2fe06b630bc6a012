/** Who has this console: signs people in and out, covers their screen, and hands the replica from one to the next. */
import { z } from 'zod';
import type { KnownPerson, SignInAnswer, SignInState } from '../../bridge/shell.ts';
import { type CoreDoors, type Given, Refused } from './core-doors.ts';
import { counted, isRight, newDeskCode, uncounted, whyNot } from './desk-code.ts';
import { createIdle } from './idle.ts';
import { newOutboxKey, type PeopleFile, type Person } from './people.ts';
import type { OidcWay } from './provider.ts';
import { createRenewal } from './renewal.ts';
import { createVersioned } from './versioned.ts';

const Wish = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('browser') }),
  z.strictObject({ do: z.literal('account'), name: z.string().max(100), password: z.string().max(200) }),
  z.strictObject({ do: z.literal('code'), id: z.string().max(300), code: z.string().max(200) }),
  z.strictObject({ do: z.literal('set-code'), code: z.string().max(200) }),
  z.strictObject({ do: z.literal('cancel') }),
  z.strictObject({ do: z.literal('lock') }),
  z.strictObject({ do: z.literal('sign-out') }),
]);
type Wish = z.infer<typeof Wish>;

/** Nobody comes back from the browser after so long, ms. */
const BROWSER_LIMIT = 5 * 60_000;
/** The core is asked again, while it cannot be reached, ms. */
const ASK_AGAIN = 5_000;

export type SignInParts = {
  people: PeopleFile;
  doors: CoreDoors;
  provider: {
    signIn(way: OidcWay, until: Promise<never>): Promise<Given>;
    renew(way: OidcWay, refresh: string): Promise<Given>;
    giveBack(way: OidcWay, refresh: string): Promise<void>;
  };
  /** ms of the wall clock, and ms that only go forward. */
  now(): number;
  clock(): number;
  /** Runs after ms; gives what takes it back. */
  later(run: () => void, ms: number): () => void;
  /** So long without a hand on the console until it is covered, ms. */
  lockAfter: number;
  /** From now on the replica is this person's, as he is known at each of its starts; whoever had it before has left. */
  onTake(person: () => Person): Promise<void>;
  onLeave(): Promise<void>;
  onToken(token: string): void;
  /** What the page shows is to be thrown away. */
  onCover(): void;
  log(line: string): void;
};

export class SignIn {
  private readonly parts: SignInParts;
  private holder: Person | null = null;
  private locked = false;
  private ended = false;
  private reachable = true;
  private giveUp: (() => void) | null = null;
  private readonly versioned = createVersioned(() => this.picture());
  private readonly renewal;
  private readonly idle;

  constructor(parts: SignInParts) {
    this.parts = parts;
    const { now, later, log, provider, clock, lockAfter } = parts;
    this.renewal = createRenewal({
      ...{ now, later, log },
      renew: (refresh) => provider.renew(this.oidc(), refresh),
      onGiven: (person, given) => this.renewed(person, given),
      onEnded: (person) => this.hasEnded(person),
    });
    this.idle = createIdle(lockAfter, () => this.lock(), clock, later);
    this.start();
  }

  /** Whoever had this console goes on if it was ended within the time that he would have been given anyway. */
  private start(): void {
    const { people, now, lockAfter } = this.parts;
    const { current } = people.all();
    const person = current && people.find(current.subject);
    if (!current || !person) {
      void this.askWays();
      return;
    }
    const since = now() - current.at;
    this.locked = current.locked || since < 0 || since >= lockAfter;
    this.follow(person);
    void this.take(person);
    if (!this.locked) {
      this.idle.touched();
      return;
    }
    this.keepCurrent();
    void this.askWays();
  }

  /** Somebody has signed in and his screen is not covered: windows may be served. */
  isOpen(): boolean {
    return this.holder !== null && !this.locked;
  }

  state(seen: unknown): Promise<SignInState> {
    return this.versioned.next(seen);
  }

  async wish(input: unknown): Promise<SignInAnswer> {
    const wish = Wish.safeParse(input);
    if (!wish.success) return { ok: false, code: 'not_now' };
    this.giveUp?.();
    try {
      await this.act(wish.data);
      return { ok: true };
    } catch (error) {
      const code =
        error instanceof Refused && error.code !== 'renewal_refused' ? error.code : 'sign_in_failed';
      this.parts.log(`sign-in: ${code}`);
      return { ok: false, code };
    }
  }

  /** The core wants another token. */
  tokenNeeded(): void {
    this.renewal.now();
  }

  /** A hand is on the console. */
  touched(): void {
    if (this.isOpen() && this.idle.touched()) this.keepCurrent();
  }

  /** So many actions wait to be sent. */
  waits(unsent: number): void {
    if (this.holder === null || this.holder.unsent === unsent) return;
    this.holder = { ...this.holder, unsent };
    if (this.locked) this.versioned.changed();
  }

  /** The core has taken his access away: he goes on here by no other way than a sign-in with the core. */
  revoked(): void {
    if (this.holder === null) return;
    this.renewal.follow(null);
    this.save({ ...this.holder, token: null, refresh: null, code: null });
  }

  /** A wipe: what was under this person's key cannot be read any more. @throws where nobody has this console */
  destroyOutboxKey(): string {
    if (this.holder === null) throw new Error('nobody has this console');
    const outboxKey = newOutboxKey();
    this.save({ ...this.holder, outboxKey });
    return outboxKey;
  }

  /** Covers the screen; the work of whoever has this console goes on. */
  lock(): void {
    if (!this.isOpen()) return;
    this.locked = true;
    this.keepCurrent();
    this.cover();
  }

  /** The program ends. */
  end(): void {
    if (this.holder === null) return;
    this.parts.people.put(this.holder);
    this.keepCurrent();
  }

  private act(wish: Wish): Promise<void> {
    switch (wish.do) {
      case 'browser':
        return this.byBrowser();
      case 'account':
        return this.byAccount(wish.name, wish.password);
      case 'code':
        return this.byCode(wish.id, wish.code);
      case 'set-code':
        return Promise.resolve(this.setCode(wish.code));
      case 'cancel':
        return Promise.resolve();
      case 'lock':
        return Promise.resolve(this.lock());
      case 'sign-out':
        return this.signOut();
    }
  }

  private async byBrowser(): Promise<void> {
    const way = this.oidc();
    let giveUp: () => void = () => undefined;
    const until = new Promise<never>((_resolve, reject) => {
      giveUp = () => reject(new Refused('cancelled'));
    });
    until.catch(() => undefined);
    this.giveUp = giveUp;
    this.versioned.changed();
    const stopLimit = this.parts.later(giveUp, BROWSER_LIMIT);
    try {
      await this.signedIn('oidc', await this.parts.provider.signIn(way, until), null);
    } finally {
      stopLimit();
      if (this.giveUp === giveUp) this.giveUp = null;
      this.versioned.changed();
    }
  }

  private async byAccount(name: string, password: string): Promise<void> {
    const token = await this.parts.doors.byAccount(name, password);
    await this.signedIn('account', { token, refresh: null }, name);
  }

  /** Without asking anybody: the core is asked as soon as it can be, with what he has here. */
  private async byCode(id: string, typed: string): Promise<void> {
    const { people, now, log } = this.parts;
    const person = people.find(id);
    if (!person?.code || !canGoOn(person)) throw new Refused('sign_in_needed');
    const at = now();
    const { clock: highest } = people.all();
    const why = whyNot(person.code, { now: at, highest, confirmedAt: person.confirmedAt });
    if (why !== null) throw new Refused(why);
    const code = counted(person.code, at);
    const isHolder = this.holder?.subject === id;
    // Without his code nothing is before what he could sign in with; if he has this desk, his work goes on with it.
    this.save({ ...person, code, ...(code === null && !isHolder && { token: null, refresh: null }) });
    if (code === null) throw new Refused('code_gone');
    if (!isRight(typed, code)) throw new Refused('wrong_code');
    await this.enter({ ...(people.find(id) ?? person), code: uncounted(code) });
    this.opened();
    log('sign-in: code');
    const { token } = person;
    if (token === null || at >= (token.from + token.until) / 2) this.renewal.now();
  }

  private setCode(typed: string): void {
    if (this.holder === null || !this.isOpen()) throw new Refused('not_now');
    const code = typed === '' ? null : newDeskCode(typed);
    if (typed !== '' && code === null) throw new Refused('code_short');
    this.save({ ...this.holder, code });
    this.versioned.changed();
  }

  private async signedIn(way: Person['way'], given: Given, typed: string | null): Promise<void> {
    const { people, doors, now, log } = this.parts;
    const { subject, name, role, grants, until } = await doors.me(given.token);
    const before = people.find(subject);
    await this.enter({
      ...{ subject, name: name ?? typed ?? subject, role, grants, way },
      token: { value: given.token, from: now(), until },
      refresh: given.refresh,
      outboxKey: before?.outboxKey ?? newOutboxKey(),
      unsent: before?.unsent ?? 0,
      code: before?.code ? uncounted(before.code) : null,
      confirmedAt: now(),
    });
    this.opened();
    log(`sign-in: ${way}`);
  }

  private opened(): void {
    this.locked = false;
    this.idle.touched();
    this.keepCurrent();
    this.versioned.changed();
  }

  /** The same person goes on; another one, or he in another role, gets a replica of his own. */
  private async enter(person: Person): Promise<void> {
    if (isSame(this.holder, person)) {
      this.follow({ ...person, unsent: this.holder?.unsent ?? 0 });
      this.parts.onToken(person.token?.value ?? '');
      return;
    }
    const isChange = this.holder !== null;
    await this.leave();
    this.follow(person);
    await this.take(person);
    if (isChange) this.parts.onCover();
  }

  private take(person: Person): Promise<void> {
    return this.parts.onTake(() => this.parts.people.find(person.subject) ?? person);
  }

  private follow(person: Person): void {
    this.parts.people.putFirst(person);
    this.holder = person;
    this.ended = false;
    this.renewal.follow(person);
    this.versioned.changed();
  }

  /** His outbox stays, with what waits in it. What he could sign in again with goes, unless a code of his is before it. */
  private async leave(isForGood = false): Promise<void> {
    this.renewal.follow(null);
    if (this.holder === null) return;
    await this.parts.onLeave();
    const { holder } = this;
    const { refresh } = holder;
    const isKept = holder.code !== null && !isForGood;
    this.parts.people.put(isKept ? holder : { ...holder, token: null, refresh: null });
    this.holder = null;
    if (!isKept && refresh !== null) void this.giveBack(refresh);
  }

  private async giveBack(refresh: string): Promise<void> {
    const { provider, people, log } = this.parts;
    const way = people.all().ways?.oidc;
    if (way) await provider.giveBack(way, refresh).catch(() => log('sign-in: the provider was not told'));
  }

  private async signOut(): Promise<void> {
    if (this.holder === null) return;
    await this.leave(true);
    this.locked = false;
    this.keepCurrent();
    this.cover();
  }

  /** What is kept of him, and what this desk knows of him if he has it, are one. */
  private save(person: Person): void {
    this.parts.people.put(person);
    if (this.holder?.subject === person.subject) this.holder = person;
  }

  /** Durable before anything else: the provider takes no refresh token twice. */
  private async renewed(before: Person, { token, refresh }: Given): Promise<void> {
    const from = this.parts.now();
    const length = before.token ? before.token.until - before.token.from : 0;
    const kept = this.parts.people.find(before.subject) ?? before;
    const person: Person = { ...kept, refresh, token: { value: token, from, until: from + length } };
    this.save(person);
    const me = await this.parts.doors.me(token).catch(() => null);
    // He may have left meanwhile.
    if (this.holder?.subject !== person.subject) return;
    const { role, grants, until } = me ?? { ...person, until: from + length };
    const confirmedAt = me ? from : person.confirmedAt;
    // Meanwhile he may have set a code, or somebody have tried his.
    const { code } = this.holder;
    await this.enter({ ...person, role, grants, code, confirmedAt, token: { value: token, from, until } });
  }

  private hasEnded(person: Person): void {
    if (this.holder?.subject !== person.subject) return;
    this.save({ ...this.holder, refresh: null });
    this.ended = true;
    this.versioned.changed();
  }

  private cover(): void {
    this.versioned.changed();
    this.parts.onCover();
    void this.askWays();
  }

  /** Until the core has answered, what it said last is what is offered. */
  private async askWays(): Promise<void> {
    const { people, doors, later } = this.parts;
    try {
      people.change({ ways: await doors.ways() });
      this.reachable = true;
    } catch {
      this.reachable = false;
      later(() => void (this.isOpen() || this.askWays()), ASK_AGAIN);
    }
    this.versioned.changed();
  }

  private keepCurrent(): void {
    const { people, now } = this.parts;
    const { holder, locked } = this;
    const [at, { clock }] = [now(), people.all()];
    people.change({
      current: holder && { subject: holder.subject, at, locked },
      clock: Math.max(clock, at),
    });
  }

  private oidc(): OidcWay {
    const way = this.parts.people.all().ways?.oidc;
    if (!way) throw new Refused('not_now');
    return way;
  }

  private picture() {
    const { holder, locked, ended, reachable } = this;
    if (holder !== null && !locked)
      return {
        state: 'in' as const,
        id: holder.subject,
        name: holder.name,
        ended,
        code: holder.code !== null,
      };
    const { ways, people } = this.parts.people.all();
    return {
      state: 'out' as const,
      reachable,
      ways: ways && { accounts: ways.accounts, provider: ways.oidc && hostOf(ways.oidc.issuer) },
      waiting: this.giveUp !== null,
      locked: holder && known(holder),
      people: people.map(known),
    };
  }
}

const hostOf = (issuer: string): string => (URL.canParse(issuer) ? new URL(issuer).host : issuer);

/** There is something that the core can be asked with once his code was right. */
const canGoOn = ({ token, refresh }: Person): boolean => token !== null || refresh !== null;

const known = (person: Person): KnownPerson => ({
  id: person.subject,
  name: person.name,
  unsent: person.unsent,
  code: person.code !== null && canGoOn(person),
});

const isSame = (one: Person | null, other: Person): boolean =>
  one !== null &&
  one.subject === other.subject &&
  one.role === other.role &&
  one.grants.join('\n') === other.grants.join('\n');
