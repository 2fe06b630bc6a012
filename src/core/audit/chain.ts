import { createHash } from 'node:crypto';

/**
 * The chain of the audit, pure, so that an exported audit can be checked without a core. An entry's hash covers the hash
 * before it, its own members and the digest of its payload; the digest is salted, so that a payload that was taken away
 * with its salt cannot be guessed back. What may be missing is said by the audit itself: entries up to the head's
 * `cut` by an entry `cut`, payloads by an entry `erase` whose detail lists them.
 */

/** `salt` and `detail` are null where the payload was taken away. Times are ms. */
export type AuditEntry = {
  n: number;
  at: number;
  subject: string;
  what: string;
  digest: string;
  hash: string;
  salt: string | null;
  detail: string | null;
};

/** The last entry, and the last one that retention has taken (0 and "" where none). */
export type AuditHead = { n: number; hash: string; cut: number; cutHash: string };

export type AuditFault = { n: number; fault: string };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const digestOf = (salt: string, detail: string): string => sha256(`${salt}\n${detail}`);

export const hashOf = (
  before: string,
  { n, at, subject, what, digest }: Pick<AuditEntry, 'n' | 'at' | 'subject' | 'what' | 'digest'>,
): string => sha256(JSON.stringify([before, n, at, subject, what, digest]));

/** The customers that an entry is about. */
export function customersIn(detail: { profile?: unknown; profiles?: unknown; found?: unknown }): Set<string> {
  const lists = [detail.profiles, detail.found].flatMap((list) => (Array.isArray(list) ? list : []));
  return new Set([detail.profile, ...lists].filter((id): id is string => typeof id === 'string'));
}

/** What is wrong with an audit: an edit, a gap, a payload that nobody erased, a beginning or end that is not the head's. */
export function auditFaults(entries: Iterable<AuditEntry>, head: AuditHead): AuditFault[] {
  const faults: AuditFault[] = [];
  const bare = new Set<number>();
  const erased = new Set<number>();
  let cut = 0;
  let last = { n: head.cut, hash: head.cutHash };
  for (const entry of entries) {
    const fault = faultOf(last, entry);
    if (fault !== null) faults.push({ n: entry.n, fault });
    else if (entry.what === 'erase') for (const n of numbersIn(entry, 'entries')) erased.add(n);
    else if (entry.what === 'cut') for (const n of numbersIn(entry, 'upTo')) cut = n;
    if (entry.detail === null) bare.add(entry.n);
    last = entry;
  }
  if (last.n !== head.n || last.hash !== head.hash)
    faults.push({ n: last.n, fault: `entries are missing at the end; the last one is ${head.n}` });
  if (cut !== head.cut)
    faults.push({ n: head.cut, fault: `entries up to ${head.cut} are missing, and no retention took them` });
  for (const n of bare)
    if (!erased.has(n)) faults.push({ n, fault: 'what the entry says is missing, and no erasure took it' });
  return faults;
}

function faultOf(before: { n: number; hash: string }, entry: AuditEntry): string | null {
  if (entry.n !== before.n + 1) return `entries are missing between ${before.n} and ${entry.n}`;
  if (hashOf(before.hash, entry) !== entry.hash) return 'the entry or the one before it was changed';
  if (entry.detail === null) return null;
  return digestOf(entry.salt ?? '', entry.detail) === entry.digest ? null : 'what the entry says was changed';
}

function numbersIn({ detail }: AuditEntry, member: string): number[] {
  const named = (JSON.parse(detail ?? '{}') as { [name: string]: unknown })[member];
  return [named].flat().filter((n) => typeof n === 'number');
}
