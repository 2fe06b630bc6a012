/** How people sign in at this core: until it has answered, what it said last. */
import { type CoreDoors, Refused } from './core-doors.ts';
import type { PeopleFile } from './people.ts';
import type { OidcWay } from './provider.ts';

/** The core is asked again, while it cannot be reached, ms. */
const ASK_AGAIN = 5_000;

type Parts = {
  people: PeopleFile;
  doors: Pick<CoreDoors, 'ways'>;
  later(run: () => void, ms: number): unknown;
  /** Nobody has to be told how to sign in. */
  isOpen(): boolean;
  onChange(): void;
};

export type KnownWays = {
  ask(): Promise<void>;
  isReachable(): boolean;
  /** @throws Refused where the core names no identity provider */
  oidc(): OidcWay;
};

export function createWays({ people, doors, later, isOpen, onChange }: Parts): KnownWays {
  let reachable = true;
  async function ask(): Promise<void> {
    try {
      people.change({ ways: await doors.ways() });
      reachable = true;
    } catch {
      reachable = false;
      later(() => void (isOpen() || ask()), ASK_AGAIN);
    }
    onChange();
  }
  return {
    ask,
    isReachable: () => reachable,
    oidc() {
      const way = people.all().ways?.oidc;
      if (!way) throw new Refused('not_now');
      return way;
    },
  };
}
