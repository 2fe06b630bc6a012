import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Answer, CandidateName, Outcome } from '../../decision/contract.ts';
import { decide } from '../../decision/decide.ts';
import { isSameName, readName, recordOf } from '../../decision/record.ts';
import type { EventRow } from '../../domain/event.ts';
import type { JsonObject } from '../../domain/json.ts';
import { isoTime, parseTime } from '../../domain/time.ts';
import { evidenceOf } from '../../packs/airline/catalogue/evidence.ts';
import { decisionInput } from '../../packs/airline/catalogue/input.ts';
import { clockNow } from '../../telemetry/traces.ts';
import { maskContact, maskProfile, maskRow } from '../auth/masks.ts';
import { mayReach } from '../auth/permission.ts';
import type { Viewer } from '../auth/viewer.ts';
import { digest } from '../digest.ts';
import { DoorError } from '../errors.ts';
import type { SourceEntry } from '../fold/entry.ts';
import { checkWriteKeyHeader, readViewer, refusePage } from './access.ts';
import { readIdentity } from './contacts.ts';
import type { Doors } from './deps.ts';
import { broughtIn } from './events.ts';
import { numberField, objectBody, oneOf, textField } from './fields.ts';
import { audit, openContacts, readableHolders, rowOfProfile, timelineOf } from './reading.ts';
import { DECIDE_SCHEMA, OUTCOME_SCHEMA } from './schemas.ts';

/** Decisions for channels that have no replica of their own, and what became of them. */
export function addDecisionDoors(server: FastifyInstance, doors: Doors): void {
  server.post('/v1/decide', { schema: DECIDE_SCHEMA }, async (request) => {
    const began = clockNow();
    const viewer = await readViewer(doors, request);
    const record = await decideFor(doors, viewer, objectBody(request.body));
    doors.traces.adopt(record.id, broughtIn(doors, request));
    doors.traces.begin(record.id, { name: 'decision.make', from: began, to: clockNow() });
    return record;
  });
  server.post('/v1/outcomes', { schema: OUTCOME_SCHEMA }, async (request) => takeOutcome(doors, request));
}

export function profileNamed(doors: Doors, viewer: Viewer, body: Record<string, unknown>): string {
  const identity = readIdentity(body.identity);
  if (identity === null) {
    const id = doors.log.survivor(textField(body, 'profileId', 200));
    if (!doors.log.row('profile', id) || !mayReach(viewer.grants, id, doors.log))
      throw new DoorError('not_found');
    return id;
  }
  const [id, another] = readableHolders(doors, viewer, identity.type, identity.value);
  if (id === undefined) throw new DoorError('not_found');
  if (another !== undefined)
    throw new DoorError('conflict', 'Several profiles hold this identity; name one by its id.');
  return id;
}

async function decideFor(doors: Doors, viewer: Viewer, body: Record<string, unknown>): Promise<Answer> {
  const channel = textField(body, 'channel', 60);
  const mode = body.mode === undefined ? 'respond' : oneOf(body, 'mode', ['respond', 'inspire']);
  const profileId = profileNamed(doors, viewer, body);
  const now = doors.now();
  // Decided on what the viewer may see: reasons name facts, and must not tell what is masked.
  const row = maskProfile(viewer.role, rowOfProfile(doors, profileId), doors.tag);
  const events = timelineOf(doors, profileId).flatMap(
    (event) => (maskRow(viewer.role, 'event', event, doors.tag) as EventRow | null) ?? [],
  );
  const contacts = openContacts(doors, profileId).map((contact) =>
    maskContact(viewer.role, contact, doors.tag),
  );
  const input = decisionInput(row, events, contacts, now, doors.station);
  // Of the same turn as the row that was read.
  const profile = { ...input.profile, version: doors.log.row('profile', profileId)?.v };
  const request = { id: doors.newId(), at: isoTime(now), profile, channels: [channel], mode } as const;
  const { bundle } = doors;
  const record = decide(bundle, request, { seed: doors.seed, digest });
  const kept = recordOf(bundle, request, record);
  const evidence = evidenceOf(record, input, record.chosen, Object.keys(kept.inputs));
  const json = JSON.stringify({ ...kept, ...evidence });
  const [error] = await doors.group.submit([
    () => {
      doors.decisions.add({ id: record.id, profile: profileId, at: now, json });
      return false;
    },
  ]);
  if (error) throw error;
  await audit(doors, viewer, 'decide', { profile: profileId, decision: record.id });
  doors.metrics.decisions.inc();
  return record;
}

