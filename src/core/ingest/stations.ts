import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { challengeText, enrolmentText, plainCode } from '../../domain/station-proof.ts';
import { isoTime } from '../../domain/time.ts';
import { Challenges, codeHash, isSignedBy, publicKeyIn } from '../auth/stations.ts';
import { DoorError } from '../errors.ts';
import { written } from '../store/outcome.ts';
import { type Station, stationSubject } from '../store/stations.ts';
import type { Doors } from './deps.ts';
import { objectBody, textField } from './fields.ts';
import { STATION_SCHEMA } from './schemas.ts';

/** Renewed on the living connection: a station that is stolen and revoked has nothing that lasts. */
const TOKEN_SECONDS = 15 * 60;

/** Enrolment by a code, then a token for each challenge that the station has signed. */
export function addStationDoors(server: FastifyInstance, doors: Doors): void {
  const challenges = new Challenges(doors.secrets.key('tokens'), randomUUID);
  server.post(
    '/v1/stations/enrol',
    {
      schema: STATION_SCHEMA('Enrols a station with the code that an administrator made', [
        'code',
        'publicKey',
        'signature',
      ]),
    },
    async (request) => enrol(doors, objectBody(request.body)),
  );
  server.post(
    '/v1/stations/challenge',
    { schema: STATION_SCHEMA('A challenge for a station to sign', ['station']) },
    async (request) => {
      // The same answer for a station that nobody knows: who asks learns nothing.
      const { challenge, until } = challenges.make(
        textField(objectBody(request.body), 'station', 100),
        doors.now(),
      );
      return { challenge, until: isoTime(until) };
    },
  );
  server.post(
    '/v1/stations/token',
    { schema: STATION_SCHEMA('A token for a signed challenge', ['station', 'challenge', 'signature']) },
    async (request) => {
      const body = objectBody(request.body);
      const id = textField(body, 'station', 100);
      const challenge = textField(body, 'challenge', 200);
      const signature = textField(body, 'signature', 200);
      if (!challenges.use(id, challenge, doors.now())) throw new DoorError('station_refused');
      return issue(doors, proven(doors, id, challenge, signature));
    },
  );
}

async function enrol(doors: Doors, body: Record<string, unknown>) {
  const code = textField(body, 'code', 100);
  const publicKey = textField(body, 'publicKey', 200);
  const signature = textField(body, 'signature', 200);
  const key = publicKeyIn(publicKey);
  if (key === null) throw new DoorError('malformed', 'publicKey must be an Ed25519 key, as SPKI in base64.');
  if (!isSignedBy(key, enrolmentText(plainCode(code), publicKey), signature))
    throw new DoorError('enrolment_refused');
  const now = doors.now();
  const hash = codeHash(code);
  const station = doors.stations.waiting(hash, now);
  if (!station) throw new DoorError('enrolment_refused');
  const subject = stationSubject(station.id);
  const isFirst = await written(doors.log, () => {
    // Looked at again in the unit: two that have the same code are one enrolment.
    if (!doors.stations.waiting(hash, now)) return false;
    doors.stations.enrol(station.id, publicKey, now);
    // Whoever had its key before has nothing any more.
    doors.clients.raise(subject, now);
    doors.clients.audit(subject, 'station enrolled', {}, now);
    return true;
  });
  if (!isFirst) throw new DoorError('enrolment_refused');
  const { id, name, role, grants } = station;
  return { station: id, name, role, grants };
}

function proven(doors: Doors, id: string, challenge: string, signature: string): Station {
  const station = doors.stations.find(id);
  const key = station?.publicKey ? publicKeyIn(station.publicKey) : null;
  if (!station || !key || !isSignedBy(key, challengeText(id, challenge), signature))
    throw new DoorError('station_refused');
  if (station.revoked !== null) throw new DoorError('station_revoked');
  return station;
}

async function issue(doors: Doors, { id, role, grants }: Station) {
  const subject = stationSubject(id);
  const token = await doors.tokens.issue({ subject, role, scopes: grants, ttlSeconds: TOKEN_SECONDS });
  return { token, subject, role, grants, until: isoTime(doors.now() + TOKEN_SECONDS * 1_000) };
}
