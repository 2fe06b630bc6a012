/**
 * Sends JSON that is encoded already: the body of a frame is encoded once and shared by all consoles with equal scopes
 * and mask. What goes over the wire is socket.io's standard form.
 */

const CLOSING = 0x5d;

/** Text, or UTF-8 as a store has it: what nobody looks into need not become text and bytes again. */
export type Piece = string | Buffer;

const bytesOf = (piece: Piece): number =>
  typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;

/** The JSON of a value that has no binary parts, in pieces that stand one behind the other. */
export class RawJson {
  readonly pieces: readonly Piece[];
  /** Of all in UTF-8. */
  readonly bytes: number;
  private last: Buffer | null = null;

  /** @param bytes where they are known; counting them costs as much as writing them */
  constructor(json: Piece | readonly Piece[], bytes?: number) {
    this.pieces = typeof json === 'string' || Buffer.isBuffer(json) ? [json] : json;
    this.bytes = bytes ?? this.pieces.reduce((sum, piece) => sum + bytesOf(piece), 0);
  }

  get text(): string {
    return this.pieces.map(String).join('');
  }

  /** As the last argument of an event, with the bracket behind it; made once, however many connections it goes to. */
  get asLast(): Buffer {
    if (this.last) return this.last;
    const last = Buffer.allocUnsafe(this.bytes + 1);
    let at = 0;
    for (const piece of this.pieces)
      at += typeof piece === 'string' ? last.write(piece, at) : piece.copy(last, at);
    last[at] = CLOSING;
    this.last = last;
    return last;
  }
}

/** Texts that stand beside each other become one: each piece costs a call when it is sent. */
function merged(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else {
      if (text !== '') whole.push(text);
      whole.push(piece);
      text = '';
    }
  }
  if (text !== '') whole.push(text);
  return whole;
}

/** These with a comma between each two. */
export const joined = (rows: readonly RawJson[]): RawJson =>
  new RawJson(
    merged(rows.flatMap((row, i) => (i === 0 ? row.pieces : [',', ...row.pieces]))),
    rows.reduce((sum, row) => sum + row.bytes + 1, rows.length > 0 ? -1 : 0),
  );

/** With texts around it, which are counted by themselves: a large text that is put together is counted slowly. */
export const within = (before: string, { pieces, bytes }: RawJson, behind: string): RawJson =>
  new RawJson(
    merged([before, ...pieces, behind]),
    Buffer.byteLength(before) + bytes + Buffer.byteLength(behind),
  );

const FINAL_TEXT = 0x81;

/**
 * An event of two arguments as a whole WebSocket frame: the two buffers that engine.io hands to the socket as they are
 * (its option `wsPreEncodedFrame`, by which socket.io's own adapter broadcasts).
 */
export function eventFrame(namespace: string, event: string, head: RawJson, body: RawJson): [Buffer, Buffer] {
  const start = Buffer.from(`42${namespace},["${event}",${head.text},`);
  const size = start.length + body.bytes + 1;
  const header = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const first = Buffer.alloc(header + start.length);
  first[0] = FINAL_TEXT;
  first[1] = size < 126 ? size : size < 65_536 ? 126 : 127;
  if (header === 4) first.writeUInt16BE(size, 2);
  if (header === 10) first.writeBigUInt64BE(BigInt(size), 2);
  start.copy(first, header);
  return [first, body.asLast];
}
