/**
 * socket.io's websocket and parser, with one difference: a message that holds nothing but rows (of a snapshot, or of an early
 * part of a frame) stays the bytes that arrived. SQLite reads them in one pass (snapshotRows.ts, frameRows.ts); making a string and objects of them first would
 * cost more than storing them.
 */
import { NodeWebSocket } from 'socket.io-client';
import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import { UnreadOps, UnreadRows } from '../store/rows.ts';

const SNAP_START = '42/sync,["snap",{"n"';
const FRAME_START = '42/sync,["frame",{"n';
const START_LENGTH = SNAP_START.length;
const SNAP =
  /^42\/sync,\["snap",(\{"n":\d{1,15}\}),\{"scope":("(?:[^"\\]|\\.){0,300}"),"rows":\[\{"table":"/u;
/** A row is an object that ends with its `row`; with `end`, `gone` or `buckets` behind the rows the message ends otherwise. */
const ROWS_END = '}}]}]';
const NEXT_ROW = '}},{"table":"';

const FRAME =
  /^42\/sync,\["frame",(\{"n":\d{1,15}\}),\{"epoch":("(?:[^"\\]|\\.){0,64}"),"from":(\d{1,15}),"ops":\[\{"table":"/u;
/** An early part of a frame (R16): nothing but its number follows its ops. */
const PART = /\}\],"part":(\d{1,9})\}\]$/u;

/** The arguments of a message whose rows are unread. */
class UnreadMessage {
  readonly args: unknown[];

  constructor(args: unknown[]) {
    this.args = args;
  }
}

/** Null for every other message: those are read as ever. */
export function unreadMessage(message: Buffer): UnreadMessage | null {
  const start = message.toString('latin1', 0, START_LENGTH);
  if (start === SNAP_START) return unreadSnap(message);
  return start === FRAME_START ? unreadFrame(message) : null;
}

const head = (message: Buffer): string => message.toString('utf8', 0, 1_500);
const tail = (message: Buffer): string => message.toString('latin1', message.length - 40);
/** The last argument, whole. */
const bodyAfter = (message: Buffer, first: string): Buffer =>
  message.subarray(message.indexOf(first) + first.length + 1, -1);

function unreadSnap(message: Buffer): UnreadMessage | null {
  if (!tail(message).endsWith(ROWS_END)) return null;
  const [, first, scope] = SNAP.exec(head(message)) ?? [];
  if (first === undefined || scope === undefined) return null;
  const body = bodyAfter(message, first);
  const rows = new UnreadRows(body, rowsIn(body));
  return new UnreadMessage(['snap', JSON.parse(first), { scope: JSON.parse(scope), rows }]);
}

function unreadFrame(message: Buffer): UnreadMessage | null {
  const [, part] = PART.exec(tail(message)) ?? [];
  const [, first, epoch, from] = part === undefined ? [] : (FRAME.exec(head(message)) ?? []);
  if (first === undefined || epoch === undefined) return null;
  const ops = new UnreadOps(bodyAfter(message, first));
  const body = { epoch: JSON.parse(epoch), from: Number(from), ops, part: Number(part) };
  return new UnreadMessage(['frame', JSON.parse(first), body]);
}

function rowsIn(body: Buffer): number {
  let count = 1;
  for (let at = body.indexOf(NEXT_ROW); at >= 0; at = body.indexOf(NEXT_ROW, at + 1)) count++;
  return count;
}

type Listener = (event: { data: unknown }) => void;
type RawSocket = { on(event: 'message', listener: (data: Buffer, binary: boolean) => void): void };

/** The handler that the transport sets would be given strings; it is given what it needs, when it needs it. */
export class UnreadWebSocket extends NodeWebSocket {
  override createSocket(...args: Parameters<NodeWebSocket['createSocket']>): unknown {
    const socket = super.createSocket(...args) as RawSocket;
    const hear = (listener: Listener): void =>
      socket.on('message', (data, binary) => {
        const unread = binary ? null : unreadMessage(data);
        if (unread !== null) this.onPacket({ type: 'message', data: unread });
        else listener({ data: binary ? data : data.toString() });
      });
    return Object.defineProperty(socket, 'onmessage', { set: hear });
  }
}

class UnreadDecoder extends Decoder {
  override add(message: unknown): void {
    if (!(message instanceof UnreadMessage)) return super.add(message);
    this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/sync', data: message.args } as Packet);
  }
}

export const unreadParser = { Encoder, Decoder: UnreadDecoder };
