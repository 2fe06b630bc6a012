/** Bytes as no library would send them: HTTP and websocket by hand. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/** Writes a text to the core's port as it is; `ended` is what came back until the core closed. */
export function rawSocket(url: string, text: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (part) => {
    answer += part.toString('latin1');
  });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => socket.write(text, 'latin1', () => resolve()));
  });
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
  // What is left when the test is over may be cut off by the core.
  connected.then(() => socket.on('error', () => undefined)).catch(() => undefined);
  return { connected, ended, end: () => socket.destroy() };
}

/** A masked frame of a websocket client; `kind` is the first byte. */
export function wsFrame(kind: number, payload: Buffer): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const size =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([
    Buffer.from([kind]),
    size,
    mask,
    payload.map((byte, n) => byte ^ (mask[n % 4] as number)),
  ]);
}

/** Upgrades by hand, enters the namespace, sends the frames and a close; answers what came until the core ended it. */
export function rawSession(url: string, enter: Buffer, frames: Buffer[]): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    let step = 0;
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.on('data', (part) => {
      answer += part.toString('latin1');
      if (step === 0 && answer.includes('"sid"')) {
        step = 1;
        socket.write(enter);
      }
      if (step !== 1 || !answer.includes('40/sync,')) return;
      step = 2;
      for (const frame of frames) socket.write(frame);
      socket.end(wsFrame(0x88, Buffer.from([3, 232])));
    });
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  });
}
