import type { FastifyInstance } from 'fastify';
import { isoTime } from '../../domain/time.ts';
import { MOST_JUDGED } from '../learn/quality.ts';
import { readSupervisor } from './access.ts';
import type { Doors } from './deps.ts';
import { audit } from './reading.ts';
import { STEERING_SCHEMA } from './schemas.ts';

/** How good the model is, and learning it anew. */
export function addModelDoors(server: FastifyInstance, doors: Doors): void {
  server.get(
    '/v1/model',
    { schema: STEERING_SCHEMA('Evidence and quality of the model') },
    async (request) => {
      const viewer = await readSupervisor(doors, request);
      await audit(doors, viewer, 'read model', {});
      return modelView(doors);
    },
  );
  server.post(
    '/v1/model/rebuild',
    { schema: STEERING_SCHEMA('Learns the model anew from the log, in canonical order', {}) },
    async (request) => {
      const viewer = await readSupervisor(doors, request);
      await audit(doors, viewer, 'rebuild model', {});
      await doors.learning.learning.rebuild();
      return modelHead(doors);
    },
  );
}

function modelHead(doors: Doors) {
  const { learning, bundles } = doors.learning;
  const { model } = learning;
  return {
    labels: model.labels,
    hash: learning.hash(),
    canonical: learning.isCanonical,
    builtAt: learning.builtAt === 0 ? null : isoTime(learning.builtAt),
    waitingOutcomes: doors.decisions.waiting(),
    published: bundles.view(),
  };
}

async function modelView(doors: Doors) {
  const { evaluation, ...quality } = await doors.learning.quality();
  const { n, leftOut, logged, uniform, liftOverUniform, upliftOverHoldout, others } = evaluation;
  return {
    ...modelHead(doors),
    evidence: { judged: n, atMost: MOST_JUDGED, ...leftOut },
    ...quality,
    lift: { logged, uniform, liftOverUniform, others },
    upliftOverHoldout,
  };
}
