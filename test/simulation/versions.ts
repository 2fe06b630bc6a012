/**
 * Two versions of the core, N and N-1, that tell different `schemaHash`es and serve their own and the one before. The
 * production constants are those of one version; here they are changed while a node answers a hello.
 */
import { SCHEMA_HASH, SERVED_SCHEMA_HASHES } from '../../src/protocol/version.ts';
import { Broken } from './broken.ts';
import type { CoreNode } from './node.ts';

export type Version = 'N' | 'N-1';

const BEFORE = '00000000000000a1';
const LONG_BEFORE = '00000000000000a0';

const TOLD: { readonly [V in Version]: string } = { N: SCHEMA_HASH, 'N-1': BEFORE };
const SERVED: { readonly [V in Version]: readonly string[] } = {
  N: ['', SCHEMA_HASH, BEFORE],
  'N-1': ['', BEFORE, LONG_BEFORE],
};

/** What a replica of each version is filled under; the oldest is served by nobody new. */
export const HASHES: readonly string[] = [SCHEMA_HASH, BEFORE, LONG_BEFORE];

/** Runs `answer` as a node of its version does. */
export function greetedBy(node: CoreNode, answer: () => void): void {
  const served = SERVED_SCHEMA_HASHES as string[];
  const kept = [...served];
  served.splice(0, served.length, ...SERVED[node.version]);
  try {
    answer();
  } finally {
    served.splice(0, served.length, ...kept);
  }
}

/** [R5] A replica that was filled under a schema which this version does not serve is not resumed. */
export function assertReadable(
  version: Version,
  schemaHash: string,
  reply: { type: string; reset?: boolean },
): void {
  if (reply.type === 'welcome' && !reply.reset && !SERVED[version].includes(schemaHash))
    throw new Broken('R5', `a replica of schema ${schemaHash} was resumed by ${version}`);
}

/** A reply of hello as this version says it. */
export const toldBy = <R extends { type: string }>(version: Version, reply: R): R =>
  reply.type === 'welcome' ? { ...reply, schemaHash: TOLD[version] } : reply;
