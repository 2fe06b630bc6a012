import { describe, expect, it } from 'vitest';
import { nameOf } from './facts.ts';

const named = (firstName: string, lastName: string, language: string): string => {
  const fact = (value: string) => ({ value, source: 'crm', at: '2026-11-21T12:00:00.000Z' });
  return nameOf({
    id: 'p',
    identities: [{ type: 'userId', value: 'u1' }],
    facts: { firstName: fact(firstName), lastName: fact(lastName), language: fact(language) },
  });
};

describe("a customer's name", () => {
  it('stands in the order in which its owner writes it', () => {
    expect(named('Anna', 'Weber', 'de')).toBe('Anna Weber');
    expect(named('小明', '王', 'zh')).toBe('王小明');
    expect(named('Thị Hà', 'Nguyễn', 'vi')).toBe('Nguyễn Thị Hà');
    expect(named('', 'Weber', 'de')).toBe('Weber');
    expect(named('', '', 'de')).toBe('u1');
  });

  it('is a number before an anonymous id, where somebody calls for the first time', () => {
    const fact = { value: '+4940123456', source: 'contacts', at: '2026-11-21T12:00:00.000Z' };
    const identities = [{ type: 'anonymousId', value: 'contact/c4' }];
    expect(nameOf({ id: 'p', identities, facts: { phone: fact } })).toBe('+4940123456');
    expect(nameOf({ id: 'p', identities, facts: {} })).toBe('contact/c4');
  });
});
