import { describe, expect, it } from 'vitest';
import { mapClaims, mappingOf } from './mapping.ts';

const rule = { claim: 'groups', value: 'counter', role: 'operator', grants: ['station:FRA'] };
const of = (...rules: object[]) => mappingOf(JSON.stringify({ rules }));

describe('[C1] the mapping of claims', () => {
  it('takes the first rule that fits a text or a list, also inside of other claims', () => {
    const deep = { ...rule, claim: ['realm', 'roles'], value: 'lead', role: 'supervisor' };
    const mapping = of(deep, rule);
    expect(mapClaims(mapping, { groups: 'counter' })?.role).toBe('operator');
    expect(mapClaims(mapping, { groups: ['a', 'counter'], realm: { roles: ['lead'] } })?.role).toBe(
      'supervisor',
    );
    for (const claims of [{}, { groups: ['counters'] }, { groups: { counter: true } }, { realm: null }])
      expect(mapClaims(mapping, claims)).toBeUndefined();
  });

  it('finds nothing that every object has', () => {
    const mapping = of({ ...rule, claim: ['groups', 'constructor', 'name'], value: 'Array' });
    expect(mapClaims(mapping, { groups: [] })).toBeUndefined();
  });

  it('cuts the name, and takes none that is no text', () => {
    const name = (given: unknown) => mapClaims(of(rule), { groups: 'counter', name: given })?.name;
    expect(name(' Anna ')).toBe('Anna');
    expect(name('x'.repeat(500))).toHaveLength(100);
    for (const none of [undefined, '', ' ', 7, ['Anna']]) expect(name(none)).toBeUndefined();
  });

  it('says what is wrong at which place', () => {
    expect(() => mappingOf('{')).toThrow('is not JSON');
    expect(() => of()).toThrow(/rules: /u);
    expect(() => of({ ...rule, role: 'chief' })).toThrow(/rules\.0\.role: /u);
    expect(() => of(rule, { ...rule, grants: ['FRA'] })).toThrow('rules.1.grants.0: is no scope');
    expect(() => of({ ...rule, vlaue: 'x' })).toThrow(/vlaue/u);
  });
});
