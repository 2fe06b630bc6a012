import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseOf } from '../../../test/nodes/own-database.ts';
import { type Core, createCore } from '../core.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a door answers is judged by expectations, not by types
type Loose = any;

let core: Core;
let supervisor: string;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  const dataDir = mkdtempSync(join(tmpdir(), 'core-board-'));
  const database = await databaseOf(dataDir);
  core = await createCore({ dataDir, database, port: 0, dev: true, now: () => now });
  supervisor = await tokenFor('chief', ['profile:*']);
});
afterEach(() => core.close());

const basic = () => `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;

async function ask(path: string, body?: unknown, authorization = `Bearer ${supervisor}`) {
  const answer = await fetch(core.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Loose };
}

const tokenFor = async (subject: string, scopes: string[]): Promise<string> =>
  (await ask('/dev/token', { subject, role: 'supervisor', scopes })).json.token;

async function decided(userId: string): Promise<Loose> {
  await ask('/v1/identify', { userId, traits: { firstName: 'Anna', tier: 'Gold' } }, basic());
  const identity = { type: 'userId', value: userId };
  return (await ask('/v1/decide', { identity, channel: 'counter' }, `Bearer ${core.consoleToken}`)).json;
}

describe('the board', () => {
  it('[DB1] is for supervisors only', async () => {
    for (const path of ['/v1/board', '/v1/decisions?action=check-in', '/v1/decisions/x'])
      expect((await ask(path, undefined, `Bearer ${core.consoleToken}`)).status).toBe(403);
  });

  it('[DB1] [DB2] shows work, answers and what is set, at once after a change', async () => {
    const contact = { id: 'c1', kind: 'call', queue: 'support-de' };
    await ask('/v1/contacts', { ...contact, state: 'waiting', at: '2026-11-23T09:59:00Z' }, basic());
    await ask('/v1/contacts', { ...contact, state: 'active', at: '2026-11-23T09:59:10Z' }, basic());
    const { id, chosen } = await decided('u1');
    await ask('/v1/outcomes', {
      ...{ decisionId: id, outcome: 'customer-declined', reason: 'price', at: new Date(now).toISOString() },
    });
    now += 1_000;
    const { json } = await ask('/v1/board');
    expect(json.queues).toMatchObject([{ queue: 'support-de', active: 1, counted: 1, inTime: 1 }]);
    expect(json.acceptance).toMatchObject([
      { action: chosen.action, customerDeclined: 1, reasons: [{ reason: 'price', n: 1 }] },
    ]);
    await ask('/v1/steering/pause', { actions: [chosen.action], reason: 'test' });
    expect((await ask('/v1/board')).json.steering).toBe(1);
  });

  it('[DB4] leads from an action to a decision with its reasons, values and their origins', async () => {
    const { id, chosen } = await decided('u1');
    const listed = (await ask(`/v1/decisions?action=${chosen.action}`)).json;
    expect(listed.decisions).toMatchObject([{ id, name: 'Anna', presented: chosen, outcomes: [] }]);
    expect(listed.next).toBeUndefined();
    const { record } = (await ask(`/v1/decisions/${id}`)).json;
    expect(record.candidates.length).toBeGreaterThan(10);
    expect(record.inputs.tier).toBe('Gold');
    expect(record.origins.tier).toHaveLength(2);
    expect([...record.why.for, ...record.why.against].every((fact) => fact in record.evidence)).toBe(true);
  });

  it('[DB4] tells nothing of customers that the token may not read', async () => {
    const { id, chosen } = await decided('u1');
    const other = `Bearer ${await tokenFor('other', ['station:MUC'])}`;
    expect((await ask(`/v1/decisions?action=${chosen.action}`, undefined, other)).json.decisions).toEqual([]);
    expect((await ask(`/v1/decisions/${id}`, undefined, other)).status).toBe(404);
    expect((await ask('/v1/decisions', undefined)).status).toBe(400);
  });

  it('[D32] pauses and resumes several at once, and leaves who paused one before', async () => {
    await ask('/v1/steering/pause', { action: 'check-in', reason: 'mine' });
    const all = await ask('/v1/steering/pause', { actions: ['check-in', 'rebook'], reason: 'all' });
    expect(all.json).toMatchObject({
      version: 2,
      paused: { 'check-in': { reason: 'mine' }, rebook: { reason: 'all' } },
    });
    expect((await ask('/v1/steering/resume', { actions: ['rebook', 'bag-trace'] })).status).toBe(422);
    const back = await ask('/v1/steering/resume', { actions: ['rebook', 'check-in'] });
    expect(back.json.paused).toEqual({});
    expect((await ask('/v1/steering/pause', { actions: [], reason: 'none' })).status).toBe(400);
  });
});
