import { randomFillSync } from 'node:crypto';

const RANDOM_BYTES = 6;
const pool = Buffer.alloc(512 * RANDOM_BYTES);
let drawn = pool.length;

/** Uniform in [0, 1), of the platform's secure source, asked for many at once: an id takes 16 of them, and asking costs more than the rest. */
export function secureRandom(): number {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += RANDOM_BYTES;
  return pool.readUIntBE(drawn - RANDOM_BYTES, RANDOM_BYTES) / 2 ** (8 * RANDOM_BYTES);
}
