/** Work at two consoles of one core: who has taken what. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Bridge } from '../../src/bridge/connect.ts';
import type { WorkItem } from '../../src/bridge/views.ts';
import { CLAIM_MS } from '../../src/packs/airline/work-commands.ts';
import { until, Whole } from '../builders/whole.ts';

let whole: Whole;
beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
});
afterEach(() => whole.close());

const SCOPES = ['station:FRA', 'queue:support-de', 'queue:support-en'];

async function desk(subject: string): Promise<Bridge> {
  const { token } = (await whole.post('/dev/token', {
    ...{ subject, role: 'operator', scopes: ['station:*', 'queue:*'], ttlSeconds: 3600 },
  })) as { token: string };
  // Its operator has a name of his own: whose claim it is the token's subject says.
  const bridge = whole.window(await whole.replica({ operator: `Desk ${subject}`, token, wanted: SCOPES }));
  await until(bridge, 'status', {}, (view) => view.connection === 'live');
  return bridge;
}

const waits = (id: string, at = Date.now()) =>
  whole.event('contacts', {
    ...{ id, kind: 'call', state: 'waiting', queue: 'support-de', at: new Date(at).toISOString() },
    identity: { type: 'userId', value: 'u1' },
  });

async function item(bridge: Bridge, fits: (one: WorkItem) => boolean): Promise<WorkItem> {
  const view = await until(bridge, 'work', {}, ({ items }) => items.some(fits));
  return view.items.find(fits) as WorkItem;
}
const give = (bridge: Bridge, name: string, profileId: string, args = {}) =>
  bridge.call('enqueue', {
    ...{ name, profileId, seen: [] },
    args: { contactId: 'k1', station: 'FRA', ...args },
  });

it('[WK2] of two consoles that claim the same, one gets it and the other is told who has it', async () => {
  await whole.passenger('u1', 'QX7R2M');
  await waits('k1');
  const [anna, bo] = [await desk('anna'), await desk('bo')];
  const { profileId } = await item(anna, (one) => one.contact?.id === 'k1');
  await item(bo, (one) => one.contact?.id === 'k1');
  const id = profileId as string;
  await Promise.all([give(anna, 'claim', id), give(bo, 'claim', id)]);
  const [at, other] = await Promise.all([
    item(anna, (one) => one.taken?.pending === false),
    item(bo, (one) => one.taken?.pending === false),
  ]);
  expect(at.taken?.by).toBe(other.taken?.by);
  expect([at.taken?.mine, other.taken?.mine].sort()).toEqual([false, true]);
  const [winner, loser] = at.taken?.mine ? [anna, bo] : [bo, anna];
  const { needsYou } = await until(loser, 'outbox', {}, (view) => view.needsYou.length > 0);
  expect(needsYou).toMatchObject([{ name: 'claim', code: 'claimed', by: at.taken?.by }]);
  // Handed over with what is known, it waits in the other queue, for anybody.
  const text = 'wants a window seat';
  await give(winner, 'hand-over', id, { queue: 'support-en', text });
  const handed = await item(loser, (one) => one.contact?.queue === 'support-en');
  expect(handed).toMatchObject({ taken: null, contact: { from: { by: at.taken?.by } } });
  const view = await until(loser, 'customer', { profileId: id }, (one) =>
    Boolean(one?.timeline.some((line) => line.name === 'Contact Handed Over')),
  );
  expect(view?.timeline.find((line) => line.name === 'Contact Handed Over')?.properties.text).toBe(text);
});

it('[WK3] [WK8] a claim made offline says that it is not confirmed, and is nobody’s once its lease is over', async () => {
  await whole.passenger('u1', 'QX7R2M');
  await waits('k1');
  const anna = await desk('anna');
  const { profileId } = await item(anna, (one) => one.contact?.id === 'k1');
  const id = profileId as string;
  await whole.core.close();
  await until(anna, 'status', {}, (view) => view.connection === 'offline');
  await give(anna, 'claim', id);
  expect((await item(anna, (one) => one.taken !== null)).taken).toMatchObject({ mine: true, pending: true });
  // It arrives when its lease is over by the core's clock: so it does nothing, and nobody is asked about it.
  whole.ahead = CLAIM_MS + 60_000;
  await whole.startCore();
  await until(anna, 'outbox', {}, (view) => view.onTheWay.length + view.needsYou.length === 0);
  await item(anna, (one) => one.contact?.id === 'k1' && one.taken === null);
});
