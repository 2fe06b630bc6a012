import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readBy } from './read.ts';

describe('[C10] what somebody else has sent', () => {
  const schema = z.strictObject({ text: z.string().max(5), list: z.array(z.string()).min(1) });

  it('is read, or refused, and never throws', () => {
    expect(readBy(schema, { text: 'a', list: ['b'] })).toMatchObject({ success: true, data: { text: 'a' } });
    const odd = JSON.parse('{"length":{"toString":1,"valueOf":2}}');
    for (const value of [odd, { text: odd, list: ['b'] }, { text: 'a', list: odd }, null, 7])
      expect(readBy(schema, value).success).toBe(false);
    // When this one passes, zod has mended it and `readBy` can go.
    expect(() => schema.safeParse({ text: odd, list: ['b'] })).toThrow(TypeError);
  });

  it('does not hide a defect of ours', () => {
    const broken = {
      safeParse: (): { success: boolean } => {
        throw new Error('a defect');
      },
    };
    expect(() => readBy(broken, 1)).toThrow('a defect');
  });
});
