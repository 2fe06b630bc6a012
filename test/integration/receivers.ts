import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Real receivers on this machine for tests: an HTTP server for webhooks and a mail server. */

export type Hook = { headers: IncomingHttpHeaders; body: string };

export type HookServer = {
  url: string;
  hooks: Hook[];
  /** Answers the next requests; by default 200. */
  answer: (response: ServerResponse, hook: Hook) => void;
  /** Resolves when so many requests have come. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
};

export async function hookServer(port = 0): Promise<HookServer> {
  let arrived: () => void = () => undefined;
  const self: HookServer = {
    url: '',
    hooks: [],
    answer: (response) => response.writeHead(200).end(),
    async until(count) {
      while (self.hooks.length < count)
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const hook = { headers: request.headers, body };
      self.hooks.push(hook);
      self.answer(response, hook);
      arrived();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return self;
}

export type Mail = { from: string; to: string[]; text: string; user: string };

export type MailServer = {
  url: string;
  mails: Mail[];
  connections: number;
  /** Refuses a recipient with this code, where it is not 0. */
  refuse: number;
  until(count: number): Promise<void>;
  close(): Promise<void>;
};

export async function mailServer(): Promise<MailServer> {
  let arrived: () => void = () => undefined;
  const self: MailServer = {
    url: '',
    mails: [],
    connections: 0,
    refuse: 0,
    async until(count) {
      while (self.mails.length < count)
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 's3cret!pass' ? done(null, { user: String(username) }) : done(new Error('Invalid login')),
    onConnect: (_session, done) => {
      self.connections += 1;
      done();
    },
    onRcptTo: (_address, _session, done) =>
      self.refuse === 0 ? done() : done(Object.assign(new Error('no'), { responseCode: self.refuse })),
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        self.mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text,
          user: String(session.user ?? ''),
        });
        done();
        arrived();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  self.url = `smtp://kairos:s3cret!pass@127.0.0.1:${port}`;
  return self;
}
