/** Who has this console: signs people in and out, covers their screen, and hands the replica from one to the next. */
import type { SignInAnswer, SignInState } from '../../bridge/shell.ts';
import { readBy } from '../../domain/read.ts';
import { createBrowserSignIn } from './browser.ts';
import { type CoreDoors, type Given, type Me, Refused } from './core-doors.ts';
import { counted, type DeskCode, isRight, newDeskCode, uncounted, whyNot } from './desk-code.ts';
import { createIdle } from './idle.ts';
import { accountOf, newOutboxKey, type PeopleFile, type Person } from './people.ts';
import { canGoOn, pictureOf } from './picture.ts';
import type { OidcWay } from './provider.ts';
import { createRenewal } from './renewal.ts';
import { createVersioned } from './versioned.ts';
import { createWays } from './ways.ts';
import { Wish } from './wish.ts';

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
  private readonly versioned = createVersioned(() => this.picture());
  private readonly renewal;
  private readonly idle;
  private readonly ways;
  private readonly browser;

  constructor(parts: SignInParts) {
    this.parts = parts;
    const { people, doors, now, later, log, provider, clock, lockAfter } = parts;
    const onChange = (): void => this.versioned.changed();
    this.ways = createWays({ people, doors, later, isOpen: () => this.isOpen(), onChange });
    this.browser = createBrowserSignIn({ signIn: provider.signIn, later, onChange });
    this.renewal = createRenewal({
      ...{ now, later, log },
      renew: (refresh) => provider.renew(this.ways.oidc(), refresh),
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
      void this.ways.ask();
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
    void this.ways.ask();
  }

  /** Somebody has signed in and his screen is not covered: windows may be served. */
  isOpen(): boolean {
    return this.holder !== null && !this.locked;
  }

  state(seen: unknown): Promise<SignInState> {
    return this.versioned.next(seen);
  }

  async wish(input: unknown): Promise<SignInAnswer> {
    const wish = readBy(Wish, input);
    if (!wish.success) return { ok: false, code: 'not_now' };
    this.browser.giveUp();
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
        return this.setCode(wish.code, wish.password);
      case 'take-code':
        return Promise.resolve(this.takeCode());
      case 'cancel':
        return Promise.resolve();
      case 'lock':
        return Promise.resolve(this.lock());
      case 'sign-out':
        return this.signOut();
    }
  }

  private async byBrowser(): Promise<void> {
    await this.signedIn(await this.ask('oidc'));
  }

  private async byAccount(name: string, password: string): Promise<void> {
    await this.signedIn(await this.ask('account', name, password));
  }

  /** Who somebody is, from whoever has to know: in the browser at the provider, or the core with a password. */
  private async ask(way: Person['way'], name = '', password = ''): Promise<Proved> {
    const { doors } = this.parts;
    const given =
      way === 'oidc'
        ? await this.browser.ask(this.ways.oidc())
        : { token: await doors.byAccount(name, password), refresh: null };
    return { way, given, me: await doors.me(given.token), typed: name };
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

  /** A script in a page may ask for it, too: so the person himself proves once more who he is, to others than the page. */
  private async setCode(typed: string, password: string): Promise<void> {
    const { holder } = this;
    if (holder === null || !this.isOpen()) throw new Refused('not_now');
    const code = newDeskCode(typed);
    if (code === null) throw new Refused('code_short');
    const proved = await this.ask(holder.way, accountOf(holder), password);
    if (proved.me.subject !== holder.subject || this.holder?.subject !== holder.subject) {
      if (proved.given.refresh !== null) void this.giveBack(proved.given.refresh);
      throw new Refused('somebody_else');
    }
    await this.signedIn(proved, code);
  }

  private takeCode(): void {
    if (this.holder === null || !this.isOpen()) throw new Refused('not_now');
    this.save({ ...this.holder, code: null });
    this.versioned.changed();
  }

  private async signedIn({ way, given, me, typed }: Proved, code?: DeskCode): Promise<void> {
    const { people, now, log } = this.parts;
    const { subject, name, role, grants, until } = me;
    const before = people.find(subject);
    await this.enter({
      ...{ subject, name: name ?? (typed || subject), role, grants, way },
      token: { value: given.token, from: now(), until },
      refresh: given.refresh,
      outboxKey: before?.outboxKey ?? newOutboxKey(),
      unsent: before?.unsent ?? 0,
      code: code ?? (before?.code ? uncounted(before.code) : null),
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
  private async renewed(before: Person, { token: value, refresh }: Given): Promise<void> {
    const from = this.parts.now();
    const kept = this.parts.people.find(before.subject) ?? before;
    const length = before.token ? before.token.until - before.token.from : 0;
    const token = { value, from, until: from + length };
    this.save({ ...kept, refresh, token });
    const me = await this.parts.doors.me(value).catch(() => null);
    // Meanwhile he may have left, set a code, or got another key for his outbox.
    const { holder } = this;
    if (holder?.subject !== before.subject) return;
    if (me === null) return this.enter({ ...holder, token });
    const { role, grants, until } = me;
    await this.enter({ ...holder, role, grants, confirmedAt: from, token: { ...token, until } });
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
    void this.ways.ask();
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

  private picture() {
    const { holder, locked, ended, browser, ways } = this;
    const { people } = this.parts;
    const asked = { reachable: ways.isReachable(), waiting: browser.isWaiting() };
    return pictureOf({ holder, locked, ended, ...asked, damaged: people.wasDamaged, kept: people.all() });
  }
}

/** Somebody whom the provider or the core knows, as the core says who he is; `typed`: the name that he gave. */
type Proved = { way: Person['way']; given: Given; me: Me; typed: string };

const isSame = (one: Person | null, other: Person): boolean =>
  one !== null &&
  one.subject === other.subject &&
  one.role === other.role &&
  one.grants.join('\n') === other.grants.join('\n');
