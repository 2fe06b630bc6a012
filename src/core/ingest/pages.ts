import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DoorError } from '../errors.ts';

/**
 * Which web pages may send events from a browser (docs/spec/doors.md, WEB1 and WEB2): those of the origins that the core was
 * started with. A page's write key can be read by whoever opens the page, so a page from elsewhere is refused, not ignored.
 */
export class Pages {
  private readonly origins: ReadonlySet<string>;

  /** @throws Error where one of them is no origin (`https://shop.example`, without a path) */
  constructor(origins: readonly string[]) {
    for (const origin of origins)
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        throw new Error(`--origin needs a scheme, a host and perhaps a port, not ${origin}`);
    this.origins = new Set(origins);
  }

  /** The headers that let the page read the answer; none for whoever is no page. @throws DoorError forbidden */
  headersFor({ headers }: FastifyRequest): { [name: string]: string } {
    const { origin } = headers;
    if (origin === undefined) return {};
    if (!this.origins.has(origin))
      throw new DoorError('forbidden', 'Web pages from there may not send events.');
    return {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'Retry-After',
      Vary: 'Origin',
    };
  }

  /** Answers the question that a browser asks before it sends to `path`. */
  answerPreflight(server: FastifyInstance, path: string): void {
    if (this.origins.size === 0) return;
    server.options(path, { schema: { hide: true } }, (request, reply) =>
      reply
        .headers({
          ...this.headersFor(request),
          'Access-Control-Allow-Methods': 'POST',
          'Access-Control-Allow-Headers': 'authorization, content-type, traceparent, x-retry-count',
          'Access-Control-Max-Age': '7200',
        })
        .code(204)
        .send(),
    );
  }
}
