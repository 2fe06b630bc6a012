/** Signing in, with the parts of this program that it works with. */
import { openInBrowser } from '../security/outside.ts';
import { coreDoors } from './core-doors.ts';
import { openPeople } from './people.ts';
import { SignIn, type SignInParts } from './sign-in.ts';

type Setup = Pick<SignInParts, 'lockAfter' | 'onTake' | 'onLeave' | 'onToken' | 'onCover' | 'log'> & {
  coreUrl: string;
  file: string;
  key: string;
};

/** Read when it is needed: most starts of a console need it only when a token is renewed. */
const provider = () => import('./provider.ts');

/** @throws Error where the file of people cannot be read */
export function startSignIn({ coreUrl, file, key, ...rest }: Setup): SignIn {
  return new SignIn({
    ...rest,
    people: openPeople(file, key),
    doors: coreDoors(coreUrl),
    provider: {
      signIn: async (way, until) => (await provider()).signInByBrowser(way, openInBrowser, until),
      renew: async (way, refresh) => (await provider()).renew(way, refresh),
      giveBack: async (way, refresh) => (await provider()).giveBack(way, refresh),
    },
    now: Date.now,
    clock: () => performance.now(),
    later(run, ms) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
}
