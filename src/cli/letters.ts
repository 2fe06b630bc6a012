/**
 * `npm run -s letters -- FEED [--resend | --discard REASON] [--url URL]`: what a partner has not taken, listed, sent again or discarded as a
 * whole, followed to its end; a supervisor's token is in KAIROS_TOKEN. The last line is the report. Exit code 0: nothing is left; 1: some is;
 * 2: it could not go on. docs/spec/connectors.md "Feeds".
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

type Order = { kind: string; total: number; open: number; failed: number; done: number };
type Feed = { name: string; deadLetters: number; order: Order | null };

const EVERY_MS = 500;
const ANSWER_MS = 30_000;

function readOrder() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      resend: { type: 'boolean', default: false },
      discard: { type: 'string' },
      url: { type: 'string', default: 'http://127.0.0.1:4800' },
    },
  });
  const [feed] = positionals;
  if (feed === undefined || !/^[a-z][a-z0-9-]*$/u.test(feed)) throw new Error('the name of a feed is needed');
  if (values.resend && values.discard !== undefined) throw new Error('--resend or --discard, not both');
  const token = process.env['KAIROS_TOKEN'];
  if (!token) throw new Error('KAIROS_TOKEN needs the token of a supervisor');
  return { ...values, feed, token, url: values.url.replace(/\/$/u, '') };
}

type Wanted = ReturnType<typeof readOrder>;

async function ask<T>({ url, token }: Wanted, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (answer.status !== 200)
    throw new Error(`the core answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
  return (await answer.json()) as T;
}

async function feedOf(order: Wanted): Promise<Feed> {
  const { feeds } = await ask<{ feeds: Feed[] }>(order, '/v1/feeds');
  const feed = feeds.find(({ name }) => name === order.feed);
  if (feed === undefined) throw new Error(`there is no feed ${order.feed}`);
  return feed;
}

/** Until nothing of the order is open: a partner who is away is waited for, as long as somebody lets this run. */
async function follow(order: Wanted): Promise<Order> {
  for (let shown = -1; ; await pause(EVERY_MS)) {
    const { order: now } = await feedOf(order);
    if (now === null || now.open === 0) return now ?? { kind: '', total: 0, open: 0, failed: 0, done: 0 };
    if (now.open !== shown) process.stderr.write(`letters: ${now.open} of ${now.total} to come\n`);
    shown = now.open;
  }
}

async function start(): Promise<void> {
  const order = readOrder();
  const path = `/v1/feeds/${order.feed}/dead-letters`;
  const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
  await feedOf(order);
  if (!order.resend && order.discard === undefined) {
    const { messages } = await ask<{ messages: object[] }>(order, path);
    for (const message of messages) say(message);
    return;
  }
  if (order.resend) await ask(order, `${path}/resend`, {});
  else await ask(order, `${path}/discard`, { reason: order.discard });
  const report = await follow(order);
  say(report);
  process.exitCode = report.failed === 0 ? 0 : 1;
}

start().catch((error: unknown) => {
  process.stderr.write(`letters: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
