/** Shortens a history that fails: the fewest actions with which it still breaks the same rule, by halves, then one by one. */
import { Broken } from './broken.ts';
import { type Options, simulate } from './simulate.ts';

export type Needed = { actions: number[]; kinds: string[] };

/** Runs at most so many histories. */
const BUDGET = 400;

export async function shortened(
  seed: number,
  done: readonly number[],
  error: Error,
  options: Options,
): Promise<Needed> {
  let left = BUDGET;
  const fails = async (actions: readonly number[]): Promise<boolean> => {
    if (left-- <= 0) return false;
    const again = await simulate(seed, { ...options, tell: () => undefined, only: new Set(actions) });
    return again.error !== null && ruleOf(again.error) === ruleOf(error);
  };
  let actions = [...done];
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < actions.length; ) {
      const fewer = [...actions.slice(0, at), ...actions.slice(at + size)];
      if (await fails(fewer)) actions = fewer;
      else at += size;
    }
    if (size === 1) break;
  }
  return { actions, kinds: await kindsOf(seed, actions, options) };
}

const ruleOf = (error: Error): string => (error instanceof Broken ? error.rule : error.message.slice(0, 40));

/** What each of the actions is. */
async function kindsOf(seed: number, actions: readonly number[], options: Options): Promise<string[]> {
  const kinds: string[] = [];
  const tell = (line: string) => {
    const found = /action \d+: (.*)$/u.exec(line);
    if (found?.[1]) kinds.push(found[1]);
  };
  await simulate(seed, { ...options, tell, only: new Set(actions) });
  return kinds;
}