/** The outcomes of decisioning.md, and everyday words of channels for the same. */
const OUTCOMES = {
  presented: 'presented',
  'operator-declined': 'operator-declined',
  'customer-declined': 'customer-declined',
  positive: 'positive',
  complaint: 'complaint',
  'opt-out': 'opt-out',
  accepted: 'positive',
  declined: 'customer-declined',
  dismissed: 'operator-declined',
} as const;
const OUTCOME_WORDS = Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[];

async function takeOutcome(doors: Doors, request: FastifyRequest): Promise<{ success: true }> {
  const isSource = /^basic\s/iu.test(request.headers.authorization ?? '');
  if (isSource) refusePage(checkWriteKeyHeader(doors, request));
  const viewer = isSource ? null : await readViewer(doors, request);
  const body = objectBody(request.body);
  const decisionId = textField(body, 'decisionId', 200);
  const outcome = OUTCOMES[oneOf(body, 'outcome', OUTCOME_WORDS)];
  const at = parseTime(textField(body, 'at', 100));
  if (at === null) throw new DoorError('timestamp_invalid', 'at is not a time in ISO 8601.');
  const properties: JsonObject = { decisionId, outcome };
  if (body.reason !== undefined && body.reason !== null) properties.reason = textField(body, 'reason', 500);
  if (body.value !== undefined && body.value !== null)
    properties.value = numberField(body, 'value', -1e12, 1e12);
  const candidate = readCandidate(body);
  const decision = doors.decisions.get(decisionId);
  const profileId = decision && doors.log.survivor(decision.profile);
  if (!decision || !profileId || !doors.log.row('profile', profileId)) throw new DoorError('not_found');
  if (viewer && !mayReach(viewer.grants, profileId, doors.log)) throw new DoorError('not_found');
  if (candidate !== null && !isCandidateOf(decision.json, candidate))
    throw new DoorError('malformed', 'candidate is none of the decision.');
  if (candidate !== null) properties.candidate = { ...candidate };
  const [error] = await doors.group.submit([() => storeOutcome(doors, profileId, decision, properties, at)]);
  if (error) throw error;
  await doors.learning.outcomeCame();
  return { success: true };
}

/** What an operator presented in place of the chosen one: it comes with the presentation only. */
function readCandidate(body: Record<string, unknown>): CandidateName | null {
  const { candidate = null } = body;
  const name = readName(candidate);
  if (name === undefined) throw new DoorError('malformed', 'candidate names action, channel and approach.');
  if (name !== null && body.outcome !== 'presented')
    throw new DoorError('malformed', 'candidate belongs to the outcome presented.');
  return name;
}

function isCandidateOf(record: string, name: CandidateName): boolean {
  const { candidates = [] } = JSON.parse(record) as { candidates?: CandidateName[] };
  return candidates.some((one) => isSameName(one, name));
}

/** The outcome joins the timeline, with its decision before it so that both can be read together. */
function storeOutcome(
  doors: Doors,
  profileId: string,
  decision: { id: string; at: number; json: string },
  properties: JsonObject,
  at: number,
): boolean {
  const outcome = properties.outcome as Outcome;
  if (!doors.decisions.addOutcome(decision.id, outcome, at, JSON.stringify(properties))) return false;
  const line = (type: string, name: string, id: string, time: number, content: JsonObject): SourceEntry => ({
    kind: 'event',
    id,
    type,
    name,
    at: Math.min(time, doors.now()),
    source: 'decisions',
    userId: null,
    identities: [],
    properties: content,
  });
  const record = JSON.parse(decision.json) as JsonObject;
  // A console's record is in the timeline by its own command.
  const isOfConsole = 'presented' in record;
  if (!isOfConsole)
    doors.fold.takeLine(
      profileId,
      line('decision', 'Decision Recorded', decision.id, decision.at, { record }),
    );
  const id = `${decision.id}/${outcome}`;
  return doors.fold.takeLine(profileId, line('outcome', 'Outcome Recorded', id, at, properties));
}
