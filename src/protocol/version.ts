/** Name of the protocol as `hello.proto` carries it. */
export const PROTO = 'kairos-sync/1';
/**
 * The hash of all message and row schemas of PROTO, pinned by version.test.ts: a change of a schema is a decision
 * about versions, never an accident. It is also the hash under which a replica is filled (`schemaHash`).
 */
export const SCHEMA_HASH = '36b0cf78f534344d';

/** What a core serves: version N and, where there is one, N-1. */
export type Versions = {
  min: number;
  max: number;
  /** The hash under which it fills replicas. */
  schemaHash: string;
  /** Hashes of replicas that it serves without a reset: its own and that of N-1; "" is a client of its own, always served. */
  served: readonly string[];
};

export const VERSIONS: Versions = { min: 1, max: 1, schemaHash: SCHEMA_HASH, served: ['', SCHEMA_HASH] };

/** The number after `kairos-sync/`, or undefined if this is no name of the protocol. */
export function protoNumber(proto: string): number | undefined {
  const found = /^kairos-sync\/([1-9][0-9]{0,8})$/u.exec(proto);
  return found ? Number(found[1]) : undefined;
}
