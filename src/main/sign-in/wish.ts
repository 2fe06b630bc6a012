/** What a page may ask of signing in; anything else is refused whole. */
import { z } from 'zod';

z.config({ jitless: true });

const name = z.string().max(100);
const password = z.string().max(200);
const code = z.string().max(200);

export const Wish = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('browser') }),
  z.strictObject({ do: z.literal('account'), name, password }),
  z.strictObject({ do: z.literal('code'), id: z.string().max(300), code }),
  z.strictObject({ do: z.literal('set-code'), code, password }),
  z.strictObject({ do: z.literal('take-code') }),
  z.strictObject({ do: z.literal('cancel') }),
  z.strictObject({ do: z.literal('lock') }),
  z.strictObject({ do: z.literal('sign-out') }),
]);
export type Wish = z.infer<typeof Wish>;
