import { expect, it } from 'vitest';
import { rowsOf } from './rows.ts';

it.each(['gone.csv', 'gone.tsv', 'gone.jsonl'])(
  '[IM5] %s, which is not there, is an error of whoever reads it',
  async (name) => {
    await expect(rowsOf(`/nowhere/${name}`, undefined).next()).rejects.toThrow('ENOENT');
  },
);
