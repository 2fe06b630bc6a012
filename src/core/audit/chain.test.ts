import { describe, expect, it } from 'vitest';
import { type AuditEntry, auditFaults, digestOf, hashOf } from './chain.ts';

function chain(details: [what: string, detail: object][]): AuditEntry[] {
  let before = '';
  return details.map(([what, detail], i) => {
    const text = JSON.stringify(detail);
    const entry = { n: i + 1, at: 5 * i, subject: 's', what, digest: digestOf('salt', text) };
    before = hashOf(before, entry);
    return { ...entry, hash: before, salt: 'salt', detail: text };
  });
}
const headOf = (entries: AuditEntry[]) => ({
  n: entries.length,
  hash: entries.at(-1)?.hash ?? '',
  cut: 0,
  cutHash: '',
});
const whole = () =>
  chain([
    ['read', { profile: 'P' }],
    ['open', { profile: 'Q' }],
    ['erase', { entries: [1] }],
  ]);

describe('the chain of the audit', () => {
  it('[C4] finds an edit, a gap, a missing end and a payload that nobody erased', () => {
    const good = whole();
    const head = headOf(good);
    expect(auditFaults(good, head)).toEqual([]);
    const [first, second, third] = good as [AuditEntry, AuditEntry, AuditEntry];
    expect(auditFaults([first, { ...second, subject: 'x' }, third], head)[0]?.n).toBe(2);
    expect(auditFaults([first, { ...second, detail: '{"profile":"R"}' }, third], head)[0]?.n).toBe(2);
    expect(auditFaults([first, third], head)[0]?.n).toBe(3);
    expect(auditFaults([second, third], head)[0]?.n).toBe(2);
    expect(auditFaults([first, second], head)[0]?.n).toBe(2);
    expect(auditFaults([first, { ...second, detail: null, salt: null }, third], head)[0]?.n).toBe(2);
  });

  it('[C4] stays whole where an erasure took a payload', () => {
    const [first, second, third] = whole() as [AuditEntry, AuditEntry, AuditEntry];
    const head = headOf([first, second, third]);
    expect(auditFaults([{ ...first, detail: null, salt: null }, second, third], head)).toEqual([]);
  });
});
