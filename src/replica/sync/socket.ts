/** The session's link over socket.io: websocket only, no recovery, nothing kept over a disconnect (wire.md, Transport). */
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { readBy } from '../../domain/read.ts';
import { authAckSchema } from '../../protocol/auth.ts';
import { byeSchema } from '../../protocol/bye.ts';
import { compareAckSchema } from '../../protocol/compare.ts';
import { type Find, type FindAck, findAckSchema } from '../../protocol/find.ts';
import type { FrameHead } from '../../protocol/frame.ts';
import { resultSchema } from '../../protocol/frame.ts';
import { helloAnswerSchema } from '../../protocol/hello.ts';
import { HELLO_TIMEOUT, SECOND } from '../../protocol/limits.ts';
import { type Notice, noticeSchema } from '../../protocol/notice.ts';
import type { Presence } from '../../protocol/presence.ts';
import { pushAckSchema } from '../../protocol/push.ts';
import { repairAckSchema } from '../../protocol/repair.ts';
import { resetSchema } from '../../protocol/reset.ts';
import type { SnapHead } from '../../protocol/snap.ts';
import { subAckSchema } from '../../protocol/sub.ts';
import { type Wipe, wipeOrderSchema } from '../../protocol/wipe.ts';
import { clockNow } from '../../telemetry/traces.ts';
import { UnreadOps, UnreadRows } from '../store/rows.ts';
import type { Link, Said } from './runner.ts';
import type { FramePart, Input, SnapPart } from './session.ts';
import { UnreadWebSocket, unreadParser } from './unread.ts';

export type SocketEvents = {
  input: (input: Input) => void;
  notice: (notice: Notice) => void;
  /** A request was answered after so many ms: the only round trips that this protocol lets a console measure. */
  roundTrip: (ms: number) => void;
  /** The core has answered a push of these commands that left at `from` (ms since 1970). */
  pushed: (ids: readonly string[], from: number) => void;
};

const FIND_TIMEOUT = 10 * SECOND;
const results = z.array(resultSchema);

export class SocketLink implements Link {
  private readonly url: string;
  private readonly events: SocketEvents;
  private socket: Socket | null = null;
  private generation = 0;
  private wipeAcks = new Map<string, (receipt: unknown) => void>();

  constructor(url: string, events: SocketEvents) {
    this.url = url;
    this.events = events;
  }

  open(generation: number, token: string): void {
    this.close();
    this.generation = generation;
    // The session has its own reconnect timer (same delays as socket.io's), because it is part of the state machine.
    const socket = io(`${this.url}/sync`, {
      transports: [UnreadWebSocket],
      reconnection: false,
      forceNew: true,
      timeout: HELLO_TIMEOUT,
      auth: { token },
      parser: unreadParser,
    });
    this.socket = socket;
    this.listen(socket, generation);
  }

  close(): void {
    const socket = this.socket;
    this.socket = null;
    this.wipeAcks.clear();
    if (socket === null) return;
    socket.removeAllListeners();
    socket.sendBuffer = [];
    socket.disconnect();
  }

  send(effect: Said): void {
    const generation = this.generation;
    switch (effect.do) {
      case 'ack':
        this.socket?.emit('ack', { n: effect.n });
        return;
      case 'hello':
        return this.ask('hello', effect.hello, helloAnswerSchema, (reply) => ({
          type: 'hello-reply',
          generation,
          reply,
        }));
      case 'push': {
        const from = clockNow();
        return this.ask('push', { commands: effect.commands }, pushAckSchema, (ack) => {
          this.events.pushed(
            effect.commands.map(({ id }) => id),
            from,
          );
          return { type: 'push-ack', generation, ack };
        });
      }
      case 'sub':
        return this.ask('sub', { wanted: effect.wanted }, subAckSchema, (ack) => ({
          type: 'sub-ack',
          generation,
          ack,
        }));
      case 'auth':
        return this.ask('auth', { token: effect.token }, authAckSchema, (ack) => ({
          type: 'auth-ack',
          generation,
          ack,
        }));
      case 'compare': {
        const { scope } = effect.compare;
        return this.ask('compare', effect.compare, compareAckSchema, (ack) => ({
          type: 'compare-ack',
          generation,
          scope,
          ack,
        }));
      }
      case 'repair':
        return this.ask('repair', effect.repair, repairAckSchema, (ack) => ({
          type: 'repair-ack',
          generation,
          ack,
        }));
    }
  }

  receipt(wipe: Wipe, way: 'ack' | 'wiped', pending: number): void {
    if (way === 'wiped') this.socket?.emit('wiped', { id: wipe.id, pending });
    else this.wipeAcks.get(wipe.id)?.({ id: wipe.id, done: true, pending });
    this.wipeAcks.delete(wipe.id);
  }

