import { describe, expect, it } from 'vitest';
import { assertCore, BadPolicy, parsePolicy, policyPath, readPolicy } from './policy.ts';

const of = (policy: unknown) => parsePolicy(JSON.stringify(policy), 'policy.json');

describe('the policy', () => {
  it('lies where users cannot write, and beside a package in a root of its own', () => {
    expect(policyPath('linux', '/usr/lib/kairos-console/kairos-console', '')).toBe(
      '/etc/kairos-console/policy.json',
    );
    expect(policyPath('linux', '/srv/r/usr/lib/kairos-console/kairos-console', '')).toBe(
      '/srv/r/etc/kairos-console/policy.json',
    );
    expect(policyPath('linux', '/home/x/linux-unpacked/kairos-console', '')).toBe(
      '/etc/kairos-console/policy.json',
    );
    expect(policyPath('darwin', '/Applications/x', '')).toContain('/Library/Application Support/');
    expect(policyPath('win32', 'C:\\x', 'C:\\ProgramData')).toContain('C:\\ProgramData');
  });

  it('is none where there is no file, and stops the start where it is not in order', () => {
    expect(readPolicy('/nowhere/policy.json')).toEqual({
      ...{ devTools: false, unprotected: true, contentProtection: false },
    });
    expect(() => readPolicy('/')).toThrow('cannot be read');
    expect(() => parsePolicy('{', 'policy.json')).toThrow('policy.json is no JSON');
    expect(() => of({ update: {} })).toThrow('policy.json: the policy:');
    expect(() => of({ updates: { feed: 'http://updates.example' } })).toThrow(
      'updates.feed: must be an https:',
    );
    expect(() =>
      of({ updates: { feed: 'https://u.example', kioskHours: { from: '2', to: '04:00' } } }),
    ).toThrow('updates.kioskHours.from');
  });

  it('says which cores a console may speak to', () => {
    const policy = of({ cores: ['https://core.example', 'http://127.0.0.1:7000/'] });
    for (const core of ['https://core.example', 'https://core.example/', 'http://127.0.0.1:7000'])
      expect(() => assertCore(policy, core)).not.toThrow();
    for (const core of ['https://core.example.evil', 'https://core.example/x', 'http://core.example', null])
      expect(() => assertCore(policy, core), String(core)).toThrow(BadPolicy);
    expect(() => assertCore(of({}), null)).not.toThrow();
    expect(() => of({ cores: [] })).toThrow('cores');
  });

  it('[S36] says after how many minutes a screen is covered', () => {
    expect([of({ lockAfter: 2 }).lockAfter, of({}).lockAfter]).toEqual([2, undefined]);
    for (const lockAfter of [0, -1, 1e9, '5', null])
      expect(() => of({ lockAfter }), String(lockAfter)).toThrow('lockAfter');
  });

  it('says the feed, and who may install', () => {
    expect(of({ updates: { feed: 'https://updates.example/kairos' } }).updates).toEqual({
      ...{ feed: 'https://updates.example/kairos', channel: 'stable', authority: ['pkexec'] },
    });
  });
});
