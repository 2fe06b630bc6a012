import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { contentHash } from '../domain/canonical.ts';
import { ackSchema } from './ack.ts';
import { authAckSchema, authSchema } from './auth.ts';
import { byeSchema } from './bye.ts';
import { compareAckSchema, compareSchema } from './compare.ts';
import { findAckSchema, findSchema } from './find.ts';
import { frameBodySchema, frameHeadSchema } from './frame.ts';
import { helloReplySchema, helloSchema } from './hello.ts';
import { noticeSchema } from './notice.ts';
import { presenceSchema } from './presence.ts';
import { pushAckSchema, pushSchema } from './push.ts';
import { repairAckSchema, repairSchema } from './repair.ts';
import { resetSchema } from './reset.ts';
import { ROW_SCHEMAS } from './rows.ts';
import { snapBodySchema, snapHeadSchema } from './snap.ts';
import { subAckSchema, subSchema } from './sub.ts';
import { PROTO, protoNumber, SCHEMA_HASH, VERSIONS } from './version.ts';
import { wipeAckSchema, wipedSchema, wipeSchema } from './wipe.ts';

const messages = {
  hello: [helloSchema, helloReplySchema],
  push: [pushSchema, pushAckSchema],
  frame: [frameHeadSchema, frameBodySchema],
  snap: [snapHeadSchema, snapBodySchema],
  ack: [ackSchema],
  sub: [subSchema, subAckSchema],
  auth: [authSchema, authAckSchema],
  find: [findSchema, findAckSchema],
  compare: [compareSchema, compareAckSchema],
  repair: [repairSchema, repairAckSchema],
  presence: [presenceSchema],
  notice: [noticeSchema],
  reset: [resetSchema],
  bye: [byeSchema],
  wipe: [wipeSchema, wipeAckSchema],
  wiped: [wipedSchema],
  rows: Object.values(ROW_SCHEMAS),
};

const hashOf = (schemas: typeof messages) =>
  contentHash(
    Object.fromEntries(
      Object.entries(schemas).map(([name, list]) => [
        name,
        list.map((schema) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })),
      ]),
    ),
  );

it('pins the hash of the schemas to the version of the protocol', () => {
  expect({ proto: PROTO, hash: hashOf(messages) }).toEqual({
    proto: 'kairos-sync/1',
    hash: SCHEMA_HASH,
  });
});

it('[versions] is the version and the hash that the specification names, and among those that are served', () => {
  const text = readFileSync(new URL('../../docs/spec/wire.md', import.meta.url), 'utf8');
  expect(text).toContain(`\`${PROTO}\` has the schema hash \`${SCHEMA_HASH}\``);
  const { min, max, schemaHash, served } = VERSIONS;
  expect(schemaHash).toBe(SCHEMA_HASH);
  expect(served).toEqual(expect.arrayContaining(['', SCHEMA_HASH]));
  const own = protoNumber(PROTO) as number;
  expect(max).toBe(own);
  // N and N-1, of which the first version has none.
  expect(min).toBe(Math.max(1, own - 1));
  expect(served).toHaveLength(1 + max - min + 1);
});

it('reads the number of the protocol, and nothing else as one', () => {
  expect(protoNumber(PROTO)).toBe(1);
  for (const bad of ['kairos-sync/', 'kairos-sync/0', 'kairos-sync/1 ', 'other/1', 'kairos-sync/1.5'])
    expect(protoNumber(bad)).toBeUndefined();
});
