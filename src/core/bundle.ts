import { type CompiledBundle, loadBundle } from '../decision/bundle.ts';
import type { JsonObject } from '../domain/json.ts';
import type { BundleRow } from '../domain/rows.ts';
import { isoTime } from '../domain/time.ts';
import { airlineBundle } from '../packs/airline/catalogue/bundle.ts';
import type { LogStore } from './store/log.ts';

/** The bundle that consoles and the core decide with: one row, renewed before it ends. */

const ID = 'airline';
const VALID_MS = 7 * 86_400_000;
const RENEW_MS = VALID_MS / 2;

/** Writes the row where there is none, an older version, or one that ends soon; returns what decisions are made with. */
export function provideBundle(log: LogStore, now: number): CompiledBundle {
  const stored = log.row('bundle', ID);
  const known = stored && (JSON.parse(stored.json) as BundleRow);
  const fresh = airlineBundle(isoTime(now + VALID_MS));
  const left = known ? Date.parse(known.validUntil) - now : 0;
  const isGood = known && known.version === fresh.version && left > RENEW_MS && left <= VALID_MS + RENEW_MS;
  if (!isGood) {
    const row: BundleRow = {
      id: ID,
      version: fresh.version,
      validUntil: fresh.validUntil ?? '',
      bundle: JSON.parse(JSON.stringify(fresh)) as JsonObject,
    };
    log.transaction((writer) =>
      writer.commit([{ table: 'bundle', id: ID, json: JSON.stringify(row), scopes: [] }]),
    );
  }
  const loaded = loadBundle(isGood ? known.bundle : fresh);
  if (!loaded.ok) throw new Error(`the catalogue is not in order: ${loaded.error.message}`);
  return loaded.bundle;
}
