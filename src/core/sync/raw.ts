/**
 * Sends JSON that is encoded already: the body of a frame is encoded once and shared by all consoles with equal scopes
 * and mask. A parser of our own is socket.io's public way to do that; what goes over the wire is its standard form.
 */
import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';

/** The JSON text of a value that has no binary parts. */
export class RawJson {
  readonly text: string;
  /** Bytes of the text in UTF-8. */
  readonly bytes: number;

  /** @param bytes where they are known; counting them costs as much as writing them */
  constructor(text: string, bytes = Buffer.byteLength(text)) {
    this.text = text;
    this.bytes = bytes;
  }

  /** For whoever encodes it in another way, such as a test or an adapter. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

class RawEncoder extends Encoder {
  override encode(packet: Packet): ReturnType<Encoder['encode']> {
    const data: unknown = packet.data;
    if (
      packet.type !== PacketType.EVENT ||
      !Array.isArray(data) ||
      !data.some((one) => one instanceof RawJson)
    )
      return super.encode(packet);
    const namespace = packet.nsp && packet.nsp !== '/' ? `${packet.nsp},` : '';
    const parts = data.map((one) => (one instanceof RawJson ? one.text : JSON.stringify(one)));
    return [`${packet.type}${namespace}${packet.id ?? ''}[${parts.join(',')}]`];
  }
}

export const rawParser = { Encoder: RawEncoder, Decoder };
