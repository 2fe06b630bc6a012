import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputs, PATIENCE } from '../../../test/security/material.ts';
import { createLinks, linkIn, readLink } from './link.ts';

describe('[S30] a link from another program', () => {
  it.each([
    ['tel:+49-69-123 45', '+496912345'],
    ['tel:+49%2069%20123', '+4969123'],
    ['TEL:(030)1234;ext=5', '0301234'],
    ['tel:112', '112'],
    ['kairos://find?text=QX7R2M', 'QX7R2M'],
    ['kairos://find/?text=M%C3%BCller', 'Müller'],
    ['KAIROS://FIND?text=a+b', 'a b'],
  ])('%s asks for %s', (link, text) => {
    expect(readLink(link)).toBe(text);
  });

  it.each([
    '',
    'tel:',
    'tel:+49abc',
    'tel:%',
    'tel:1234567890123456',
    'kairos://find',
    'kairos://find?text=',
    'kairos://find?text=a&text=b',
    `kairos://find?text=${'a'.repeat(101)}`,
    'kairos://find?text=%00',
    'kairos://find?text=a%E2%80%AEb',
    'kairos://find?text=a%0Aadmin',
    'kairos://accept?id=1',
    'kairos:find?text=a',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://find?text=a',
  ])('%s asks for nothing', (link) => {
    expect(readLink(link)).toBeNull();
  });

  it('[C10] gives a short text of one line, or nothing, whatever it is', { timeout: PATIENCE }, () => {
    const parts = fc.constantFrom(
      'kairos://find?text=',
      'tel:',
      'kairos://',
      '%',
      '%E2%80%AE',
      '\u0000',
      '&text=',
      '+',
    );
    const anything = fc.array(fc.oneof(parts, fc.string({ unit: 'binary' })), { maxLength: 6 });
    fc.assert(
      fc.property(anything, (words) => {
        const text = readLink(words.join(''));
        if (text === null) return;
        expect(text.length).toBeLessThanOrEqual(100);
        expect(text).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      }),
      inputs(1),
    );
  });

  it('is the last of a command line that is one', () => {
    expect(linkIn(['kairos-console', '--station', 'FRA', 'tel:1', 'tel:+4930123'])).toBe('+4930123');
    expect(linkIn(['kairos-console', '--data=/tmp', 'x'])).toBeNull();
  });

  it('waits for a page that asks, the newest alone', async () => {
    const links = createLinks();
    links.offer('first');
    links.offer(null);
    links.offer('second');
    expect(await links.next()).toBe('second');
    const next = links.next();
    links.offer('third');
    expect(await next).toBe('third');
  });
});
