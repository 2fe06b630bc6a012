import type { FastifyInstance } from 'fastify';
import { isoTime } from '../../domain/time.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Connectors } from '../connectors/connectors.ts';
import { again } from '../connectors/feed.ts';
import { DoorError } from '../errors.ts';
import type { AsideRow, FeedOrder } from '../store/feeds.ts';
import { readSupervisor } from './access.ts';
import type { Doors } from './deps.ts';
import { objectBody, textField } from './fields.ts';
import { durably } from './intents.ts';
import { audit } from './reading.ts';
import {
  FEED_DEAD_SCHEMA,
  FEED_DISCARD_ALL_SCHEMA,
  FEED_DISCARD_SCHEMA,
  FEED_RESEND_ALL_SCHEMA,
  FEED_RESEND_SCHEMA,
} from './schemas.ts';

type Named = { Params: { name: string } };
type One = { Params: { name: string; id: string } };

const MOST_SHOWN = 200;
const MAX_REASON = 200;

/** [F6] [F7] What partners have not taken: looked at, sent again or discarded, one by one or all at once; for a supervisor. */
export function addLetterDoors(server: FastifyInstance, doors: Doors, connectors: Connectors): void {
  const nameOf = (name: string): string => {
    if (!connectors.feeds.some(({ contract }) => contract.name === name)) throw new DoorError('not_found');
    return name;
  };
  const base = '/v1/feeds/:name/dead-letters';
  server.get<Named>(base, { schema: FEED_DEAD_SCHEMA }, async (request) => {
    const viewer = await readSupervisor(doors, request);
    const name = nameOf(request.params.name);
    await audit(doors, viewer, 'read dead letters of a feed', { feed: name });
    return { messages: doors.feeds.failed(name, MOST_SHOWN).map(shownMessage) };
  });
  server.post<One>(`${base}/:id/resend`, { schema: FEED_RESEND_SCHEMA }, async (request) => {
    const viewer = await readSupervisor(doors, request);
    const message = await resend(doors, viewer, nameOf(request.params.name), request.params.id);
    connectors.wake();
    return { message };
  });
  server.post<One>(`${base}/:id/discard`, { schema: FEED_DISCARD_SCHEMA }, async (request) => {
    const viewer = await readSupervisor(doors, request);
    const name = nameOf(request.params.name);
    return { message: await discard(doors, viewer, name, request.params.id, reasonIn(request.body)) };
  });
  const order = async (viewer: Viewer, name: string, kind: FeedOrder['kind'], reason: string | null) => {
    await orderAll(doors, viewer, name, { kind, reason });
    connectors.wake();
    return { order: shownOrder(doors, name) };
  };
  server.post<Named>(`${base}/resend`, { schema: FEED_RESEND_ALL_SCHEMA }, async (request) =>
    order(await readSupervisor(doors, request), nameOf(request.params.name), 'resend', null),
  );
  server.post<Named>(`${base}/discard`, { schema: FEED_DISCARD_ALL_SCHEMA }, async (request) =>
    order(
      await readSupervisor(doors, request),
      nameOf(request.params.name),
      'discard',
      reasonIn(request.body),
    ),
  );
}

const reasonIn = (body: unknown): string => textField(objectBody(body), 'reason', MAX_REASON).trim();

const shownMessage = ({ id, rid: cursor, attempts, error, changed }: AsideRow) => ({
  ...{ id, cursor, attempts, error },
  changedAt: isoTime(changed),
});

function deadLetter(doors: Doors, name: string, id: string): AsideRow {
  const found = doors.feeds.aside(name, id);
  if (found?.state !== 'failed') throw new DoorError('not_found');
  return found;
}

async function resend(doors: Doors, viewer: Viewer, name: string, id: string) {
  const now = doors.now();
  const letter = again(deadLetter(doors, name, id), now);
  await durably(doors, () => {
    doors.feeds.setAside(name, letter);
    doors.clients.audit(viewer.subject, 'resend to a feed', { feed: name, message: id }, now);
  });
  return shownMessage(letter);
}

async function discard(doors: Doors, viewer: Viewer, name: string, id: string, reason: string) {
  const letter = deadLetter(doors, name, id);
  await durably(doors, () => {
    doors.feeds.drop(name, id);
    const detail = { feed: name, message: id, reason };
    doors.clients.audit(viewer.subject, 'discard a dead letter', detail, doors.now());
  });
  return shownMessage(letter);
}

/** [F7] All that the partner has not taken by now. The feed works the order off; one that goes on keeps the next one out. */
async function orderAll(
  doors: Doors,
  { subject }: Viewer,
  name: string,
  { kind, reason }: Pick<FeedOrder, 'kind' | 'reason'>,
): Promise<void> {
  const { feeds, clients, now } = doors;
  await durably(doors, () => {
    const last = feeds.order(name);
    if (last && feeds.orderCounts(name, last).left > 0)
      throw new DoorError('conflict', 'The order before it has not been taken up yet.');
    const at = Math.max(now(), (last?.at ?? 0) + 1);
    const total = feeds.count(name, 'failed');
    feeds.setOrder(name, { kind, at, by: subject, reason, total });
    clients.audit(subject, `${kind} all dead letters`, { feed: name, count: total, reason }, now());
  });
}

/** [F7] The last order and how far it is; null where none was given. `done`: taken by the partner, discarded, or nothing to say any more. */
export function shownOrder({ feeds }: Pick<Doors, 'feeds'>, name: string) {
  const order = feeds.order(name);
  if (order === undefined) return null;
  const { left, waiting, failed } = feeds.orderCounts(name, order);
  const { kind, at, by, reason, total } = order;
  const open = left + waiting;
  return { kind, at: isoTime(at), by, reason, total, open, failed, done: Math.max(0, total - open - failed) };
}
