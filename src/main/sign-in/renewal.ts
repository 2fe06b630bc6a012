/**
 * Keeps the token of whoever has this console fresh: asked for anew when half of its time is over, so that a provider that
 * is away for less than the other half is not noticed. Pure but for what is passed in.
 */
import { type Given, Refused } from './core-doors.ts';
import type { Person } from './people.ts';

/** An account's token cannot be renewed; so long before its end that is said. */
const WARN = 15 * 60_000;
/** Asked again after so long where the provider could not be asked, ms. */
const AGAIN = 15_000;
const LEAST = 1_000;

export type RenewalParts = {
  now(): number;
  later(run: () => void, ms: number): () => void;
  /** @throws Refused */
  renew(refresh: string): Promise<Given>;
  /** What was given has to be durable before anything else: the provider takes no refresh token twice. */
  onGiven(person: Person, given: Given): Promise<void>;
  /** He has to sign in again. */
  onEnded(person: Person): void;
  log(line: string): void;
};

export type Renewal = {
  /** From now on of this person; null: of nobody. */
  follow(person: Person | null): void;
  /** The core wants another token. */
  now(): void;
};

export function createRenewal(parts: RenewalParts): Renewal {
  let person: Person | null = null;
  let cancel: () => void = () => undefined;
  let busy = false;

  const plan = (ms: number): void => {
    cancel();
    cancel = parts.later(() => void run(), Math.max(LEAST, ms));
  };

  async function run(): Promise<void> {
    const who = person;
    if (who === null || busy) return;
    if (who.refresh === null) return parts.onEnded(who);
    busy = true;
    try {
      await parts.onGiven(who, await parts.renew(who.refresh));
    } catch (error) {
      const isNo = error instanceof Refused && error.code === 'renewal_refused';
      parts.log(`sign-in: ${isNo ? 'the provider renews it no more' : 'the provider cannot be asked'}`);
      if (isNo) parts.onEnded(who);
      else if (person === who) plan(AGAIN);
    } finally {
      busy = false;
    }
  }

  return {
    follow(next) {
      person = next;
      cancel();
      if (next === null || next.token === null) return;
      const { from, until } = next.token;
      plan((next.refresh === null ? until - WARN : (from + until) / 2) - parts.now());
    },
    now: () => void run(),
  };
}
