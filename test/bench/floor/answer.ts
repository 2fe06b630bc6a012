/**
 * The floor of deciding over HTTP: a bare fastify that reads the body and answers with a text of the same size, no
 * credential, no customer, no decision, nothing kept. Told by its parent how long the text is.
 */
import fastify from 'fastify';

const server = fastify({ forceCloseConnections: true });
let text = '{}';
server.post('/v1/decide', async (_request, reply) => reply.type('application/json').send(text));
process.on('message', ({ bytes }: { bytes: number }) => {
  text = JSON.stringify({ id: 'floor', filler: 'x'.repeat(Math.max(0, bytes - 30)) });
  process.send?.({});
});
process.once('disconnect', () => process.exit(0));
const url = await server.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ url });
