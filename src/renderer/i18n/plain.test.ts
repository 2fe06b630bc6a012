import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain } from './plain.ts';

describe('text of customers', () => {
  it('[S41] shows what would reorder or hide text', () => {
    expect(plain('Anna\u202Eetcetera\u2066x\u200B')).toBe('Anna‹U+202E›etcetera‹U+2066›x‹U+200B›');
  });

  it.each(['Nguyễn Thị Hà', '王小明', 'Şükrü Yılmaz', 'محمد', 'line\nbreak', 'O’Brien 👩‍👩‍👧'])(
    'leaves %s as it is',
    (name) => {
      expect(plain(name)).toBe(name);
    },
  );

  it('[S41] leaves no bidirectional control in any text', () => {
    const sign = fc.constantFrom('\u202A', '\u202E', '\u2066', '\u2069', '\u200F', '\u061C', 'a', 'ب');
    fc.assert(
      fc.property(fc.array(sign), (signs) => {
        expect(plain(signs.join(''))).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u);
      }),
    );
  });
});
