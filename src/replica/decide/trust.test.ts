import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { BundleSigner } from '../../core/learn/sign.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { BundleRow } from '../../domain/rows.ts';
import { airlineBundle } from '../../packs/airline/catalogue/bundle.ts';
import { BundleHolder } from './suggest.ts';
import { BundleTrust } from './trust.ts';

const validUntil = '2030-01-01T00:00:00.000Z';
const bundle = JSON.parse(JSON.stringify(airlineBundle(validUntil))) as JsonObject;
const plain: BundleRow = { id: 'airline', version: 'v1', validUntil, bundle };
const own = new BundleSigner(Buffer.alloc(32, 1));
const other = new BundleSigner(Buffer.alloc(32, 2));

let path: string;
let trust: BundleTrust;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'trust-')), 'bundle-key');
  trust = new BundleTrust(path);
});

describe('[D31] a console decides with a bundle', () => {
  it('that is signed as it stands, and with no other', () => {
    expect(trust.problemOf(plain)).toBe('unsigned');
    expect(trust.problemOf({ ...plain, signature: 'ed25519.x.y' })).toBe('unsigned');
    const good = own.sign(plain);
    const changed: BundleRow[] = [
      { ...good, version: 'v2' },
      { ...good, validUntil: '2031-01-01T00:00:00.000Z' },
      { ...good, id: 'other' },
      { ...good, bundle: { ...bundle, catalogue: [] } },
      { ...good, signature: `${good.signature?.slice(0, -4)}AAAA` },
      { ...good, signature: good.signature?.replace(own.key, other.key) as string },
    ];
    for (const row of changed) expect(trust.problemOf(row)).toBe('forged');
    expect(existsSync(path)).toBe(false);
    expect(trust.problemOf(good)).toBeNull();
  });

  it('of the key that it saw first, over restarts, until the station is wiped', () => {
    expect(trust.problemOf(own.sign(plain))).toBeNull();
    const later = new BundleTrust(path);
    expect(later.problemOf(other.sign(plain))).toBe('other_key');
    expect(later.problemOf(own.sign({ ...plain, version: 'v2' }))).toBeNull();
    later.forget();
    expect(trust.problemOf(other.sign(plain))).toBeNull();
  });

  it('and with none at all after one that may not be used', () => {
    const holder = new BundleHolder(trust);
    holder.use(plain);
    expect([holder.problem, holder.get()]).toEqual(['unsigned', null]);
    holder.use(own.sign(plain));
    expect([holder.problem, holder.get()?.row.version]).toEqual([null, 'v1']);
    holder.use(other.sign({ ...plain, version: 'v2' }));
    expect([holder.problem, holder.get()]).toEqual(['other_key', null]);
    holder.use(own.sign({ ...plain, version: 'v3', bundle: {} }));
    expect([holder.problem, holder.get()]).toEqual(['unreadable', null]);
    holder.use({ ...plain, version: 'v4' });
    expect([holder.problem, holder.get()]).toEqual(['unsigned', null]);
    holder.use(own.sign({ ...plain, version: 'v5' }));
    expect([holder.problem, holder.get()?.row.version]).toEqual([null, 'v5']);
  });
});
