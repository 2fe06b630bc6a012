/**
 * What an administrator has settled for all users of this machine (docs/admin.md "Policy"): a file that users may read
 * and not write. A file that is not in order stops the start: half a policy is none.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { readBy } from '../../domain/read.ts';
import { LOCK_AFTER } from '../sign-in/idle.ts';
import { isFeedAddress } from '../update/feed.ts';
import { HOURS } from '../update/window.ts';

z.config({ jitless: true });

const hours = z.strictObject({ from: z.string().regex(HOURS), to: z.string().regex(HOURS) });

const Policy = z.strictObject({
  /** Whether F12 opens the developer tools. A kiosk has none. */
  devTools: z.boolean().default(false),
  /** Whether somebody may choose to keep data in the open where there is no key store. */
  unprotected: z.boolean().default(true),
  /** Whether windows are left out of pictures of the screen and of shared screens, where the system can do that. */
  contentProtection: z.boolean().default(false),
  /** Minutes without a hand on the window until it is covered, where people sign in; without it the command line's. */
  lockAfter: z.number().min(LOCK_AFTER.least).max(LOCK_AFTER.most).optional(),
  /** The cores that a console may be started for; without it any. */
  cores: z
    .array(z.url().transform((url) => new URL(url).href))
    .min(1)
    .max(100)
    .optional(),
  updates: z
    .strictObject({
      /** An https address or a file: one, of the folder with `CHANNEL.json`. */
      feed: z.string().refine(isFeedAddress, 'must be an https: or file: address'),
      channel: z
        .string()
        .regex(/^[a-z]{1,20}$/u)
        .default('stable'),
      /** When a kiosk may restart for an update, local time. Without it a kiosk takes none. */
      kioskHours: hours.optional(),
      /** What runs the installing program as root. */
      authority: z.array(z.string().min(1).max(1_000)).max(10).default(['pkexec']),
    })
    .optional(),
});
export type Policy = z.infer<typeof Policy>;
export type UpdatePolicy = NonNullable<Policy['updates']>;

export const NO_POLICY: Policy = Policy.parse({});

export class BadPolicy extends Error {}

/** A package in a root of its own (`ROOT/usr/lib/kairos-console`) has its policy there too. */
export function policyPath(platform: string, executable: string, programData: string): string {
  if (platform === 'win32') return join(programData, 'Kairos Console', 'policy.json');
  if (platform === 'darwin') return '/Library/Application Support/Kairos Console/policy.json';
  const installed = /^(.*)\/usr\/lib\/kairos-console\/[^/]+$/u.exec(executable);
  return posix.join(installed?.[1] || '/', 'etc', 'kairos-console', 'policy.json');
}

/** @throws BadPolicy that says what is wrong where */
export function readPolicy(path: string): Policy {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_POLICY;
    throw new BadPolicy(`${path} cannot be read`);
  }
  return parsePolicy(text, path);
}

/** @param core null: the embedded one. @throws BadPolicy where the policy names others */
export function assertCore({ cores }: Policy, core: string | null): void {
  if (cores === undefined || (core !== null && cores.includes(new URL(core).href))) return;
  throw new BadPolicy(core === null ? 'a core must be named with --core' : `${core} is none of the cores`);
}

/** @throws BadPolicy */
export function parsePolicy(text: string, path: string): Policy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadPolicy(`${path} is no JSON`);
  }
  const policy = readBy(Policy, json);
  if (policy.success) return policy.data;
  const first = 'error' in policy ? policy.error.issues[0] : undefined;
  throw new BadPolicy(
    `${path}: ${first?.path.join('.') || 'the policy'}: ${first?.message ?? 'it cannot be read'}`,
  );
}
