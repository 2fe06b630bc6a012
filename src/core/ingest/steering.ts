import type { FastifyInstance, FastifyRequest } from 'fastify';
import { goBack, type Steering } from '../../decision/steering.ts';
import { isoTime } from '../../domain/time.ts';
import { ACTION_TEXTS } from '../../packs/airline/catalogue/texts.ts';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import { SteeringFault } from '../learn/steering.ts';
import type { SteeringVersion } from '../store/learned.ts';
import { written } from '../store/outcome.ts';
import { readSupervisor } from './access.ts';
import type { Doors } from './deps.ts';
import { isPlainObject, numberField, objectBody, oneOf, textField } from './fields.ts';
import { audit } from './reading.ts';
import { STEERING_SCHEMA } from './schemas.ts';

/** The first title that needs nothing of a customer: the others name a flight or a topic. */
function plainTitle(id: string) {
  const titles = ACTION_TEXTS[id]?.title ?? [];
  return titles.find(({ en }) => !en.includes('{')) ?? titles[0] ?? null;
}

/** Levers, pauses, caps, holdout and challenger, for a supervisor; in force when the answer comes. */
export function addSteeringDoors(server: FastifyInstance, doors: Doors): void {
  const text = { type: 'string' };
  server.get(
    '/v1/steering',
    { schema: STEERING_SCHEMA('What is set, and the catalogue') },
    async (request) => {
      await readSupervisor(doors, request);
      return { ...versionView(doors.learning.steer.current), ...catalogueView(doors) };
    },
  );
  server.get<{ Querystring: { before?: unknown } }>(
    '/v1/steering/history',
    { schema: STEERING_SCHEMA('Earlier versions, newest first') },
    async (request) => {
      await readSupervisor(doors, request);
      return historyView(doors, request.query.before);
    },
  );
  const change = (path: string, summary: string, properties: { [name: string]: object }, make: Make) =>
    server.post(path, { schema: STEERING_SCHEMA(summary, properties) }, async (request) =>
      steerBy(doors, request, make),
    );
  change(
    '/v1/steering',
    'Sets levers, caps, holdout, exploration or challenger; what is not named stays',
    { levers: {}, caps: {}, holdout: {}, exploration: text, challenger: {}, note: text, ifVersion: {} },
    settingsOf,
  );
  const several = { type: 'array', items: text };
  change(
    '/v1/steering/pause',
    'Pauses actions',
    { action: text, actions: several, reason: text },
    pauseOf(doors),
  );
  change(
    '/v1/steering/resume',
    'Resumes actions',
    { action: text, actions: several, note: text },
    resumeOf(doors),
  );
  change('/v1/steering/undo', 'Goes back to a version', { version: {}, note: text }, undoOf(doors));
  change('/v1/steering/promote', "Puts the challenger's levers in force", { note: text }, () => promote);
}

type Change = (now: Steering) => Steering;
type Make = (body: Record<string, unknown>) => Change;

async function steerBy(doors: Doors, request: FastifyRequest, make: Make) {
  const viewer: Viewer = await readSupervisor(doors, request);
  const body = objectBody(request.body);
  const note = body.note === undefined ? '' : textField(body, 'note', 500);
  const change = make(body);
  await audit(doors, viewer, 'steer', { body });
  const { steer } = doors.learning;
  const set = () => {
    if (body.ifVersion !== undefined && body.ifVersion !== steer.current.version)
      throw new DoorError('conflict', 'Somebody else has set something since; look at the version in force.');
    return steer.set(change, viewer.subject, note);
  };
  try {
    return versionView(await written(doors.log, set));
  } catch (error) {
    if (error instanceof SteeringFault) throw new DoorError('refused', `${error.message}.`);
    throw error;
  }
}

const SETTINGS = ['levers', 'caps', 'holdout', 'exploration', 'challenger', 'note', 'ifVersion'];

function settingsOf(body: Record<string, unknown>): Change {
  const unknown = Object.keys(body).find((name) => !SETTINGS.includes(name));
  if (unknown !== undefined)
    throw new DoorError(
      'malformed',
      `There is nothing to set under one of the names; ${SETTINGS.join(', ')}.`,
    );
  const levers = body.levers === undefined ? {} : percents(body.levers, 'levers');
  const challenger =
    body.challenger === undefined || body.challenger === null
      ? body.challenger
      : (withoutNulls(percents(body.challenger, 'challenger')) as Steering['levers']);
  const caps = body.caps as Steering['caps'] | undefined;
  if (caps !== undefined && caps !== null && !Array.isArray(caps))
    throw new DoorError('malformed', 'caps must be a list or null.');
  const holdout = body.holdout === undefined || body.holdout === null ? body.holdout : share(body);
  const exploration =
    body.exploration === undefined ? undefined : oneOf(body, 'exploration', ['auto', 'paused']);
  return (now) => ({
    ...now,
    levers: withoutNulls({ ...now.levers, ...levers }) as Steering['levers'],
    ...(caps !== undefined && { caps }),
    ...(holdout !== undefined && { holdout: holdout as number | null }),
    ...(exploration !== undefined && { exploration }),
    ...(challenger !== undefined && { challenger: challenger as Steering['challenger'] }),
  });
}

