import { expect, it } from 'vitest';
import { opJson, snapRow } from './encode.ts';
import { eventFrame, joined, RawJson, within } from './raw.ts';

it('counts the bytes of what it is put together of, and sends as many', () => {
  const rows = ['{}', '{"name":"Müller"}', '{"note":"😀 \\u0000"}', '{"half":"\ud800"}'];
  for (let count = 0; count <= rows.length; count++) {
    const some = rows.slice(0, count).map((row, i) => snapRow('profile', `P${i}ß`, i, row));
    // As text, and as the bytes that a store has.
    some.push(...rows.slice(count).map((row, i) => snapRow('profile', `Q${i}ß`, i, Buffer.from(row))));
    const ops = [...some, opJson('event', 'É', 7, ['station:FRA'], null)];
    for (const json of [joined(some), joined(ops), within('{"ä":[', joined(ops), ']}')]) {
      expect(json.bytes).toBe(Buffer.byteLength(json.text));
      expect(json.asLast.toString()).toBe(Buffer.from(`${json.text}]`).toString());
      const [first, last] = eventFrame('/sync', 'snap', new RawJson('{"n":1}'), json);
      const start = Buffer.byteLength('42/sync,["snap",{"n":1},');
      expect(first.length + last.length).toBe(
        start + json.bytes + 1 + (start + json.bytes + 1 < 126 ? 2 : 4),
      );
    }
  }
});
