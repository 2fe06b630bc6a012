import { describe, expect, it } from 'vitest';
import { rank } from './rank.ts';

const titles = ['Rebook', 'Resolve a case', 'Search or scan', 'Cases', 'Flüge zeigen'];
const found = (text: string): string[] => rank(titles, text, (title) => title);

describe('the palette', () => {
  it('finds by parts of words, beginnings first', () => {
    expect(found('case')).toEqual(['Resolve a case', 'Cases']);
    expect(found('re ca')).toEqual(['Resolve a case']);
    expect(found('book')).toEqual(['Rebook']);
  });

  it('forgives accents and finds nothing for nonsense', () => {
    expect(found('fluge')).toEqual(['Flüge zeigen']);
    expect(found('zzz')).toEqual([]);
    expect(found('')).toEqual(titles);
  });
});
