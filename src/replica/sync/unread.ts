/**
 * socket.io's websocket and parser, with one difference: a message that holds nothing but rows of a snapshot stays the
 * bytes that arrived. SQLite reads them in one pass (snapshotRows.ts); making a string and objects of them first would
 * cost more than storing them.
 */
import { NodeWebSocket } from 'socket.io-client';
import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import { UnreadRows } from '../store/rows.ts';

const START = '42/sync,["snap",{"n":';
const SNAP =
  /^42\/sync,\["snap",(\{"n":\d{1,15}\}),\{"scope":("(?:[^"\\]|\\.){0,300}"),"rows":\[\{"table":"/u;
/** A row is an object that ends with its `row`; with `end`, `gone` or `buckets` behind the rows the message ends otherwise. */
const END = '}}]}]';
const NEXT_ROW = '}},{"table":"';

/** The arguments of a snapshot's part, its rows unread. */
class UnreadSnap {
  readonly args: unknown[];

  constructor(args: unknown[]) {
    this.args = args;
  }
}

/** Null for every other message: those are read as ever. */
export function unreadSnap(message: Buffer): UnreadSnap | null {
  if (message.toString('latin1', 0, START.length) !== START) return null;
  if (message.toString('latin1', message.length - END.length) !== END) return null;
  const [, head, scope] = SNAP.exec(message.toString('utf8', 0, 1_500)) ?? [];
  if (head === undefined || scope === undefined) return null;
  const body = message.subarray(message.indexOf(head) + head.length + 1, -1);
  const rows = new UnreadRows(body, rowsIn(body));
  return new UnreadSnap(['snap', JSON.parse(head), { scope: JSON.parse(scope), rows }]);
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
        const snap = binary ? null : unreadSnap(data);
        if (snap !== null) this.onPacket({ type: 'message', data: snap });
        else listener({ data: binary ? data : data.toString() });
      });
    return Object.defineProperty(socket, 'onmessage', { set: hear });
  }
}

class UnreadDecoder extends Decoder {
  override add(message: unknown): void {
    if (!(message instanceof UnreadSnap)) return super.add(message);
    this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/sync', data: message.args } as Packet);
  }
}

export const unreadParser = { Encoder, Decoder: UnreadDecoder };
