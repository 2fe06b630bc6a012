import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helloSchema } from './hello.ts';
import { commandBodySchema, pushSchema } from './push.ts';
import { utf8Length } from './size.ts';

describe('hello', () => {
  it('[R1] takes an absent field as that of a new console, except proto and clientId', () => {
    expect(helloSchema.parse({ proto: 'kairos-sync/1', clientId: 'c' })).toEqual({
      proto: 'kairos-sync/1',
      clientId: 'c',
      schemaHash: '',
      conn: '',
      epoch: '',
      cursor: 0,
      chain: '',
      proof: '',
      mask: '',
      active: [],
      wanted: [],
      lmidAck: 0,
      outboxDepth: 0,
    });
    expect(helloSchema.safeParse({ proto: 'kairos-sync/1' }).success).toBe(false);
    expect(helloSchema.safeParse({ clientId: 'c' }).success).toBe(false);
  });
  it('[R1] refuses a wrong kind and more than 1,000 scopes', () => {
    const good = { proto: 'kairos-sync/1', clientId: 'c' };
    const scopes = Array.from({ length: 1_001 }, (_, i) => `flight:${i}`);
    for (const bad of [
      { cursor: '1' },
      { cursor: -1 },
      { cursor: 0.5 },
      { epoch: null },
      { wanted: scopes },
      { active: 'a' },
    ])
      expect(helloSchema.safeParse({ ...good, ...bad }).success).toBe(false);
    expect(helloSchema.safeParse({ ...good, wanted: scopes.slice(1) }).success).toBe(true);
  });
  it('ignores fields of a later version', () => {
    expect(helloSchema.parse({ proto: 'kairos-sync/1', clientId: 'c', later: 1 })).not.toHaveProperty(
      'later',
    );
  });
});

it('[R8] reads the push of the worked example', () => {
  const push = {
    commands: [
      {
        mid: 1,
        id: '01JD7Y0ZK3M6V8Q2R4T6W8Y0A2',
        name: 'change-seat',
        ver: 1,
        args: { profileId: 'P1', booking: 'QX7R2M', segment: 1, seat: '14C' },
        base: [
          {
            table: 'profile',
            id: 'P1',
            fact: 'trip.QX7R2M.1.seat',
            hash: 'b6f69b90ffa6d97b',
          },
        ],
        at: '2026-11-21T10:00:00Z',
      },
    ],
  };
  expect(pushSchema.parse(push)).toEqual(push);
  expect(commandBodySchema.safeParse({ name: 'x', ver: 1, args: [] }).success).toBe(false);
});

it('counts the bytes of UTF-8 like the platform', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
  expect(utf8Length('a\ud800b')).toBe(5);
});
