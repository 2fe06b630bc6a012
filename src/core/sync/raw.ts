/**
 * Sends JSON that is encoded already: the body of a frame is encoded once and shared by all consoles with equal scopes
 * and mask. What goes over the wire is socket.io's standard form.
 */

const CLOSING = 0x5d;

/** The JSON text of a value that has no binary parts. */
export class RawJson {
  readonly text: string;
  /** Bytes of the text in UTF-8. */
  readonly bytes: number;
  private last: Buffer | null = null;

  /** @param bytes where they are known; counting them costs as much as writing them */
  constructor(text: string, bytes = Buffer.byteLength(text)) {
    this.text = text;
    this.bytes = bytes;
  }

  /** As the last argument of an event, with the bracket behind it; made once, however many connections it goes to. */
  get asLast(): Buffer {
    if (this.last) return this.last;
    const last = Buffer.allocUnsafe(this.bytes + 1);
    last.write(this.text);
    last[this.bytes] = CLOSING;
    this.last = last;
    return last;
  }
}

/** These with a comma between each two. */
export const joined = (rows: readonly RawJson[]): RawJson =>
  new RawJson(
    rows.map((row) => row.text).join(','),
    rows.reduce((sum, row) => sum + row.bytes + 1, rows.length > 0 ? -1 : 0),
  );

/** With texts around it, which are counted by themselves: a large text that is put together is counted slowly. */
export const within = (before: string, { text, bytes }: RawJson, behind: string): RawJson =>
  new RawJson(`${before}${text}${behind}`, Buffer.byteLength(before) + bytes + Buffer.byteLength(behind));

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
