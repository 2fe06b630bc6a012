/** What a page is told of who has this console: names, and nothing that anybody could sign in with. Pure. */
import { createHmac } from 'node:crypto';
import type { KnownPerson, SignInState } from '../../bridge/shell.ts';
import type { People, Person } from './people.ts';

type Seen = {
  holder: Person | null;
  locked: boolean;
  ended: boolean;
  reachable: boolean;
  waiting: boolean;
  /** The file of people was damaged. */
  damaged: boolean;
  kept: People;
};

type WithoutVersion<T> = T extends unknown ? Omit<T, 'version'> : never;

export function pictureOf({ holder, locked, kept, ...seen }: Seen): WithoutVersion<SignInState> {
  if (holder !== null && !locked) {
    const { subject, name, way, code } = holder;
    return {
      state: 'in',
      id: subject,
      alias: aliasOf(holder),
      name,
      way,
      ended: seen.ended,
      code: code !== null,
    };
  }
  const { ways, people } = kept;
  return {
    state: 'out',
    reachable: seen.reachable,
    ways: ways && { accounts: ways.accounts, provider: ways.oidc && hostOf(ways.oidc.issuer) },
    waiting: seen.waiting,
    damaged: seen.damaged,
    locked: holder && known(holder),
    people: people.map(known),
  };
}

/** Nobody finds out whose it is without this machine's keys. */
const aliasOf = ({ outboxKey }: Person): string =>
  createHmac('sha256', outboxKey).update('page').digest('hex').slice(0, 16);

/** There is something that the core can be asked with once his code was right. */
export const canGoOn = ({ token, refresh }: Person): boolean => token !== null || refresh !== null;

const hostOf = (issuer: string): string => (URL.canParse(issuer) ? new URL(issuer).host : issuer);

const known = (person: Person): KnownPerson => ({
  id: person.subject,
  name: person.name,
  unsent: person.unsent,
  code: person.code !== null && canGoOn(person),
});
