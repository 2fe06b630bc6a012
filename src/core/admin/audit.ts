/** The audit at the command line: looked through for edits and gaps, and written to a file that needs no core to be looked through. */
import { createReadStream, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type AuditEntry, type AuditFault, type AuditHead, auditFaults } from '../audit/chain.ts';
import type { Store } from '../store/backup.ts';
import { readAudit } from '../store/read-audit.ts';

/** An entry that somebody noted elsewhere: whoever makes the whole chain anew cannot make this one. */
export type Noted = { n: number; hash: string };

/** `head` is to be noted elsewhere. */
export type Finding = { entries: number; head: AuditHead; faults: AuditFault[] };

const HEAD = z.object({
  head: z.object({ n: z.number(), hash: z.string(), cut: z.number(), cutHash: z.string() }),
});
const ENTRY = z.object({
  n: z.number(),
  at: z.number(),
  subject: z.string(),
  what: z.string(),
  digest: z.string(),
  hash: z.string(),
  salt: z.string().nullable(),
  detail: z.string().nullable(),
});

/** Of an audit whose entries come one after the other. */
export function verify(entries: Iterable<AuditEntry>, head: AuditHead, noted: Noted | null): Finding {
  let count = 0;
  let found: string | undefined;
  function* counted(): Generator<AuditEntry> {
    for (const entry of entries) {
      count++;
      if (entry.n === noted?.n) found = entry.hash;
      yield entry;
    }
  }
  const faults = auditFaults(counted(), head);
  if (noted && noted.n > head.cut && found !== noted.hash)
    faults.push({ n: noted.n, fault: 'the entry is not the one that was noted' });
  return { entries: count, head, faults };
}

/** The same of the audit of a store, as it is at one moment; its core may run. */
export const verifyStore = (store: Store, noted: Noted | null): Promise<Finding> =>
  readAudit(store, (audit) => verify(audit.entries(), audit.head(), noted));

/** The head in the first line, then the entries, oldest first, each as JSON. Returns how many there are. */
export function exportAudit(store: Store, file: number): Promise<number> {
  return readAudit(store, (audit) => {
    let count = 0;
    const line = (value: object): void => void writeSync(file, `${JSON.stringify(value)}\n`);
    line({ head: audit.head() });
    for (const entry of audit.entries()) {
      line(entry);
      count++;
    }
    return count;
  });
}

/** @throws Error naming the line that is none of an export */
export async function verifyExport(path: string, noted: Noted | null): Promise<Finding> {
  const entries: AuditEntry[] = [];
  let head: AuditHead | null = null;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number++;
    const value = parsed(line);
    if (head === null) {
      const read = HEAD.safeParse(value);
      if (!read.success) throw new Error(`${path} is no export of an audit: its first line has no head`);
      ({ head } = read.data);
      continue;
    }
    const read = ENTRY.safeParse(value);
    if (!read.success) throw new Error(`${path}: line ${number} is no entry of an audit`);
    entries.push(read.data);
  }
  if (head === null) throw new Error(`${path} is empty`);
  return verify(entries, head, noted);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
