import type { FastifyInstance } from 'fastify';
import { isoTime, parseTime } from '../../domain/time.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Connectors } from '../connectors/connectors.ts';
import type { Feed } from '../connectors/feed.ts';
import { askedNow, type Pull } from '../connectors/pull.ts';
import type { Scorer } from '../connectors/scorer.ts';
import { DoorError } from '../errors.ts';
import { readSupervisor } from './access.ts';
import type { Doors } from './deps.ts';
import { numberField, objectBody, textField } from './fields.ts';
import { durably } from './intents.ts';
import { addLetterDoors, shownOrder } from './letters.ts';
import {
  FEED_REPLAY_SCHEMA,
  FEEDS_SCHEMA,
  SCORERS_SCHEMA,
  SOURCE_RUN_SCHEMA,
  SOURCES_SCHEMA,
} from './schemas.ts';

type Named = { Params: { name: string } };

/** [F6] [F7] How partners' feeds fare, what was given up, and telling again; for a supervisor. */
export function addFeedDoors(server: FastifyInstance, doors: Doors, connectors: Connectors): void {
  const feedOf = (name: string): Feed => {
    const feed = connectors.feeds.find(({ contract }) => contract.name === name);
    if (feed === undefined) throw new DoorError('not_found');
    return feed;
  };
  server.get('/v1/feeds', { schema: FEEDS_SCHEMA }, async (request) => {
    await readSupervisor(doors, request);
    return {
      feeds: connectors.feeds.map((feed) => ({
        ...shownFeed(doors, feed),
        order: shownOrder(doors, feed.contract.name),
      })),
    };
  });
  addLetterDoors(server, doors, connectors);
  server.post<Named>('/v1/feeds/:name/replay', { schema: FEED_REPLAY_SCHEMA }, async (request) => {
    const viewer = await readSupervisor(doors, request);
    const feed = feedOf(request.params.name);
    await replay(doors, viewer, feed, objectBody(request.body));
    connectors.wake();
    return { feed: shownFeed(doors, feed) };
  });
}

const timeOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at));

/** How a partner's feed fares, as the doors and the metrics say it. */
export function shownFeed({ feeds, events }: Doors, { contract: { name } }: Feed) {
  const end = events.last();
  const row = feeds.get(name);
  const cursor = row?.cursor ?? end;
  const failures = row?.failures ?? 0;
  return {
    ...{ name, state: failures > 0 ? 'failing' : 'ok', cursor, behind: end - cursor },
    ...{ waiting: feeds.count(name, 'waiting'), deadLetters: feeds.count(name, 'failed') },
    ...{ delivered: row?.delivered ?? 0, deliveredAt: timeOrNull(row?.deliveredAt ?? null) },
    ...{ failures, error: row?.error ?? null, errorAt: timeOrNull(row?.errorAt ?? null) },
  };
}

async function replay(doors: Doors, viewer: Viewer, { contract }: Feed, body: Record<string, unknown>) {
  const after = numberField(body, 'after', 0, Number.MAX_SAFE_INTEGER);
  const end = doors.events.last();
  if (!Number.isInteger(after) || after > end)
    throw new DoorError('refused', `after must be a whole number up to ${end}.`);
  const { name } = contract;
  await durably(doors, () => {
    doors.feeds.setCursor(name, after);
    doors.clients.audit(viewer.subject, 'replay a feed', { feed: name, after }, doors.now());
  });
}

/** [P5] How the systems that are asked fare, and asking one now; for a supervisor. */
export function addSourceDoors(server: FastifyInstance, doors: Doors, connectors: Connectors): void {
  server.get('/v1/sources', { schema: SOURCES_SCHEMA }, async (request) => {
    await readSupervisor(doors, request);
    return { sources: connectors.pulls.map(shownSource) };
  });
  server.post<Named>('/v1/sources/:name/run', { schema: SOURCE_RUN_SCHEMA }, async (request) => {
    const viewer = await readSupervisor(doors, request);
    const pull = connectors.pulls.find(({ source }) => source.name === request.params.name);
    if (pull === undefined) throw new DoorError('not_found');
    const since = sinceIn(objectBody(request.body));
    const { name } = pull.source;
    await durably(doors, () => {
      doors.pulls.put(name, askedNow(pull.row, since, doors.now()));
      doors.clients.audit(viewer.subject, 'ask a source', { source: name }, doors.now());
    });
    connectors.wake();
    return { source: shownSource(pull) };
  });
}

/** undefined: on from where it is; null: everything. */
function sinceIn(body: Record<string, unknown>): string | null | undefined {
  if (body['since'] === undefined || body['since'] === null) return body['since'];
  const at = parseTime(textField(body, 'since', 100));
  if (at === null) throw new DoorError('timestamp_invalid', 'since is not a time in ISO 8601.');
  return isoTime(at);
}

function shownSource({ source: { name }, row }: Pull) {
  const { place, due, taken, refused, failures, error, errorAt, endedAt } = row;
  return {
    ...{ name, state: failures > 0 ? 'failing' : 'ok', since: place.since, isUnderWay: place.next !== null },
    ...{ taken, refused, failures, error, errorAt: timeOrNull(errorAt), endedAt: timeOrNull(endedAt) },
    dueAt: isoTime(due),
  };
}

/** [MS6] How the services fare that score customers; for a supervisor. */
export function addModelServiceDoor(server: FastifyInstance, doors: Doors, { scorers }: Connectors): void {
  server.get('/v1/scorers', { schema: SCORERS_SCHEMA }, async (request) => {
    await readSupervisor(doors, request);
    return { scorers: scorers.map(shownScorer) };
  });
}

function shownScorer({ contract: { name, scores }, row, behind }: Scorer) {
  const { asked, written, refused, failures, error, errorAt, scoredAt } = row;
  return {
    ...{ name, scores: Object.keys(scores), state: failures > 0 ? 'failing' : 'ok' },
    ...{ behind, asked, written, refused, failures, error },
    ...{ errorAt: timeOrNull(errorAt), scoredAt: timeOrNull(scoredAt) },
  };
}
