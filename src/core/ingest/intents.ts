import type { FastifyInstance } from 'fastify';
import { isoTime, parseTime } from '../../domain/time.ts';
import { mayReach } from '../auth/permission.ts';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import { type Intent, isOpen } from '../intents/intent.ts';
import { type Occasion, plan } from '../intents/plan.ts';
import { storedOf } from '../intents/planner.ts';
import type { IntentRunner } from '../intents/runner.ts';
import { situationOf } from '../intents/situation.ts';
import { endIntent, HORIZON_MS, occasionOfWish, replaceOthers } from '../intents/wish.ts';
import { readViewer } from './access.ts';
import { profileNamed } from './decisions.ts';
import type { Doors } from './deps.ts';
import { objectBody, textField } from './fields.ts';
import { audit } from './reading.ts';
import { CANCEL_SCHEMA, DEAD_SCHEMA, INTENTS_SCHEMA, RESEND_SCHEMA, SCHEDULE_SCHEMA } from './schemas.ts';

/** What is planned for customers who are not here: looking at it, scheduling, cancelling, and dead letters. */
export function addIntentDoors(server: FastifyInstance, doors: Doors, runner: IntentRunner): void {
  type Named = { Params: { id: string } };
  server.post('/v1/intents', { schema: SCHEDULE_SCHEMA }, async (request) =>
    schedule(doors, runner, await readViewer(doors, request), objectBody(request.body)),
  );
  server.get<Named>('/v1/profiles/:id/intents', { schema: INTENTS_SCHEMA }, async (request) =>
    intentsOf(doors, await readViewer(doors, request), request.params.id),
  );
  server.post<Named>('/v1/intents/:id/cancel', { schema: CANCEL_SCHEMA }, async (request) =>
    cancel(doors, await readViewer(doors, request), request.params.id),
  );
  server.get('/v1/dead-letters', { schema: DEAD_SCHEMA }, async (request) => {
    const viewer = supervising(await readViewer(doors, request));
    await audit(doors, viewer, 'read dead letters', {});
    return { intents: doors.intents.failed(MOST_SHOWN).map(shown) };
  });
  server.post<Named>('/v1/dead-letters/:id/resend', { schema: RESEND_SCHEMA }, async (request) =>
    resend(doors, runner, supervising(await readViewer(doors, request)), request.params.id),
  );
}

const MOST_SHOWN = 200;

function supervising(viewer: Viewer): Viewer {
  if (viewer.role !== 'supervisor')
    throw new DoorError('forbidden', 'Only a supervisor may see dead letters.');
  return viewer;
}

/** An intent without what the customer's facts say: its codes, times and counts. */
function shown(intent: Intent) {
  const { id, state, why, action, channel, approach, lane, trigger, attempts, error } = intent;
  const until = {
    waiting: intent.fireAt,
    claimed: intent.fireAt,
    held: intent.expiresAt,
    parked: intent.expiresAt,
  };
  const waits = isOpen(intent) ? until[state as keyof typeof until] : null;
  return {
    ...{ id, profileId: intent.profile, state, why, action, channel, approach, lane, trigger },
    decisionId: intent.decision,
    until: waits === null ? null : isoTime(waits),
    bestUntil: isoTime(intent.expiresAt),
    sentAt: intent.sentAt === null ? null : isoTime(intent.sentAt),
    ...{ attempts, error },
    createdAt: isoTime(intent.created),
    changedAt: isoTime(intent.changed),
  };
}

async function intentsOf(doors: Doors, viewer: Viewer, named: string) {
  const id = reachable(doors, viewer, named);
  await audit(doors, viewer, 'read intents', { profile: id });
  return { intents: doors.intents.ofProfile(id, MOST_SHOWN).map(shown) };
}

function reachable(doors: Doors, viewer: Viewer, named: string): string {
  const id = doors.log.survivor(named);
  if (!doors.log.row('profile', id) || !mayReach(viewer.grants, id, doors.log))
    throw new DoorError('not_found');
  return id;
}

