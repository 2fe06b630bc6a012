/** Two versions of the core, N and N-1, that tell different `schemaHash`es and serve their own and the one before. */
import { SCHEMA_HASH, VERSIONS, type Versions } from '../../src/protocol/version.ts';
import { Broken } from './broken.ts';

export type Version = 'N' | 'N-1';

const BEFORE = '00000000000000a1';
const LONG_BEFORE = '00000000000000a0';

export const SPOKEN: { readonly [V in Version]: Versions } = {
  N: { ...VERSIONS, served: ['', SCHEMA_HASH, BEFORE] },
  'N-1': { ...VERSIONS, schemaHash: BEFORE, served: ['', BEFORE, LONG_BEFORE] },
};

/** What a replica of each version is filled under; the oldest is served by nobody new. */
export const HASHES: readonly string[] = [SCHEMA_HASH, BEFORE, LONG_BEFORE];

/** [R5] A replica that was filled under a schema which this version does not serve is not resumed. */
export function assertReadable(
  version: Version,
  schemaHash: string,
  reply: { type: string; reset?: boolean },
): void {
  if (reply.type === 'welcome' && !reply.reset && !SPOKEN[version].served.includes(schemaHash))
    throw new Broken('R5', `a replica of schema ${schemaHash} was resumed by ${version}`);
}
