/** What `npm run audit` makes of the registry's answers; the registry itself is asked by that command alone. */
import { describe, expect, it } from 'vitest';
import { electronFault, findings, staleAllowances } from '../../scripts/audit/judge.mjs';

const NOW = Date.parse('2026-11-28T00:00:00Z');
const URL = 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm';
/** As npm 10 tells it: by package, with the advisory itself, or the name of the package that brings it. */
const advisory = (severity: string) => ({
  name: 'lodash',
  title: 'Command Injection',
  url: URL,
  severity,
  range: '<4.17.21',
});
const told = (severity: string) => ({
  lodash: { severity, via: [advisory(severity)] },
  rules: { severity, via: ['lodash'] },
});
const allowance = {
  package: 'lodash',
  advisory: URL,
  reason: 'only the template is affected',
  until: '2027-01-01',
};

describe('[S34] the audit gate', () => {
  it('names each severe advisory once, by package, and no lesser one', () => {
    expect(findings(told('high'), [], NOW)).toEqual([`lodash: high: Command Injection (${URL})`]);
    expect(findings(told('critical'), [], NOW)).toHaveLength(1);
    for (const severity of ['info', 'low', 'moderate']) expect(findings(told(severity), [], NOW)).toEqual([]);
    expect(findings({}, [], NOW)).toEqual([]);
  });

  it('lets pass what is allowed: this advisory of this package, until its day', () => {
    expect(findings(told('high'), [allowance], NOW)).toEqual([]);
    for (const other of [
      { package: 'rules' },
      { advisory: `${URL}x` },
      { until: '2026-11-27' },
      { until: 'never' },
    ])
      expect(findings(told('high'), [{ ...allowance, ...other }], NOW)).toHaveLength(1);
  });

  it('is not passed by an allowance that is over or has no reason', () => {
    expect(staleAllowances([allowance], NOW)).toEqual([]);
    for (const other of [{ reason: '' }, { until: '2026-11-27' }, { until: '' }])
      expect(staleAllowances([{ ...allowance, ...other }], NOW)).toHaveLength(1);
  });
});

describe('[S16] an Electron', () => {
  const times = {
    '43.0.0': '2026-07-01T00:00:00Z',
    '44.0.0': '2026-08-25T00:00:00Z',
    '44.0.0-beta.1': '2026-06-01T00:00:00Z',
    '45.0.0': '2026-10-21T00:00:00Z',
    '45.4.1': '2026-11-20T00:00:00Z',
    created: '2013-01-01T00:00:00Z',
  };

  it('is current where it is the newest major, or one is newer for less than eight weeks', () => {
    expect(electronFault('45.4.1', times, NOW)).toEqual([]);
    expect(electronFault('44.9.0', times, NOW)).toEqual([]);
  });

  it('is overdue eight weeks after the next major, and out of support three majors behind', () => {
    const later = Date.parse('2026-12-17T00:00:00Z');
    expect(electronFault('44.9.0', times, later)).toEqual([
      'electron 44.9.0: 45 is there for more than 8 weeks',
    ]);
    expect(electronFault('43.1.0', times, NOW)).toEqual([
      'electron 43.1.0: 44 is there for more than 8 weeks',
    ]);
    expect(electronFault('42.1.0', times, NOW)).toEqual(['electron 42.1.0: 3 majors behind, out of support']);
  });
});
