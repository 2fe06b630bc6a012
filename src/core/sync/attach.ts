/** The socket.io rim of sync: sockets, timers and tokens in, the hub's messages out. Nothing is decided here. */
import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { CONNECT_CODES, type ConnectCode } from '../../protocol/codes.ts';
import { MAX_BUFFER_BYTES, SECOND } from '../../protocol/limits.ts';
import type { Viewer } from '../auth/viewer.ts';
import { settled } from '../store/outcome.ts';
import { type HubDeps, SyncHub } from './hub.ts';
import { eventFrame, RawJson } from './raw.ts';
import type { Link, Session } from './session.ts';

export type Sync = {
  hub: SyncHub;
  /** Tells the consoles to come back later and closes all sockets. */
  close(): Promise<void>;
};

/** A tick that comes so much later than it should means that the core has more to do than it can. */
const LATE = SECOND;

const connectError = (code: ConnectCode): Error =>
  Object.assign(new Error(CONNECT_CODES[code].message), {
    data: { code, message: CONNECT_CODES[code].message },
  });

/** Serves `kairos-sync/1` in the namespace `/sync` of the core's HTTP server. */
export function attachSync(http: HttpServer, deps: HubDeps): Sync {
  const hub = new SyncHub(deps);
  const io = new Server(http, {
    transports: ['websocket'],
    allowEIO3: false,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MAX_BUFFER_BYTES,
    // A browser page names its origin; consoles are no pages, so nothing that names one may come in.
    allowRequest: (request, decide) => decide(null, request.headers.origin === undefined),
  });
  io.use((_socket, next) => next(connectError('token_invalid')));
  const sync = io.of('/sync');
  sync.use((socket, next) => {
    deps.tokens.verify(socket.handshake.auth.token).then(
      (verified) => {
        if (!verified.ok) return next(connectError(verified.code));
        socket.data.viewer = verified.viewer;
        next();
      },
      () => next(connectError('token_invalid')),
    );
  });
  sync.on('connection', (socket) => serve(hub, socket));
  const stop = wake(hub, deps);
  return {
    hub,
    async close() {
      stop();
      await settled<void>((done) => hub.shutdown(done)).catch(deps.report);
      await io.close();
    },
  };
}

/** [R9] What other nodes commit is found by looking: their notifications may be lost. */
const POLL_EVERY = 250;

/** Pumps once per turn after commits, however many there were, and ticks once a second. */
function wake(hub: SyncHub, deps: HubDeps): () => void {
  let due: NodeJS.Immediate | undefined;
  /** A store that fails for a while must not end the process: the next look makes up for this one. */
  const look = (work: () => void) => () => {
    try {
      work();
    } catch (error) {
      deps.report(error);
    }
  };
  const unsubscribe = deps.store.onCommit(() => {
    due ??= setImmediate(
      look(() => {
        due = undefined;
        hub.committed();
      }),
    );
  });
  let ticked = performance.now();
  const timer = setInterval(
    look(() => {
      const now = performance.now();
      if (now - ticked > SECOND + LATE) hub.admission.late(deps.clock());
      ticked = now;
      hub.tick();
    }),
    SECOND,
  );
  const poll = setInterval(
    look(() => hub.poll()),
    POLL_EVERY,
  );
  timer.unref();
  poll.unref();
  return () => {
    unsubscribe();
    clearInterval(timer);
    clearInterval(poll);
    if (due) clearImmediate(due);
  };
}

type Reply = (answer: unknown) => void;

const nobody: Reply = () => undefined;

function serve(hub: SyncHub, socket: Socket): void {
  const session = hub.connect(linkOf(socket), socket.data.viewer as Viewer);
  /** The first argument and, where the client waits for one, the acknowledgement; whatever else came is ignored. */
  const on = (event: string, take: (session: Session, payload: unknown, reply: Reply) => unknown) =>
    socket.on(event, (...args: unknown[]) => {
      const last = args.at(-1);
      const reply: Reply = typeof last === 'function' ? (answer) => void last(answer) : nobody;
      const payload = typeof args[0] === 'function' ? undefined : args[0];
      if (event !== 'ack' && !hub.admit(session)) return;
      const failed = (error: unknown) => hub.failed(session, event, reply, error);
      try {
        const pending = take(session, payload, reply);
        if (pending instanceof Promise) pending.catch(failed);
      } catch (error) {
        failed(error);
      }
    });
  on('hello', (s, payload, reply) => hub.hello(s, payload, reply));
  on('push', (s, payload, reply) => hub.push(s, payload, reply));
  on('ack', (s, payload) => hub.ack(s, payload));
  on('sub', (s, payload, reply) => hub.sub(s, payload, reply));
  on('auth', (s, payload, reply) => hub.auth(s, payload, reply));
  on('find', (s, payload, reply) => hub.find(s, payload, reply));
  on('compare', (s, payload, reply) => hub.compare(s, payload, reply));
  on('repair', (s, payload, reply) => hub.repair(s, payload, reply));
  on('presence', (s, payload) => hub.presence(s, payload));
  on('wiped', (s, payload) => hub.wiped(s, payload));
  socket.on('disconnect', () => hub.disconnected(session));
}

/** Of a connection that has gone engine.io takes nothing, as socket.io does not. */
function writeEncoded(socket: Socket, event: string, head: RawJson, body: RawJson): void {
  const wsPreEncodedFrame = eventFrame(socket.nsp.name, event, head, body);
  const options = { compress: false, wsPreEncodedFrame };
  socket.conn.write('', options);
}

const linkOf = (socket: Socket): Link => ({
  emit(event, ...args) {
    const [head, body] = args;
    if (head instanceof RawJson && body instanceof RawJson) writeEncoded(socket, event, head, body);
    else socket.emit(event, ...args);
  },
  ask(event, message, timeoutMs, answered) {
    socket.timeout(timeoutMs).emit(event, message, (error: Error | null, answer: unknown) => {
      answered(error ? undefined : answer);
    });
  },
  close: () => void socket.disconnect(true),
});