async function schedule(doors: Doors, runner: IntentRunner, viewer: Viewer, body: Record<string, unknown>) {
  const occasion = occasionOf(doors, runner, body);
  const profileId = profileNamed(doors, viewer, body);
  if (viewer.role === 'kiosk') throw new DoorError('forbidden', 'A kiosk plans nothing for a customer.');
  const situation = situationOf(doors, profileId);
  if (situation === null) throw new DoorError('not_found');
  const { intent, record } = plan(doors, runner.classes, situation, occasion);
  if (intent === null) throw new DoorError('refused', reasonOf(record.candidates, occasion));
  if (!isOpen(intent)) throw new DoorError('refused', `It would not be sent: ${intent.why}.`);
  const { action, channel } = intent;
  await durably(doors, () => {
    doors.decisions.add(storedOf(record, profileId, doors.now()));
    replaceOthers(doors, profileId, intent);
    doors.intents.save(intent);
    doors.clients.audit(viewer.subject, 'schedule', { profile: profileId, action, channel }, doors.now());
  });
  runner.wake();
  return { intent: shown(intent) };
}

/** A person's wish as an occasion: nothing but the action's own delays holds before `at`. */
function occasionOf(doors: Doors, runner: IntentRunner, body: Record<string, unknown>): Occasion {
  const channel = textField(body, 'channel', 60);
  if (!runner.classes.has(channel)) throw new DoorError('refused', 'This channel has no destination.');
  const now = doors.now();
  const at = body.at === undefined || body.at === null ? now : parseTime(textField(body, 'at', 100));
  if (at === null) throw new DoorError('timestamp_invalid', 'at is not a time in ISO 8601.');
  if (at > now + HORIZON_MS) throw new DoorError('refused', 'Nothing is planned for later than in 14 days.');
  const text = (name: string) => (body[name] === undefined ? undefined : textField(body, name, 200));
  const [action, approach] = [text('action'), text('approach')];
  const dedupe = `operator/${doors.newId()}`;
  return occasionOfWish(
    { dedupe, channel, action, approach, notBefore: at, bestUntil: now + HORIZON_MS },
    now,
  );
}

type Listed = readonly {
  action: string;
  channel: string;
  stage: string;
  failed: readonly { rule: string }[];
}[];

function reasonOf(candidates: Listed, { wish }: Occasion): string {
  const wished = candidates.find(({ action }) => action === wish?.candidate.action);
  const rules = [...new Set(wished?.failed.map(({ rule }) => rule))];
  if (rules.length > 0) return `Now in its way: ${rules.join(', ')}.`;
  return 'Nothing fits this customer in this channel now.';
}

async function cancel(doors: Doors, viewer: Viewer, id: string) {
  const found = doors.intents.get(id);
  if (!found) throw new DoorError('not_found');
  reachable(doors, viewer, found.profile);
  let ended: Intent | null = null;
  await durably(doors, () => {
    const intent = doors.intents.get(id) as Intent;
    if (!isOpen(intent) || intent.state === 'claimed') return;
    ended = endIntent(doors, intent, 'operator');
    doors.clients.audit(viewer.subject, 'cancel intent', { intent: id }, doors.now());
  });
  if (ended === null) throw new DoorError('refused', 'It is on its way or has ended.');
  return { intent: shown(ended) };
}

/** [T9] The same key again: whoever has it already drops it. All rules hold anew, its last moment too. */
async function resend(doors: Doors, runner: IntentRunner, viewer: Viewer, id: string) {
  const found = doors.intents.get(id);
  if (found?.state !== 'failed') throw new DoorError('not_found');
  if (doors.now() > found.expiresAt) throw new DoorError('refused', 'Its last moment has gone by.');
  const now = doors.now();
  const intent: Intent = {
    ...found,
    state: 'waiting',
    why: 'resend',
    attempts: 0,
    fireAt: now,
    changed: now,
  };
  await durably(doors, () => {
    doors.intents.save(intent);
    doors.clients.audit(viewer.subject, 'resend', { intent: id }, now);
  });
  runner.wake();
  return { intent: shown(intent) };
}

/** One unit of its own; @throws what it threw, or the store */
export async function durably(doors: Doors, work: () => void): Promise<void> {
  const [error] = await doors.group.submit([
    () => {
      work();
      return false;
    },
  ]);
  if (error) throw error;
}
