import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { DoorError, ERRORS, type ErrorCode, errorBody, RETRY_AFTER_SECONDS, SlowDown } from '../errors.ts';

/** The HTTP server with its limits and the one way in which errors leave it; the doors are added by others. */

export const MAX_BODY_BYTES = 500 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function createServer(version: string, onUnexpected: (error: unknown) => void): FastifyInstance {
  const server = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: false },
    // A source that trickles its request holds a socket for at most this long.
    http: { headersTimeout: 10_000 },
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) =>
      void sendError(reply as FastifyReply, new DoorError('malformed')),
    clientErrorHandler(_error, socket) {
      if (!socket.writable) return;
      const text = JSON.stringify(errorBody(new DoorError('malformed')));
      socket.end(
        `HTTP/1.1 400 ${STATUS_CODES[400]}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
      );
    },
  });
  // The schemas describe, for the OpenAPI document; what is refused and why is decided by the doors.
  server.setValidatorCompiler(() => () => true);
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readJson(server);
  answerErrors(server, onUnexpected);
  server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Kairos Core', version, description: 'Events in, profiles out (docs/spec/doors.md).' },
      components: {
        securitySchemes: {
          writeKey: {
            type: 'http',
            scheme: 'basic',
            description: 'The write key as the user name, no password.',
          },
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
  });
  return server;
}

/** JSON only, in UTF-8 and not compressed; text/plain is what browsers send without asking the server first. */
function readJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    ['application/json', 'text/plain'],
    { parseAs: 'buffer' },
    (request, body, done) => {
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
        return done(new DoorError('wrong_type'));
      try {
        done(null, JSON.parse(utf8.decode(body as Buffer)));
      } catch {
        done(new DoorError('bad_json'));
      }
    },
  );
}

function answerErrors(server: FastifyInstance, onUnexpected: (error: unknown) => void): void {
  const doors: { path: RegExp; methods: string[] }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    const pattern = url.replaceAll(/[.]/gu, '\\.').replaceAll(/:[A-Za-z]+/gu, '[^/]+');
    doors.push({ path: new RegExp(`^${pattern}$`, 'u'), methods: [method].flat() });
  });
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof DoorError) return sendError(reply, error);
    const known = codeOf(error);
    if (known === 'internal') onUnexpected(error);
    return sendError(reply, new DoorError(known));
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] as string;
    const known = doors.filter((door) => door.path.test(path));
    const taken = known.flatMap((door) => door.methods);
    if (known.length === 0 || taken.includes(request.method))
      return sendError(reply, new DoorError('not_found'));
    return sendError(
      reply.header('Allow', [...new Set(taken)].join(', ')),
      new DoorError('method_not_allowed'),
    );
  });
}

const FRAMEWORK_CODES: { readonly [code: string]: ErrorCode } = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'wrong_type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed',
  FST_ERR_VALIDATION: 'malformed',
};

function codeOf(error: FastifyError): ErrorCode {
  const known = FRAMEWORK_CODES[error.code];
  if (known) return known;
  return error.statusCode !== undefined && error.statusCode < 500 ? 'malformed' : 'internal';
}

function sendError(reply: FastifyReply, error: DoorError): FastifyReply {
  const { status } = ERRORS[error.code];
  const retryAfter = error instanceof SlowDown ? error.seconds : RETRY_AFTER_SECONDS[status];
  if (retryAfter !== undefined) reply.header('Retry-After', retryAfter);
  if (status === 401) reply.header('WWW-Authenticate', 'Basic realm="kairos", Bearer');
  return reply.code(status).header('Content-Type', 'application/json; charset=utf-8').send(errorBody(error));
}
