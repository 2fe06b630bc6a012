/** Name of the protocol as `hello.proto` carries it. */
export const PROTO = 'kairos-sync/1';
/** The versions that this core serves: N and N-1 where there is one. */
export const PROTO_MIN = 1;
export const PROTO_MAX = 1;

/**
 * The hash of all message and row schemas of PROTO, pinned by version.test.ts: a change of a schema is a decision
 * about versions, never an accident. It is also the hash under which a replica is filled (`schemaHash`).
 */
export const SCHEMA_HASH = 'a8262c4fd736b0f7';

/** Hashes of replicas that are still served without a reset; "" is a client of its own, always served. */
export const SERVED_SCHEMA_HASHES: readonly string[] = ['', SCHEMA_HASH];

/** The number after `kairos-sync/`, or undefined if this is no name of the protocol. */
export function protoNumber(proto: string): number | undefined {
  const found = /^kairos-sync\/([1-9][0-9]{0,8})$/u.exec(proto);
  return found ? Number(found[1]) : undefined;
}
