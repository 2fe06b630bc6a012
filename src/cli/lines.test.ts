import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LINE } from '../decision/cli.ts';
import { LineAnswerer } from './lines.ts';

const all = (chunks: readonly Buffer[]) => {
  const seen: string[] = [];
  const answerer = new LineAnswerer((line) => {
    seen.push(line);
    return `<${line.length}>`;
  });
  const answers = chunks.map((chunk) => answerer.take(chunk)).join('') + answerer.end();
  return { seen, answers };
};

describe('[D22] lines', () => {
  it('are the same however the bytes are cut into chunks', () => {
    const text = 'a\r\n\nöl 😀\nlast';
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(all(chunks).seen).toEqual(['a', '', 'öl 😀', 'last']);
      }),
    );
  });

  it('that are too long are answered once, wherever they are cut, and the next one is read', () => {
    const fits = Buffer.alloc(LONGEST_LINE, 'x');
    expect(all([fits, Buffer.from('\r\nb\n')]).seen.map((line) => line.length)).toEqual([LONGEST_LINE, 1]);
    for (const cut of [0, 1, 1000, LONGEST_LINE]) {
      const long = Buffer.concat([fits, Buffer.from('y')]);
      const { seen, answers } = all([long.subarray(0, cut), long.subarray(cut), Buffer.from('\nb\n')]);
      expect(seen).toEqual(['b']);
      expect(answers.split('\n').map((line) => line.slice(0, 24))).toEqual([
        '{"error":{"code":"size",',
        '<1>',
        '',
      ]);
    }
    expect(all([Buffer.alloc(3 * LONGEST_LINE, 'x')]).answers).toContain('"size"');
  });

  it('that are not UTF-8 are refused; a byte order mark is no white space', () => {
    const { seen, answers } = all([Buffer.from([0xff, 0x0a, 0xc3, 0x0a, 0x61, 0x0a])]);
    expect(seen).toEqual(['a']);
    expect(
      answers
        .split('\n')
        .slice(0, 2)
        .every((line) => line.includes('"line"')),
    ).toBe(true);
    expect(all([Buffer.from('\ufeff{}\n')]).seen).toEqual(['\ufeff{}']);
  });
});
