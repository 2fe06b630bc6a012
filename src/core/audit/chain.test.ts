import { describe, expect, it } from 'vitest';
import { type AuditEntry, auditFaults, digestOf, hashOf } from './chain.ts';

function chain(details: [what: string, detail: object][], first = 1, hash = ''): AuditEntry[] {
  let before = hash;
  return details.map(([what, detail], i) => {
    const text = JSON.stringify(detail);
    const entry = { n: first + i, at: 5 * i, subject: 's', what, digest: digestOf('salt', text) };
    before = hashOf(before, entry);
    return { ...entry, hash: before, salt: 'salt', detail: text };
  });
}
const headOf = (entries: AuditEntry[]) => ({
  n: entries.at(-1)?.n ?? 0,
  hash: entries.at(-1)?.hash ?? '',
  cut: 0,
  cutHash: '',
});
const whole = () =>
  chain([
    ['read', { profile: 'P' }],
    ['open', { profile: 'Q' }],
    ['erase', { entries: [1] }],
  ]) as [AuditEntry, AuditEntry, AuditEntry];

describe('the chain of the audit', () => {
  it('[C4] finds an edit of any member, a gap, a missing beginning and end', () => {
    const [first, second, third] = whole();
    const head = headOf([first, second, third]);
    const faults = (...entries: AuditEntry[]) => auditFaults(entries, head).map(({ n }) => n);
    expect(faults(first, second, third)).toEqual([]);
    for (const edit of [
      { subject: 'x' },
      { at: 6 },
      { what: 'read' },
      { digest: digestOf('salt', '{}') },
      { hash: first.hash },
      { detail: '{"profile":"R"}' },
      { salt: 'other' },
    ])
      expect(faults(first, { ...second, ...edit }, third)[0], JSON.stringify(edit)).toBe(2);
    expect(faults(first, third)).toEqual([3]);
    expect(faults(second, third)).toEqual([2]);
    expect(faults(first, second)).toEqual([2]);
    expect(faults(first, third, second)).toContain(3);
    expect(faults()).toEqual([0]);
  });

  it('[C4] stays whole where an erasure took a payload, and names one that nobody erased', () => {
    const [first, second, third] = whole();
    const head = headOf([first, second, third]);
    const bare = { detail: null, salt: null };
    expect(auditFaults([{ ...first, ...bare }, second, third], head)).toEqual([]);
    expect(auditFaults([first, { ...second, ...bare }, third], head)[0]?.n).toBe(2);
    const forged = { ...third, detail: '{"entries":[1,2]}' };
    expect(auditFaults([first, { ...second, ...bare }, forged], head).map(({ n }) => n)).toEqual([3, 2]);
  });

  it('[C4] may begin later only where an entry says that retention took what was before', () => {
    const [first, second, third] = whole();
    const told = chain([['cut', { upTo: 2 }]], 4, third.hash);
    const head = { ...headOf(told), cut: 2, cutHash: second.hash };
    expect(auditFaults([third, ...told], head)).toEqual([]);
    expect(auditFaults(told, { ...head, cut: 3, cutHash: third.hash })[0]?.n).toBe(3);
    expect(auditFaults([second, third], { ...headOf([third]), cut: 1, cutHash: first.hash })[0]?.n).toBe(1);
  });
});