const share = (body: Record<string, unknown>): number => numberField(body, 'holdout', 0, 0.5);

/** Percent by action; null takes a lever away. */
function percents(value: unknown, name: string): Record<string, number | null> {
  const isGood = (one: unknown) => one === null || (typeof one === 'number' && one >= -100 && one <= 400);
  if (!isPlainObject(value) || !Object.values(value).every(isGood))
    throw new DoorError('malformed', `${name} must give a number from -100 to 400, or null, by action.`);
  return value as Record<string, number | null>;
}

const withoutNulls = (levers: Record<string, number | null>) =>
  Object.fromEntries(Object.entries(levers).filter(([, percent]) => percent !== null));

/** One `action`, or several as `actions`: together in force or not at all. */
function actionsIn(body: Record<string, unknown>): string[] {
  const { actions } = body;
  if (actions === undefined) return [textField(body, 'action', 200)];
  const isGood = Array.isArray(actions) && actions.length > 0 && actions.length <= MOST_ACTIONS;
  if (!isGood || !actions.every((one) => typeof one === 'string'))
    throw new DoorError('malformed', `actions must be a list of 1 to ${MOST_ACTIONS} texts.`);
  return [...new Set(actions as string[])];
}

const MOST_ACTIONS = 200;

/** A pause of several leaves what is paused already as it is: who paused it, when and why. One alone says so anew. */
function pauseOf(doors: Doors): Make {
  return (body) => {
    const actions = actionsIn(body);
    const pause = {
      by: 'person' as const,
      at: isoTime(doors.now()),
      reason: textField(body, 'reason', 200),
    };
    return (now) => {
      const fresh = actions.length === 1 ? actions : actions.filter((one) => !Object.hasOwn(now.paused, one));
      return {
        ...now,
        paused: { ...now.paused, ...Object.fromEntries(fresh.map((action) => [action, pause])) },
      };
    };
  };
}

function resumeOf(doors: Doors): Make {
  return (body) => {
    const actions = actionsIn(body);
    return (now) => {
      const unpaused = actions.find((action) => !Object.hasOwn(now.paused, action));
      if (unpaused !== undefined) throw new SteeringFault(`${unpaused} is not paused`);
      const paused = Object.entries(now.paused).filter(([action]) => !actions.includes(action));
      const at = isoTime(doors.now());
      const resumed = Object.fromEntries(actions.map((action) => [action, at]));
      return {
        ...now,
        paused: Object.fromEntries(paused),
        resumed: { ...now.resumed, ...resumed },
      };
    };
  };
}

function undoOf(doors: Doors): Make {
  return (body) => {
    const version = numberField(body, 'version', 1, 1e15);
    const earlier = doors.learned.version(version);
    if (!earlier) throw new DoorError('refused', 'There is no such version.');
    return (now) => goBack(now, earlier.steering);
  };
}

const promote: Change = (now) => {
  if (now.challenger === null) throw new SteeringFault('there is no challenger');
  return { ...now, levers: now.challenger, challenger: null };
};

function versionView({ version, at, by, note, steering }: SteeringVersion) {
  return { version, at: version === 0 ? null : isoTime(at), by, note, ...steering };
}

const PAGE = 50;

function historyView(doors: Doors, before: unknown) {
  const below = before === undefined ? Number.MAX_SAFE_INTEGER : Number(before);
  if (!Number.isInteger(below)) throw new DoorError('malformed', 'before must be a version.');
  const versions = doors.learned.versionsBelow(below, PAGE);
  const last = versions.at(-1);
  return {
    versions: versions.map(versionView),
    ...(versions.length === PAGE && last && { next: last.version }),
  };
}

function catalogueView(doors: Doors) {
  const { catalogue, bundles } = doors.learning;
  return {
    bundle: bundles.view(),
    catalogue: catalogue.catalogue.map(({ id, lane, group, channels, value, cost, startRate, caps }) => ({
      id,
      title: plainTitle(id),
      ...{ lane, group, channels, value, cost, startRate, caps },
    })),
    catalogueCaps: catalogue.policy?.caps ?? [],
  };
}
