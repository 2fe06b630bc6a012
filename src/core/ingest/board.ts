import type { FastifyInstance } from 'fastify';
import { isoTime } from '../../domain/time.ts';
import { nameOf } from '../../packs/airline/views/facts.ts';
import { maskProfile } from '../auth/masks.ts';
import { mayReach } from '../auth/permission.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { BoardView } from '../board/board.ts';
import { DoorError } from '../errors.ts';
import type { BoardStore, ListedDecision } from '../store/board.ts';
import { readSupervisor } from './access.ts';
import type { Doors } from './deps.ts';
import { audit, rowOfProfile } from './reading.ts';
import { STEERING_SCHEMA } from './schemas.ts';

export type BoardDoors = Doors & {
  board: BoardView;
  boardStore: BoardStore;
  /** This node first, then the others that share its store. */
  nodes(): Promise<{ isThis: boolean; consoles: number }[]>;
};

/** A site at a glance, and from an action down to one decision; for a supervisor. */
export function addBoardDoors(server: FastifyInstance, doors: BoardDoors): void {
  server.get('/v1/board', { schema: STEERING_SCHEMA('A site at this moment') }, async (request) => {
    await readSupervisor(doors, request);
    return doors.board.get();
  });
  server.get('/v1/nodes', { schema: STEERING_SCHEMA('The nodes of this site') }, async (request) => {
    await readSupervisor(doors, request);
    return { nodes: await doors.nodes() };
  });
  server.get<{ Querystring: { action?: unknown; before?: unknown } }>(
    '/v1/decisions',
    { schema: STEERING_SCHEMA('The last decisions for an action, newest first') },
    async (request) => listDecisions(doors, await readSupervisor(doors, request), request.query),
  );
  server.get<{ Params: { id: string } }>(
    '/v1/decisions/:id',
    { schema: STEERING_SCHEMA('One decision with all that was recorded of it') },
    async (request) => oneDecision(doors, await readSupervisor(doors, request), request.params.id),
  );
}

const PAGE = 20;
const SEPARATOR = '~';

async function listDecisions(
  doors: BoardDoors,
  viewer: Viewer,
  { action, before }: { action?: unknown; before?: unknown },
) {
  if (typeof action !== 'string' || action === '' || action.length > 200)
    throw new DoorError('malformed', 'action must name an action.');
  const listed = doors.boardStore.decisionsOf(action, placeOf(before), PAGE);
  await audit(doors, viewer, 'list decisions', { action });
  const last = listed.at(-1);
  return {
    decisions: listed.flatMap((one) => summaryOf(doors, viewer, one) ?? []),
    ...(listed.length === PAGE && last && { next: `${last.at}${SEPARATOR}${last.id}` }),
  };
}

function placeOf(before: unknown): { at: number; id: string } {
  if (before === undefined || before === '') return { at: Number.MAX_SAFE_INTEGER, id: '' };
  const [at = '', id = ''] = String(before).split(SEPARATOR);
  if (!/^\d{1,15}$/u.test(at))
    throw new DoorError('malformed', 'before must be the next of an earlier page.');
  return { at: Number(at), id };
}

type Loose = { [name: string]: unknown };

/** Of a customer that the viewer may not read, nothing. */
function summaryOf(doors: BoardDoors, viewer: Viewer, { id, profile, at, json, outcomes }: ListedDecision) {
  const profileId = doors.log.survivor(profile);
  if (!doors.log.row('profile', profileId) || !mayReach(viewer.grants, profileId, doors.log)) return null;
  const record = JSON.parse(json) as Loose;
  const name = nameOf(maskProfile(viewer.role, rowOfProfile(doors, profileId), doors.tag));
  const { chosen, presented = chosen, propensity, explored = false, bundle, madeOffline = false } = record;
  return {
    ...{ id, at: isoTime(at), profileId, name, presented, override: record.override === true },
    ...{ propensity, explored, bundle, madeOffline, holdout: record.holdout === true },
    open: Array.isArray(record.candidates)
      ? record.candidates.filter((one: Loose) => one.stage === 'open').length
      : 0,
    outcomes: outcomes.map(({ outcome, at: told, json: text }) => ({
      outcome,
      at: isoTime(told),
      reason: (JSON.parse(text) as { reason?: string }).reason ?? null,
    })),
  };
}

async function oneDecision(doors: BoardDoors, viewer: Viewer, id: string) {
  const stored = doors.decisions.get(id);
  if (!stored) throw new DoorError('not_found');
  const summary = summaryOf(doors, viewer, { ...stored, outcomes: doors.boardStore.outcomesOf(id) });
  if (summary === null) throw new DoorError('not_found');
  await audit(doors, viewer, 'read decision', { decision: id, profile: summary.profileId });
  return { ...summary, record: JSON.parse(stored.json) };
}
