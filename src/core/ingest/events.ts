import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { broughtBy } from '../../domain/trace.ts';
import { clockNow } from '../../telemetry/traces.ts';
import { DoorError } from '../errors.ts';
import type { SourceEntry } from '../fold/entry.ts';
import { checkWriteKey, checkWriteKeyHeader } from './access.ts';
import type { Doors } from './deps.ts';
import { EVENT_TYPES, type EventType, messageIdOf, readEvent } from './envelope.ts';
import type { Job, Moment } from './group.ts';
import { BATCH_SCHEMA, EVENT_SCHEMA } from './schemas.ts';

/** The doors of the Segment spec: answered 200 only after the events are durable and folded. */
export function addEventDoors(server: FastifyInstance, doors: Doors): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(doors.pages.headersFor(request));
    checkWriteKeyHeader(doors, request);
  };
  const admitted = (request: FastifyRequest): From => {
    const { key, isPage } = checkWriteKey(doors, request);
    if (!doors.quota.takes(key, eventsIn(request.body))) throw new DoorError('slow_down');
    return { isPage, brought: broughtIn(doors, request) };
  };
  for (const type of EVENT_TYPES) {
    const take = async (request: FastifyRequest) => takeOne(doors, type, request.body, admitted(request));
    for (const path of bothNames(type)) {
      server.post(path, { onRequest, schema: EVENT_SCHEMA }, take);
      doors.pages.answerPreflight(server, path);
    }
  }
  for (const path of bothNames('batch')) {
    server.post(path, { onRequest, schema: BATCH_SCHEMA }, async (request) =>
      takeBatch(doors, request.body, admitted(request)),
    );
    doors.pages.answerPreflight(server, path);
  }
}

const eventsIn = (body: unknown): number =>
  typeof body === 'object' && body !== null && 'batch' in body && Array.isArray(body.batch)
    ? body.batch.length
    : 1;

/** [TR6] The caller's trace, where somebody is told of ours. */
export const broughtIn = (doors: Doors, { headers }: FastifyRequest): string | null =>
  doors.traces.isOn ? broughtBy(headers['traceparent']) : null;

/** Segment's browser library calls each door by its first letter. */
const bothNames = (door: string): string[] => [`/v1/${door}`, `/v1/${door.charAt(0)}`];

/** Where events come from: a web page is not believed in everything; `brought` is the caller's trace. */
type From = { isPage: boolean; brought: string | null };

type Read = { ok: true; entry: SourceEntry } | { ok: false; error: DoorError; messageId: string | null };

function read(
  doors: Doors,
  raw: unknown,
  arrival: { type?: EventType; sentAt?: unknown; received: number },
  { isPage, brought }: From,
): Read {
  try {
    const entry = readEvent(raw, { ...arrival, isPage, newId: doors.newId });
    return { ok: true, entry: brought === null ? entry : { ...entry, trace: brought } };
  } catch (error) {
    if (!(error instanceof DoorError)) throw error;
    return { ok: false, error, messageId: messageIdOf(raw) };
  }
}

const momentOf = ({ id, type, trace }: SourceEntry, received: number): Moment => ({
  ...{ id, received, trace, attributes: { 'kairos.event.type': type } },
});

const takeJob =
  (doors: Doors, entry: SourceEntry): Job =>
  () =>
    doors.fold.take(entry);

/** Of what may be nested too deep to be written as JSON at all. */
function textOf(raw: unknown): string {
  try {
    return JSON.stringify(raw) ?? '';
  } catch {
    return '';
  }
}

async function takeOne(doors: Doors, type: EventType, raw: unknown, from: From): Promise<{ success: true }> {
  const received = doors.now();
  const began = clockNow();
  const one = read(doors, raw, { type, received }, from);
  const take = ({ entry }: { entry: SourceEntry }) =>
    doors.group.submit([takeJob(doors, entry)], [momentOf(entry, began)]);
  const error = one.ok ? ((await take(one))[0] ?? null) : one.error;
  if (error !== null) {
    await reject(doors, [{ raw, error, messageId: one.ok ? one.entry.id : one.messageId }], received);
    throw error;
  }
  count(doors, 1, received);
  return { success: true };
}

type Bad = { raw: unknown; error: DoorError; messageId: string | null };

/** Of one batch so many refused events are kept with their reasons; all are counted. */
const MAX_KEPT = 1_000;

/** Counts what is bad and keeps it with its reason for the administrator. */
export async function reject(doors: Doors, bad: Bad[], received: number): Promise<void> {
  for (const { error } of bad) doors.metrics.rejected.inc({ code: error.code });
  await doors.group.submit([
    () => {
      for (const { raw, error, messageId } of bad.slice(0, MAX_KEPT)) {
        const { code, message } = error;
        doors.rejected.add({ at: received, messageId, code, message, json: textOf(raw) });
      }
      return false;
    },
  ]);
}

function count(doors: Doors, accepted: number, received: number): void {
  doors.metrics.accepted.inc(accepted);
  doors.metrics.lag.observe(Math.max(0, doors.now() - received) / 1000);
}

type Rejection = { index: number; messageId: string | null; code: string; message: string };

/** Durable and folded when it answers. @throws DoorError where nothing can be taken now */
export async function takeBatch(
  doors: Doors,
  body: unknown,
  from: From = { isPage: false, brought: null },
): Promise<{ success: true; rejected?: Rejection[] }> {
  const received = doors.now();
  const began = clockNow();
  if (typeof body !== 'object' || body === null || !('batch' in body) || !Array.isArray(body.batch)) {
    throw new DoorError('malformed', 'The body must be an object with a list named batch.');
  }
  const sentAt = 'sentAt' in body ? body.sentAt : undefined;
  const events: unknown[] = body.batch;
  const reads = events.map((raw) => read(doors, raw, { sentAt, received }, from));
  const good = reads.flatMap((one) => (one.ok ? [one.entry] : []));
  const results = await doors.group.submit(
    good.map((entry) => takeJob(doors, entry)),
    good.map((entry) => momentOf(entry, began)),
  );
  let next = 0;
  const bad: (Bad & { index: number })[] = [];
  reads.forEach((one, index) => {
    const error = one.ok ? (results[next++] ?? null) : one.error;
    if (error === null) return;
    bad.push({ index, raw: events[index], error, messageId: one.ok ? one.entry.id : one.messageId });
  });
  // What the store could not take is not the event's fault: the source must send the batch again.
  const unavailable = bad.find(({ error }) => error.code === 'store_unavailable');
  if (unavailable) throw unavailable.error;
  if (bad.length > 0) await reject(doors, bad, received);
  count(doors, events.length - bad.length, received);
  if (bad.length === 0) return { success: true };
  const rejected = bad.map(({ index, messageId, error }) => ({
    index,
    messageId,
    code: error.code,
    message: error.message,
  }));
  return { success: true, rejected };
}
