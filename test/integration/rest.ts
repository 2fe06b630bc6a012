/** A real HTTP server with a REST collection, which can be told to misbehave. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { url: URL; authorization: string | undefined };
export type Answer = (response: ServerResponse, body: () => object) => void;

const PER_PAGE = 10;

export class Rest {
  readonly asked: Asked[] = [];
  items: object[] = [];
  /** Instead of answering, for as many requests as there are. */
  readonly faults: Answer[] = [];
  /** The answer for items of a page; `index` of it, and the number of pages. */
  private readonly bodyOf: (items: object[], index: number, pages: number, self: Rest) => object;
  private readonly server = createServer((request, response) => this.take(request, response));

  constructor(bodyOf: Rest['bodyOf']) {
    this.bodyOf = bodyOf;
  }

  async open(port = 0): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The page that a request names, by whichever way of paging. */
  private take({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const asked = { url: new URL(url, 'http://127.0.0.1'), authorization: headers.authorization };
    this.asked.push(asked);
    const { searchParams } = asked.url;
    const index = Number(searchParams.get('cursor') ?? searchParams.get('at') ?? 0) || this.number(asked.url);
    const body = () => {
      const since = ['updated_since', 'changedAfter', 'from']
        .map((name) => searchParams.get(name))
        .find(Boolean);
      const items = since ? this.items.filter((item) => changeOf(item) >= since) : this.items;
      const pages = Math.max(1, Math.ceil(items.length / PER_PAGE));
      return this.bodyOf(items.slice(index * PER_PAGE, (index + 1) * PER_PAGE), index, pages, this);
    };
    const fault = this.faults.shift();
    if (fault) fault(response, body);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body()));
  }

  private number(url: URL): number {
    return Math.max(0, Number(url.searchParams.get('page') ?? 1) - 1);
  }
}

const changeOf = (item: object): string => {
  const { updated_at, changed, ordered } = item as { [name: string]: string | undefined };
  return new Date(updated_at ?? changed ?? ordered ?? '').toISOString();
};

export const crmServer = (port = 0): Promise<Rest> =>
  new Rest((data, index, pages) => ({
    data,
    paging: { next: index + 1 < pages ? String(index + 1) : null },
  })).open(port);

export const catalogueServer = (): Promise<Rest> =>
  new Rest((flights, index, pages, self) => ({
    flights,
    links: index + 1 < pages ? { next: `http://127.0.0.1:${self.port}/flights?at=${index + 1}` } : {},
  })).open();

export const shopServer = (): Promise<Rest> => new Rest((orders) => orders).open();
