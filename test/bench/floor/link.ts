/** The utility process of the pixel floor: hands on what the socket says. */
import { io } from 'socket.io-client';

type Port = { postMessage(message: unknown): void };
type ParentPort = { once(event: 'message', listener: (event: { ports: Port[] }) => void): void };
const { parentPort } = process as unknown as { parentPort: ParentPort };

parentPort.once('message', ({ ports: [port] }) => {
  const socket = io(process.argv[2] as string, { transports: ['websocket'] });
  socket.on('event', (event: unknown) => port?.postMessage(event));
});
