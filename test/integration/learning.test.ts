import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/bridge/connect.ts';
import type { SuggestionView } from '../../src/bridge/views.ts';
import { createCore } from '../../src/core/core.ts';
import { until, Whole } from '../builders/whole.ts';
import { databaseOf } from '../nodes/own-database.ts';

let whole: Whole;
let supervisor: string;

beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
  const wish = { subject: 'chief', role: 'supervisor', scopes: ['profile:*'] };
  supervisor = ((await whole.post('/dev/token', wish)) as { token: string }).token;
});
afterEach(() => whole.close());

async function ask(path: string, body?: object) {
  const answer = await fetch(whole.core.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${supervisor}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: judged by expectations
  return (await answer.json()) as any;
}

async function atDesk(): Promise<{ bridge: Bridge; profileId: string; first: SuggestionView }> {
  await whole.passenger('u1', 'QX7R2M');
  const bridge = whole.window(await whole.replica());
  await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
  const { hits } = await bridge.call('search', { text: 'QX7R2M', limit: 5 });
  const profileId = hits[0]?.profileId as string;
  const first = await until(bridge, 'suggestion', { profileId }, (view) => view?.primary != null);
  return { bridge, profileId, first: first as SuggestionView };
}

const settled = (bridge: Bridge, id: string) =>
  until(bridge, 'outbox', {}, (view) => view.settled.some((one) => one.id === id && one.state === 'applied'));

describe('[D30] what an operator answers', () => {
  it('is learned by the core once, an override as such', async () => {
    const { bridge, profileId, first } = await atDesk();
    const other = first.alternatives[0]!;
    const { ids } = await bridge.call('answer', {
      ...{ decisionId: first.decisionId as string, profileId, answer: 'accept', seen: [] },
      candidate: { action: other.action, channel: other.channel, approach: other.approach },
    });
    // Of an answer the outbox shows the action alone; it is sent behind its record and outcome.
    await settled(bridge, ids.at(-1) as string);
    const { record } = await ask(`/v1/decisions/${first.decisionId}`);
    // Which state of the customer it was made of (A34), and that he was here (A27).
    expect(record).toMatchObject({ mode: 'respond', profileVersion: expect.any(Number) });
    const model = await ask('/v1/model');
    expect(model).toMatchObject({ labels: 1, canonical: true, evidence: { judged: 0, overridden: 1 } });
    expect(model.acceptance).toMatchObject([{ action: other.action, positive: 1, overriding: 1 }]);
    const rebuilt = await ask('/v1/model/rebuild', {});
    expect(rebuilt).toMatchObject({ labels: 1, hash: model.hash });
  });
});

describe('[D32] a lever at the core', () => {
  it('[B16] reaches a console on a real socket: the paused action goes, the resumed one comes back', async () => {
    const { bridge, profileId, first } = await atDesk();
    const action = first.primary?.action as string;
    const gone = until(
      bridge,
      'suggestion',
      { profileId },
      (view) =>
        view?.primary?.action !== action &&
        view?.candidates.find((one) => one.action === action)?.stage === 'paused',
    );
    await ask('/v1/steering/pause', { action, reason: 'the system is down' });
    const without = await gone;
    expect(without?.bundle.version).not.toBe(first.bundle.version);
    const back = until(bridge, 'suggestion', { profileId }, (view) => view?.primary?.action === action);
    await ask('/v1/steering/resume', { action });
    expect((await back)?.bundle.expired).toBe(false);
  });
});

describe('[D31] a bundle of another core', () => {
  it('is refused and said, and suggests nothing; the core whose key was pinned is believed again', async () => {
    const { profileId } = await atDesk();
    /** The same station's files, with whichever core is there now. */
    const again = async () => {
      for (const replica of [...whole.running()]) await whole.stopReplica(replica);
      const bridge = whole.window(await whole.replica());
      await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
      return bridge;
    };
    await whole.core.close();
    whole.core = await createCore({
      ...{ dataDir: whole.path('other'), port: whole.port, dev: true, station: 'FRA' },
      database: await databaseOf(whole.path('other')),
    });
    await whole.passenger('u1', 'QX7R2M');
    const foreign = await again();
    const status = await until(foreign, 'status', {}, (view) => view.bundle !== null);
    expect(status.bundle?.problem).toBe('other_key');
    const { hits } = await foreign.call('search', { text: 'QX7R2M', limit: 5 });
    const theirs = hits[0]?.profileId as string;
    expect(theirs).not.toBe(profileId);
    expect(await until(foreign, 'suggestion', { profileId: theirs }, () => true)).toBeNull();
    await whole.core.close();
    await whole.startCore();
    const own = await again();
    const mended = await until(own, 'suggestion', { profileId }, (view) => view?.primary != null);
    expect(mended?.bundle.expired).toBe(false);
  });
});
