/** The clauses that only a minute of waiting shows; the tests of this file wait side by side. */
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { booked, fresh, identify, seatChanged, station, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;
const PATIENCE_MS = 100_000;

/** Clients of this file outlive each other's tests, so they are not the world's. */
async function own(wanted: string[] = []): Promise<Client> {
  const token = await core.token({ subject: fresh('op') });
  return new Client({ url: core.url, token, wanted });
}

describe('[wire Flow] timeouts', () => {
  it.concurrent(
    '[wire Flow] no hello within 10 s: the core closes',
    async () => {
      const client = await own();
      await client.open();
      await client.until(() => client.closed, 'the core closing', PATIENCE_MS);
    },
    PATIENCE_MS,
  );

  it.concurrent(
    '[R3] one frame a minute while seq moves, to consoles without scopes too',
    async () => {
      const client = await own();
      await client.connect();
      await client.until(() => client.log.length === 1, 'the first frame');
      const { cursor } = client.replica;
      await core.send(identify(fresh('u'), { tier: 'Gold' }));
      await client.until(
        () => client.replica.cursor > cursor,
        'a frame that only moves the cursor',
        PATIENCE_MS,
      );
      expect(client.log.at(-1)?.body.ops).toEqual([]);
      client.close();
      client.throwFault();
    },
    PATIENCE_MS,
  );

  it.concurrent(
    '[wire Flow] a message that is not acknowledged for 60 s ends in bye busy',
    async () => {
      const journey = trip({ from: station() });
      await core.send(booked(journey));
      const client = await own([`station:${journey.from}`]);
      await client.ready();
      client.acking = false;
      await core.send(seatChanged(journey, '14C'));
      await client.until(() => client.closed, 'the core closing', PATIENCE_MS);
      expect(client.byes).toEqual([{ reason: 'busy', retryInMs: expect.any(Number) }]);
      client.throwFault();
    },
    PATIENCE_MS,
  );
});
