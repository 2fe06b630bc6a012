import type { FastifyInstance } from 'fastify';
import { isoTime } from '../../domain/time.ts';
import { DoorError } from '../errors.ts';
import { readViewer } from './access.ts';
import type { Doors } from './deps.ts';
import { OPEN_SCHEMA } from './schemas.ts';

/** Whether the core lives, what it counts, and what its doors are. */
export function addOperationDoors(server: FastifyInstance, doors: Doors): void {
  server.get('/healthz', { schema: OPEN_SCHEMA('Alive, and able to store') }, async () => {
    if (!doors.group.isWritable()) throw new DoorError('store_unavailable');
    return { status: 'ok', seq: doors.log.head().seq, writable: true };
  });
  server.get('/metrics', { schema: OPEN_SCHEMA('Counters for Prometheus') }, async (_request, reply) => {
    reply.serializer((text: unknown) => String(text));
    return reply.type(doors.metrics.registry.contentType).send(await doors.metrics.registry.metrics());
  });
  server.get('/v1/me', { schema: OPEN_SCHEMA('Who asks, and what for') }, async (request) => {
    const { subject, name = null, role, grants, until } = await readViewer(doors, request);
    return { subject, name, role, grants, until: isoTime(until) };
  });
  server.get('/openapi.json', { schema: OPEN_SCHEMA('This document') }, async () => server.swagger());
}
