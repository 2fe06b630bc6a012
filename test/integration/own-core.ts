/** What tests of one core share: its doors, a clock that they move, chance that is the same in every run. */

// biome-ignore lint/suspicious/noExplicitAny: what the core answers is judged by expectations, not by types
export type Loose = any;

/** As a source with the core's write key, or with a bearer token; the answer's members beside its status. */
export async function askCore(
  core: { url: string; writeKey: string },
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Loose> {
  const basic = `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;
  const authorization = token === undefined ? basic : `Bearer ${token}`;
  const answer = await fetch(core.url + path, {
    ...{ method, headers: { authorization, 'content-type': 'application/json' } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

/** Random enough for ids. */
export function steady(seed: number): () => number {
  let state = 1 + seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** @throws Error with what `now` says, when it has not come true within 25 s */
export async function until(
  holds: () => Promise<boolean> | boolean,
  now: () => Promise<string>,
): Promise<void> {
  const deadline = Date.now() + 25_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`in vain: ${await now()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
