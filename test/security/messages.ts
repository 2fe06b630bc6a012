/** What a console may say over the socket, to be spoilt. */
import * as fc from 'fast-check';
import { anyJson, mutated } from './material.ts';

export type Message = { event: string; args: unknown[] };

/** Any message of a console, good ones spoilt and wild ones. */
export function messages(profileId: string, token: string): fc.Arbitrary<Message> {
  const hello = {
    proto: 'kairos-sync/1',
    schemaHash: '',
    clientId: 'fuzz',
    conn: 'c',
    epoch: '',
    cursor: 0,
    chain: '',
    proof: '',
    mask: '',
    active: ['station:FRA'],
    wanted: ['station:FRA'],
    lmidAck: 0,
    outboxDepth: 0,
  };
  const note = {
    mid: 1,
    id: 'i1',
    name: 'add-note',
    ver: 1,
    args: { profileId, text: 'x' },
    base: [{ table: 'profile', id: profileId, fact: 'tier', hash: null }],
    at: new Date().toISOString(),
  };
  const seat = {
    ...note,
    mid: 2,
    id: 'i2',
    name: 'change-seat',
    args: { profileId, booking: 'QX7R2M', segment: 1, seat: '1A' },
  };
  const outcome = {
    ...note,
    mid: 3,
    id: 'i3',
    name: 'record-outcome',
    args: { profileId, decisionId: 'd', outcome: 'positive' },
  };
  const samples: [string, unknown[]][] = [
    ['hello', [hello]],
    ['push', [{ commands: [note, seat, outcome] }, { commands: [note] }]],
    ['ack', [{ n: 1 }, { n: 5 }]],
    ['sub', [{ wanted: ['station:FRA', `profile:${profileId}`] }]],
    ['auth', [{ token }]],
    ['find', [{ type: 'booking', value: 'QX7R2M', purpose: 'x' }]],
    ['compare', [{ scope: 'station:FRA', at: 1, sums: Array.from({ length: 256 }, () => '0'.repeat(16)) }]],
    ['repair', [{ scope: 'station:FRA', buckets: [1, 2] }]],
    ['presence', [{ profileId, state: 'viewing' }]],
    ['wiped', [{ id: 'w', pending: 0 }]],
  ];
  const known = fc.constantFrom(...samples).chain(([event, payloads]) =>
    // Some stay whole, so that what lies behind the schemas is reached whatever the seed.
    fc
      .oneof(
        { weight: 7, arbitrary: mutated(payloads) },
        { weight: 1, arbitrary: fc.constantFrom(...payloads) },
      )
      .map((payload) => ({ event, args: [payload] })),
  );
  const name = fc.oneof(
    fc.constantFrom(
      ...samples.map(([event]) => event),
      'frame',
      'bye',
      'wipe',
      '__proto__',
      'constructor',
      'disconnecting',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const binary = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes));
  const wild = fc.record({
    event: name,
    args: fc.array(
      fc.oneof(
        anyJson,
        binary,
        binary.map((b) => ({ commands: [b], wanted: b })),
      ),
      { maxLength: 3 },
    ),
  });
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: wild });
}
