/** A desk where people sign in, with a real identity provider (oidc-provider) and a real core; its timers are the test's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { AUDIENCE, startProvider } from '../../scripts/oidc/provider.mjs';
import type { SignInAnswer, SignInState } from '../../src/bridge/shell.ts';
import { addAccount } from '../../src/core/admin/accounts.ts';
import { mappingOf } from '../../src/core/auth/mapping.ts';
import { type Core, createCore } from '../../src/core/core.ts';
import { coreDoors } from '../../src/main/sign-in/core-doors.ts';
import { openPeople } from '../../src/main/sign-in/people.ts';
import { giveBack, renew, signInByBrowser } from '../../src/main/sign-in/provider.ts';
import { SignIn } from '../../src/main/sign-in/sign-in.ts';
import { signInAt } from './system-browser.ts';

export const MINUTE = 60_000;
export const LOCK_AFTER = 10 * MINUTE;
export const TOKEN_SECONDS = 600;
/** Of the local account `otto`. */
export const PASSWORD = 'correct horse battery';
const KEY = 'k'.charCodeAt(0).toString(16).repeat(32);
const MAPPING = mappingOf(
  JSON.stringify({
    rules: [
      { claim: 'groups', value: 'supervisors', role: 'supervisor', grants: ['station:*'] },
      { claim: 'groups', value: 'counter', role: 'operator', grants: ['station:FRA'] },
    ],
  }),
);
const PEOPLE = {
  anna: { name: 'Anna Berger', groups: ['counter'] },
  bela: { name: 'Béla Kun', groups: ['counter'] },
  gast: { name: 'Guest', groups: ['canteen'] },
};

/** `due` by the desk's clock. */
type Timer = { run: () => void; ms: number; due: number };

export class Site {
  folder = '';
  provider!: Awaited<ReturnType<typeof startProvider>>;
  core!: Core;
  /** What the desk did: who took the replica, who left it, which tokens it was given. */
  did: string[] = [];
  timers = new Set<Timer>();
  /** ms by which the desk's clocks are ahead of ours. */
  ahead = 0;
  /** The next address that the system's browser is asked to show. */
  next!: Promise<string>;
  private show!: (url: string) => void;

  async start(tokenSeconds = TOKEN_SECONDS): Promise<void> {
    this.provider = await startProvider({ people: PEOPLE, tokenSeconds });
    const store = { dataDir: mkdtempSync(join(tmpdir(), 'sign-in-core-')) };
    const options = {
      ...{ ...store, port: 0, dev: true },
      provider: { issuer: this.provider.issuer, audience: AUDIENCE, mapping: MAPPING },
    };
    // The store of accounts is made by the first start.
    await (await createCore(options)).close();
    const otto = { name: 'otto', role: 'restricted', grants: ['station:FRA'] } as const;
    await addAccount(store, { ...otto, grants: [...otto.grants] }, PASSWORD, Date.now());
    this.core = await createCore(options);
  }

  begin(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
    [this.did, this.timers, this.ahead] = [[], new Set(), 0];
    this.nextShown();
  }

  async end(): Promise<void> {
    await this.core.close();
    await this.provider.close();
  }

  file = () => join(this.folder, 'people.json');
  people = () => openPeople(this.file(), KEY);

  /** Away meanwhile; when it is back it has forgotten everybody, and has the same keys. */
  async withoutProvider(work: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.provider.issuer).port);
    const { key } = this.provider;
    await this.provider.close();
    try {
      await work();
    } finally {
      this.provider = await startProvider({ people: PEOPLE, tokenSeconds: TOKEN_SECONDS, port, key });
    }
  }

  open(url = this.core.url): SignIn {
    this.timers.clear();
    const open = async (shown: string): Promise<void> => {
      this.show(shown);
      this.nextShown();
    };
    return new SignIn({
      people: this.people(),
      doors: coreDoors(url),
      provider: { signIn: (way, until) => signInByBrowser(way, open, until), renew, giveBack },
      now: () => Date.now() + this.ahead,
      clock: () => performance.now() + this.ahead,
      later: (run, ms) => {
        const timer = { run, ms, due: this.ahead + ms };
        this.timers.add(timer);
        return () => this.timers.delete(timer);
      },
      lockAfter: LOCK_AFTER,
      onTake: async (person) => void this.did.push(`take ${person().subject}`),
      onLeave: async () => void this.did.push('leave'),
      onToken: () => void this.did.push('token'),
      onCover: () => void this.did.push('cover'),
      log: () => undefined,
    });
  }

  /** Lets the timers of about so many ms go off. */
  passed(least: number, most: number): void {
    for (const timer of [...this.timers].filter(({ ms }) => ms >= least && ms <= most)) {
      this.timers.delete(timer);
      timer.run();
    }
  }

  /** Lets so many ms go by, for the core as well: what is due goes off. */
  async goesBy(ms: number): Promise<void> {
    this.ahead += ms;
    const clock = { offsetSeconds: this.ahead / 1_000 };
    await fetch(`${this.core.url}/dev/clock`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(clock) },
    });
    for (const timer of [...this.timers].filter(({ due }) => due <= this.ahead)) {
      this.timers.delete(timer);
      timer.run();
    }
  }

  private nextShown(): void {
    this.next = new Promise((resolve) => {
      this.show = resolve;
    });
  }
}

export const site = new Site();

/** One provider and one core for all tests of a file, and a folder for each. */
export function useSite(): void {
  beforeAll(() => site.start());
  afterAll(() => site.end());
  beforeEach(() => site.begin());
  afterEach(() => rmSync(site.folder, { recursive: true, force: true }));
}

export const stateOf = async (desk: SignIn): Promise<SignInState> => desk.state(-1);
export const until = (desk: SignIn, wanted: (state: SignInState) => boolean) =>
  expect.poll(async () => wanted(await stateOf(desk))).toBe(true);
export const offered = (desk: SignIn) => until(desk, (state) => state.state === 'out' && state.ways !== null);

/** Does what needs the browser, and signs in there. */
export async function inBrowser(wish: () => Promise<SignInAnswer>, who: string): Promise<SignInAnswer> {
  const url = site.next;
  const answer = wish();
  await signInAt(await url, who);
  return answer;
}

export async function byBrowser(desk: SignIn, who: string): Promise<SignInAnswer> {
  await offered(desk);
  return inBrowser(() => desk.wish({ do: 'browser' }), who);
}

export const byAccount = (desk: SignIn, name: string, password: string) =>
  desk.wish({ do: 'account', name, password });
