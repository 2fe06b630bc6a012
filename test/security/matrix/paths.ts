/** Every way on which a customer's values may leave the core for a role, each gathered as the text that came out. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STREAMS, type StreamName, type StreamValue } from '../../../src/bridge/contract.ts';
import type { Role } from '../../../src/domain/role.ts';
import { until, type Whole } from '../../builders/whole.ts';
import { Client } from '../../contract/client.ts';

/** Text that came out, by its path. */
export type Gathered = Map<string, string>;
export type Known = {
  id: string;
  userId: string;
  booking: string;
  /** As somebody would enter them. */
  identities: (readonly [type: string, value: string])[];
};

const textOf = (value: unknown) => JSON.stringify(value) ?? '';

/** A console written from the wire's text: snapshots, frames, what is found, and what a refused command is told. */
export async function overTheWire(
  url: string,
  token: string,
  { id, booking, identities }: Known,
  news: () => Promise<void>,
): Promise<Gathered> {
  const client = new Client({ url, token, wanted: ['station:FRA'] });
  const welcome = await client.ready();
  const first = client.log.length;
  await news();
  await client.until(
    () => client.log.slice(first).some(({ body }) => body.ops?.length > 0),
    'a frame with news',
  );
  const found: unknown[] = [];
  for (const [type, value] of identities) found.push(await client.find(type, value));
  const seat = [{ table: 'profile', id, fact: `trip.${booking}.1.seat`, hash: '0'.repeat(16) }];
  const conflict = await client.run('change-seat', { profileId: id, booking, segment: 1, seat: '1A' }, seat);
  const results = [conflict];
  for (const kept of ['case.zqany.status']) {
    const base = [{ table: 'profile', id, fact: kept, hash: '0'.repeat(16) }];
    results.push(
      await client.run(
        'resolve-case',
        { profileId: id, caseId: kept.split('.')[1] as string, outcome: 'x' },
        base,
      ),
    );
  }
  client.close();
  const log = (from: number, to?: number) => textOf(client.log.slice(from, to));
  return new Map([
    ['hello', textOf([welcome, client.notices, client.byes])],
    ['snapshot', log(0, first)],
    ['frames', log(first)],
    ['find', textOf(found)],
    ['conflict', textOf(results)],
  ]);
}

/** The desktop's replica: what its window is told, what it logs, and the bytes of its files, kept without a cipher. */
export async function onTheDesktop(
  whole: Whole,
  { role, token }: { role: Role; token: string },
  { id, booking, identities }: Known,
): Promise<Gathered> {
  const lines: string[] = [];
  const operator = `matrix-${role}`;
  const replica = await whole.replica(
    {
      ...{ operator, role, token, protection: 'unprotected' },
      ...{ keys: { replica: null, outbox: null }, wanted: ['station:FRA', 'opened:FRA'] },
    },
    { log: (line) => lines.push(line) },
  );
  const bridge = whole.window(replica);
  const told: { [stream: string]: unknown } = {};
  await until(bridge, 'status', {}, (view) => view.connection === 'live');
  const listen = <N extends StreamName>(name: N, needed: (value: StreamValue[N]) => boolean) => {
    const input = 'profileId' in STREAMS[name].shape ? { profileId: id } : { flight: 'LH400' };
    return until(bridge, name, input as never, (value) => {
      told[name] = value;
      return needed(value);
    });
  };
  await listen('customer', (value) => (value?.timeline.length ?? 0) > 5);
  await listen('work', (value) => value.items.length > 0);
  await listen('suggestion', (value) => value !== null);
  const seat = [{ fact: `trip.${booking}.1.seat`, hash: '0'.repeat(16) }];
  await bridge.call('enqueue', {
    ...{ name: 'change-seat', profileId: id, args: { booking, segment: 1, seat: '2A' }, seen: seat },
  });
  await listen('outbox', (value) => value.needsYou.length > 0);
  for (const name of ['status', 'disruptions', 'disruption', 'drafts', 'away'] as const)
    await listen(name, () => true);
  const searched: unknown[] = [];
  for (const [, text] of identities) searched.push(await bridge.call('search', { text, limit: 20 }));
  const files = filesOf(whole.path(operator));
  await whole.stopReplica(replica);
  return new Map([
    ['window', textOf(told)],
    ['search', textOf(searched)],
    ['replica file while at work', files],
    ['replica file', filesOf(whole.path(operator))],
    ['log of the console', lines.join('\n')],
  ]);
}

