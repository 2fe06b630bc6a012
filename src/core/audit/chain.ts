import { createHash } from 'node:crypto';

/**
 * The chain of the audit, pure, so that an exported audit can be checked without a core. An entry's hash covers the hash
 * before it, its own members and the digest of its payload; the digest is salted, so that a payload that was taken away
 * with its salt cannot be guessed back. What may be missing is said by the audit itself: entries below `cut` by the head,
 * payloads by an entry `erase` whose detail lists them.
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

/** What is wrong with an audit: an edit, a gap, a payload that nobody erased, an end that is not the head's. */
export function auditFaults(entries: Iterable<AuditEntry>, head: AuditHead): AuditFault[] {
  const faults: AuditFault[] = [];
  const bare = new Set<number>();
  const erased = new Set<number>();
  let last = { n: head.cut, hash: head.cutHash };
  for (const entry of entries) {
    if (entry.n !== last.n + 1)
      faults.push({ n: entry.n, fault: `entries are missing between ${last.n} and ${entry.n}` });
    else if (hashOf(last.hash, entry) !== entry.hash)
      faults.push({ n: entry.n, fault: 'the entry or the one before it was changed' });
    if (entry.detail === null || entry.salt === null) bare.add(entry.n);
    else if (digestOf(entry.salt, entry.detail) !== entry.digest)
      faults.push({ n: entry.n, fault: 'what the entry says was changed' });
    else if (entry.what === 'erase') for (const n of erasedBy(entry.detail)) erased.add(n);
    last = entry;
  }
  if (last.n !== head.n || last.hash !== head.hash)
    faults.push({ n: last.n, fault: `entries are missing at the end; the last one is ${head.n}` });
  for (const n of bare)
    if (!erased.has(n)) faults.push({ n, fault: 'what the entry says is missing, and no erasure took it' });
  return faults;
}

function erasedBy(detail: string): number[] {
  const { entries } = JSON.parse(detail) as { entries?: unknown };
  return Array.isArray(entries) ? entries.filter((n) => typeof n === 'number') : [];
}
