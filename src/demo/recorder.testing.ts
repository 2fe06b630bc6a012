import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContactMessage, SegmentMessage } from './timeline.ts';

type Reply = { status: number; body: unknown; headers?: Record<string, string> };

/** A real HTTP server in place of the core: keeps what it takes, as often as it comes, and answers as it is told. */
export type Recorder = {
  url: string;
  messages: (SegmentMessage & { context: { library?: { name: string } } })[];
  contacts: ContactMessage[];
  keys: Set<string>;
  batches: number[];
  /** Replies to the next requests, before it takes any again. */
  replies: Reply[];
  /** When what it has fits. */
  until(fits: () => boolean): Promise<void>;
  stop(): Promise<void>;
};

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Listens on the loopback; `port` 0 takes any free one. */
export async function startRecorder(port = 0): Promise<Recorder> {
  let waiting: { fits: () => boolean; go: () => void }[] = [];
  const taken: Pick<Recorder, 'messages' | 'contacts' | 'keys' | 'batches' | 'replies'> = {
    messages: [],
    contacts: [],
    keys: new Set(),
    batches: [],
    replies: [],
  };
  const take = (url: string | undefined, body: unknown): Reply => {
    const reply = taken.replies.shift();
    if (reply && reply.status !== 200) return reply;
    if (url === '/v1/batch') {
      const { batch } = body as { batch: Recorder['messages'] };
      taken.messages.push(...batch);
      taken.batches.push(batch.length);
    } else if (url === '/v1/contacts') taken.contacts.push(body as ContactMessage);
    else return { status: 404, body: { error: { code: 'not_found', message: `${url}`, retry: false } } };
    return reply ?? { status: 200, body: { success: true } };
  };
  const server: Server = createServer(async (request, response) => {
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    taken.keys.add(Buffer.from(basic, 'base64').toString('utf8'));
    const { status, body, headers } = take(request.url, await bodyOf(request));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
    const ready = waiting.filter((w) => w.fits());
    waiting = waiting.filter((w) => !ready.includes(w));
    for (const { go } of ready) go();
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    ...taken,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    until: (fits) => (fits() ? Promise.resolve() : new Promise((go) => waiting.push({ fits, go }))),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