/** All bytes of a folder's files, write-ahead logs and free pages too. */
export function filesOf(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name)).toString('latin1'))
    .join('\n');
}

type Door = { method: string; path: string; body?: object };

/** Each door that answers a bearer token, as the core itself lists them, asked about a customer. */
export const DOORS: { [door: string]: (known: Known) => Door[] } = {
  'GET /v1/profiles/by/{identityType}/{value}': ({ identities }) =>
    identities.map(([type, value]) => get(`/v1/profiles/by/${type}/${encodeURIComponent(value)}`)),
  'GET /v1/profiles/{id}/events': ({ id }) => [get(`/v1/profiles/${id}/events?limit=200`)],
  'GET /v1/profiles/{id}/intents': ({ id }) => [get(`/v1/profiles/${id}/intents`)],
  'GET /v1/exports/{id}': ({ id }) => [get(`/v1/exports/${id}`)],
  'GET /v1/rejected': () => [get('/v1/rejected')],
  'GET /v1/board': () => [get('/v1/board')],
  'GET /v1/decisions': () => [get('/v1/decisions?action=none')],
  'GET /v1/decisions/{id}': () => [get('/v1/decisions/none')],
  'GET /v1/feeds': () => [get('/v1/feeds')],
  'GET /v1/feeds/{name}/dead-letters': () => [get('/v1/feeds/none/dead-letters')],
  'GET /v1/sources': () => [get('/v1/sources')],
  'GET /v1/scorers': () => [get('/v1/scorers')],
  'GET /v1/dead-letters': () => [get('/v1/dead-letters')],
  'GET /v1/steering': () => [get('/v1/steering')],
  'GET /v1/steering/history': () => [get('/v1/steering/history')],
  'GET /v1/model': () => [get('/v1/model')],
  'GET /v1/erasures': () => [get('/v1/erasures')],
  'GET /v1/audit': () => [get('/v1/audit')],
  'GET /v1/retention': () => [get('/v1/retention')],
  'GET /v1/me': () => [get('/v1/me')],
  'GET /v1/sign-in': () => [get('/v1/sign-in')],
  'GET /v1/nodes': () => [get('/v1/nodes')],
  'GET /v1/export/events': () => [get('/v1/export/events?limit=1000')],
  'GET /v1/export/profiles': () => [get('/v1/export/profiles?limit=1000')],
  'GET /v1/audiences': () => [get('/v1/audiences')],
  'GET /v1/audiences/{name}/members': () => [get('/v1/audiences/none/members')],
  'GET /healthz': () => [get('/healthz')],
  'GET /metrics': () => [get('/metrics')],
  'GET /openapi.json': () => [get('/openapi.json')],
  'POST /v1/decide': ({ id, identities }) =>
    [{ profileId: id }, ...identities.map(([type, value]) => ({ identity: { type, value } }))].map((who) => ({
      method: 'POST',
      path: '/v1/decide',
      body: { ...who, channel: 'counter' },
    })),
  'POST /v1/reveals': ({ id }) => [
    {
      method: 'POST',
      path: '/v1/reveals',
      body: { profileId: id, name: 'phone', tag: 'none', reason: 'test' },
    },
  ],
  'POST /v1/intents': ({ id }) => [
    { method: 'POST', path: '/v1/intents', body: { profileId: id, channel: 'email' } },
  ],
};

/** Doors that take and say nothing of a customer but yes or no: their answers are looked at by the tests of each. */
export const TAKE_ONLY =
  /^(?:POST|PUT) \/v1\/(?:[tipsgab]|track|identify|page|screen|group|alias|batch|contacts|outcomes|sign-in|stations\/.*|erasures|steering.*|model\/rebuild|feeds\/.*|sources\/.*|dead-letters\/.*|intents\/.*)$|^(?:GET|POST) \/dev\//u;

const get = (path: string): Door => ({ method: 'GET', path });

export async function atTheDoors(url: string, token: string, known: Known): Promise<string> {
  const answers: string[] = [];
  for (const door of Object.values(DOORS).flatMap((doors) => doors(known))) {
    const answer = await fetch(url + door.path, {
      method: door.method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(door.body && { body: JSON.stringify(door.body) }),
    });
    answers.push(`${answer.status} ${await answer.text()}`);
  }
  return answers.join('\n');
}