  /** Null where the core does not answer in time. */
  async find(find: Find): Promise<FindAck | null> {
    const { socket } = this;
    if (socket === null || !socket.connected) return null;
    try {
      const parsed = readBy(findAckSchema, await socket.timeout(FIND_TIMEOUT).emitWithAck('find', find));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  }

  presence(presence: Presence): void {
    if (this.socket?.connected) this.socket.emit('presence', presence);
  }

  private ask<T>(event: string, payload: unknown, schema: z.ZodType<T>, toInput: (value: T) => Input): void {
    const generation = this.generation;
    const sentAt = performance.now();
    this.socket?.emit(event, payload, (raw: unknown) => {
      if (generation !== this.generation) return;
      this.events.roundTrip(performance.now() - sentAt);
      const parsed = readBy(schema, raw);
      this.events.input(
        parsed.success ? toInput(parsed.data) : { type: 'garbage', generation, what: `${event} ack` },
      );
    });
  }

  private listen(socket: Socket, generation: number): void {
    const on = <T>(event: string, schema: z.ZodType<T>, toInput: (value: T) => Input): void => {
      socket.on(event, (raw: unknown) => {
        const parsed = readBy(schema, raw);
        this.events.input(
          parsed.success ? toInput(parsed.data) : { type: 'garbage', generation, what: event },
        );
      });
    };
    socket.on('connect', () => this.events.input({ type: 'connected', generation }));
    socket.on('connect_error', (error: Error & { data?: { code?: unknown } }) => {
      const code = typeof error.data?.code === 'string' ? error.data.code : null;
      this.events.input({ type: 'connect-failed', generation, code });
    });
    socket.on('disconnect', () =>
      this.events.input({ type: 'lost', generation, reason: 'core_unreachable' }),
    );
    on('bye', byeSchema, (bye) => ({ type: 'bye', generation, bye }));
    on('reset', resetSchema, ({ reason }) => ({ type: 'reset', generation, reason }));
    socket.on('frame', (head: unknown, body: unknown) => {
      const ok = isFrameHead(head) && isFrameBody(body);
      this.events.input(
        ok ? { type: 'frame', generation, head, body } : { type: 'garbage', generation, what: 'frame' },
      );
    });
    socket.on('snap', (head: unknown, body: unknown) => {
      const ok = isHead(head) && isSnapBody(body);
      this.events.input(
        ok ? { type: 'snap', generation, head, body } : { type: 'garbage', generation, what: 'snap' },
      );
    });
    socket.on('wipe', (raw: unknown, ack: unknown) => {
      const parsed = readBy(wipeOrderSchema, raw);
      if (!parsed.success) return this.events.input({ type: 'garbage', generation, what: 'wipe' });
      if (typeof ack === 'function') this.wipeAcks.set(parsed.data.id, ack as (receipt: unknown) => void);
      this.events.input({ type: 'wipe', generation, wipe: parsed.data });
    });
    socket.on('notice', (raw: unknown) => {
      const parsed = readBy(noticeSchema, raw);
      if (parsed.success) this.events.notice(parsed.data);
    });
  }
}

// Frames and snapshots carry thousands of rows: these checks are by hand because a schema would cost more than storing.

type Loose = { [name: string]: unknown };
const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isOptional = <T>(value: unknown, test: (value: unknown) => value is T): boolean =>
  value === undefined || test(value);
const TABLE_NAMES: ReadonlySet<unknown> = new Set(['profile', 'event', 'contact', 'bundle']);

const isHead = (head: unknown): head is SnapHead => isObject(head) && isSeq(head.n);

const isFrameHead = (head: unknown): head is FrameHead =>
  isHead(head) &&
  isOptional((head as Loose).lmid, isSeq) &&
  isOptional((head as Loose).drop, isTexts) &&
  ((head as Loose).results === undefined || readBy(results, (head as Loose).results).success);

const isKeyed = (row: unknown): row is Loose =>
  isObject(row) && TABLE_NAMES.has(row.table) && isText(row.id) && isSeq(row.v);

const isOp = (op: unknown): boolean =>
  isKeyed(op) &&
  isTexts(op.scopes) &&
  (op.row === null || isObject(op.row)) &&
  (op.row === null) === (op.scopes.length === 0);

const isSums = (value: unknown): value is { [scope: string]: string } =>
  isObject(value) && Object.values(value).every(isText);

const isOps = (ops: unknown): boolean => ops instanceof UnreadOps || (Array.isArray(ops) && ops.every(isOp));

const isFrameBody = (body: unknown): body is FramePart =>
  isObject(body) &&
  isText(body.epoch) &&
  isSeq(body.from) &&
  isOps(body.ops) &&
  isOptional(body.to, isSeq) &&
  isOptional(body.chain, isText) &&
  isOptional(body.proof, isText) &&
  isOptional(body.sums, isSums) &&
  isOptional(body.part, isSeq) &&
  isOptional(body.parts, isSeq);

const isRowKey = (key: unknown): boolean => Array.isArray(key) && TABLE_NAMES.has(key[0]) && isText(key[1]);

/** Rows that are still text are looked at when they are stored. */
const isRows = (rows: unknown): boolean =>
  rows instanceof UnreadRows ||
  (Array.isArray(rows) && rows.every((row) => isKeyed(row) && isObject(row.row)));

const isSnapBody = (body: unknown): body is SnapPart =>
  isObject(body) &&
  isText(body.scope) &&
  isRows(body.rows) &&
  (body.gone === undefined || (Array.isArray(body.gone) && body.gone.every(isRowKey))) &&
  (body.buckets === undefined || (Array.isArray(body.buckets) && body.buckets.every(isSeq))) &&
  isOptional(body.at, isSeq);
