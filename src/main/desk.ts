/** The replica of this console, and whose it is: one at a time, under the token of the console or of whoever has signed in. */
import { join } from 'node:path';
import type { SignInState } from '../bridge/shell.ts';
import type { ProtectionGate, Unlocked } from './settings/protection.ts';
import type { Person } from './sign-in/people.ts';
import type { SignIn } from './sign-in/sign-in.ts';
import { startSignIn } from './sign-in/start.ts';
import type { CoreAccess } from './supervise/core.ts';
import { createHolder } from './supervise/holder.ts';
import { type FileKeys, type Replica, type ReplicaConfig, superviseReplica } from './supervise/replica.ts';
import { roleOf } from './supervise/role.ts';

type DeskParts = {
  outDir: string;
  dataDir: string;
  /** Where traces go; null: nowhere. */
  traces: { to: string; ratio: number } | null;
  /** Of every replica here, whoever has it. */
  station: Pick<ReplicaConfig, 'station' | 'wanted' | 'simulation'>;
  /** The name of whoever works here where nobody signs in. */
  operator: string;
  /** People sign in; `lockAfter` in ms. Null: this console has a token of its own. */
  people: { lockAfter: number } | null;
  gate: ProtectionGate;
  core: Promise<CoreAccess>;
  /** The console's own token has run out or will soon. */
  onTokenNeeded(): void;
  /** What the page shows is to be thrown away. */
  onCover(): void;
  log(line: string): void;
};

export type Desk = {
  /** Answers when a replica can be had or people can sign in. @throws where files cannot be read */
  started: Promise<void>;
  /** The one that windows may speak to now; null where nobody has signed in. */
  replica(): Promise<Replica | null>;
  sqlite(): string;
  /** Null where nobody has to sign in. */
  signIn(): SignIn | null;
  state(seen: unknown): Promise<SignInState>;
  /** The core that this program runs is up (again). */
  setAccess(access: CoreAccess): void;
  stop(): Promise<void>;
};

export function createDesk(parts: DeskParts): Desk {
  const { people, gate, log, outDir, traces } = parts;
  const holder = createHolder();
  let latest: CoreAccess | null = null;
  let signIn: SignIn | null = null;

  const started = Promise.all([parts.core, gate.unlocked]).then(async ([access, unlocked]) => {
    latest ??= access;
    const common: Common = {
      ...parts.station,
      dataDir: join(parts.dataDir, 'replica'),
      coreUrl: access.url,
      protection: unlocked.protection,
    };
    if (people === null) await holder.take(() => ownReplica(common));
    else signIn = startPeople(common, unlocked, people.lockAfter);
  });

  function ownReplica(common: Common): Replica {
    return superviseReplica({
      ...{ outDir, traces },
      config() {
        const token = latest?.consoleToken ?? '';
        return {
          ...common,
          token,
          operator: parts.operator,
          role: roleOf(token),
          keys: forFiles(gate.keys()),
        };
      },
      destroyKeys: (mode) => forFiles(gate.destroy(mode)),
      onTokenNeeded: parts.onTokenNeeded,
      log,
    });
  }

  function startPeople(common: Common, { keys }: Unlocked, lockAfter: number): SignIn {
    return startSignIn({
      coreUrl: common.coreUrl,
      file: join(parts.dataDir, 'people.json'),
      key: keys.people,
      lockAfter,
      onTake: (person) => holder.take(() => replicaOf(person, common)),
      onLeave: holder.leave,
      onToken: (token) => holder.now()?.setToken(token),
      onCover: parts.onCover,
      log,
    });
  }

  /** His outbox has a key of its own: a wipe of his takes nobody else's. */
  function replicaOf(person: () => Person, common: Common): Replica {
    return superviseReplica({
      ...{ outDir, traces },
      config: () => ({ ...common, ...ofPerson(person(), gate.keys().replica) }),
      destroyKeys: (mode) => ({
        replica: gate.destroy('replica').replica,
        outbox: mode === 'all' && signIn ? signIn.destroyOutboxKey() : person().outboxKey,
      }),
      onTokenNeeded: () => signIn?.tokenNeeded(),
      onRevoked: () => signIn?.revoked(),
      onUnsent: (count) => signIn?.waits(count),
      log,
    });
  }

  return {
    started,
    async replica() {
      await holder.settled();
      return signIn === null || signIn.isOpen() ? holder.now() : null;
    },
    sqlite: () => holder.now()?.sqlite() ?? '',
    signIn: () => signIn,
    async state(seen) {
      if (people === null) return NOBODY_SIGNS_IN;
      // Where files cannot be read the page learns it when it asks for its port.
      await started.catch(() => undefined);
      return signIn?.state(seen) ?? NOBODY_SIGNS_IN;
    },
    setAccess(access) {
      latest = access;
      if (people === null) holder.now()?.setToken(access.consoleToken);
    },
    async stop() {
      signIn?.end();
      await holder.leave();
    },
  };
}

const NOBODY_SIGNS_IN: SignInState = { version: 0, state: 'none' };

type Common = Omit<ReplicaConfig, 'token' | 'operator' | 'role' | 'person' | 'keys'>;

const forFiles = ({ replica, outbox }: Unlocked['keys']): FileKeys => ({ replica, outbox });

const ofPerson = ({ token, name, role, subject, grants, outboxKey }: Person, replica: string) => ({
  token: token?.value ?? '',
  operator: name,
  role,
  person: { subject, grants },
  keys: { replica, outbox: outboxKey },
});
