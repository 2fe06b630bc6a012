import { describe, expect, it } from 'vitest';
import { roleOf } from './role.ts';

const token = (payload: unknown): string =>
  `x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.y`;

describe('the role that a console offers its screens for', () => {
  it('is that of its token, and an operator where that says none', () => {
    expect(roleOf(token({ role: 'supervisor' }))).toBe('supervisor');
    for (const other of ['', 'x', token({ role: 'admin' }), token(null), 'a.%%%.b'])
      expect(roleOf(other)).toBe('operator');
  });
});
