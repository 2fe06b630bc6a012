/** A realm's share of its core, at the door (docs/spec/doors.md "Quotas"). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCore } from '../../src/core/core.ts';
import { databaseOf } from '../nodes/own-database.ts';

it('[Q1] a source above its quota is told to slow down, before anything of it is taken', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kairos-quota-'));
  writeFileSync(join(dataDir, 'quotas.json'), '{"eventsPerSecondOfAKey": 0.001, "burstSeconds": 3600}');
  const database = await databaseOf(dataDir);
  const core = await createCore({ dataDir, database, port: 0, dev: true });
  const authorization = `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;
  const post = (path: string, body: object) =>
    fetch(core.url + path, {
      ...{ method: 'POST', headers: { authorization, 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    });
  try {
    const event = { type: 'track', userId: 'u1', event: 'Preference Changed' };
    expect((await post('/v1/batch', { batch: [event, event, event, event] })).status).toBe(200);
    const refused = await post('/v1/track', { ...event, userId: 'never' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({ error: { code: 'slow_down', retry: true } });
    const read = { headers: { authorization: `Bearer ${core.consoleToken}` } };
    expect((await fetch(`${core.url}/v1/profiles/by/userId/never`, read)).status).toBe(404);
    expect((await fetch(`${core.url}/v1/profiles/by/userId/u1`, read)).status).toBe(200);
  } finally {
    await core.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
