/**
 * Who signs in at this station, in one file under the key `people` of the key ring: their outbox's key, and what they may
 * sign in again with. Tokens and these keys stand on the disk nowhere else.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { z } from 'zod';
import { readIfThere, writeDurably } from '../settings/durable.ts';
import { Sealed, seal, unseal } from '../settings/seal.ts';
import { Ways } from './core-doors.ts';
import { DeskCode } from './desk-code.ts';

z.config({ jitless: true });

const ROLES = ['operator', 'restricted', 'kiosk', 'supervisor'] as const;

/** Times are ms of the wall clock. */
export const Person = z.strictObject({
  /** As the core knows him. */
  subject: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  grants: z.array(z.string()),
  way: z.enum(['oidc', 'account']),
  /** Null when he has signed out. */
  token: z.strictObject({ value: z.string(), from: z.number(), until: z.number() }).nullable(),
  /** The provider's refresh token; null where there is none. */
  refresh: z.string().nullable(),
  /** 32 bytes as hex: of his outbox and nobody else's. */
  outboxKey: z.string(),
  /** Actions that waited to be sent when he left. */
  unsent: z.number().int(),
  /** Of this desk; null where he has set none. */
  code: DeskCode.nullable(),
  /** When the core last said who he is. */
  confirmedAt: z.number(),
});
export type Person = z.infer<typeof Person>;

const People = z.strictObject({
  people: z.array(Person),
  /** Who has this console; `at`: when something was last done here. */
  current: z.strictObject({ subject: z.string(), at: z.number(), locked: z.boolean() }).nullable(),
  /** How people sign in, as the core last said. */
  ways: Ways.nullable(),
  /** The highest reading of the clock that was noted. */
  clock: z.number(),
});
export type People = z.infer<typeof People>;

const NOBODY: People = { people: [], current: null, ways: null, clock: 0 };

/** A person's record is forgotten when so many others came after him and nothing of his waits. */
const MOST = 50;

export type PeopleFile = {
  /** It could not be read and was put aside when it was opened. */
  wasDamaged: boolean;
  all(): People;
  find(subject: string): Person | undefined;
  /** In the place that he has; a new one is the first. */
  put(person: Person): void;
  /** He is the most recent one. */
  putFirst(person: Person): void;
  change(part: Partial<Omit<People, 'people'>>): void;
};

export const newOutboxKey = (): string => randomBytes(32).toString('hex');

/** The name that a local account signs in with. */
export const accountOf = ({ subject }: Person): string => subject.slice(subject.indexOf(':') + 1);

/**
 * A file that is damaged, or under another key, is put aside, never overwritten: everybody signs in anew. What waits in
 * the outboxes of these people cannot be opened without it; the replica puts those files aside as well.
 */
export function openPeople(path: string, key: string): PeopleFile {
  const bytes = Buffer.from(key, 'hex');
  const read = readPeople(path, bytes);
  if (read === null) putAside(path);
  let all = read ?? NOBODY;
  const keep = (next: People): void => {
    writeDurably(path, JSON.stringify(seal(JSON.stringify(next), bytes)));
    all = next;
  };
  return {
    wasDamaged: read === null,
    all: () => all,
    find: (subject) => all.people.find((one) => one.subject === subject),
    put(person) {
      const isKnown = all.people.some(({ subject }) => subject === person.subject);
      const before = isKnown ? all.people : [person, ...all.people];
      keep({ ...all, people: before.map((one) => (one.subject === person.subject ? person : one)) });
    },
    putFirst(person) {
      const others = all.people.filter(({ subject }) => subject !== person.subject);
      const kept = others.filter(({ unsent }, at) => at < MOST - 1 || unsent > 0);
      keep({ ...all, people: [person, ...kept] });
    },
    change: (part) => keep({ ...all, ...part }),
  };
}

/** Null where it is damaged or under another key. @throws Error where the disk does not let it be read */
function readPeople(path: string, key: Buffer): People | null {
  const text = readIfThere(path);
  if (text === null) return NOBODY;
  try {
    const open = unseal(Sealed.parse(JSON.parse(text)), key);
    return open === null ? null : People.parse(JSON.parse(open));
  } catch {
    return null;
  }
}

/** Under a name that is free: an earlier one is kept as well. */
function putAside(path: string): void {
  let number = 1;
  while (existsSync(`${path}.damaged-${number}`)) number += 1;
  renameSync(path, `${path}.damaged-${number}`);
}
