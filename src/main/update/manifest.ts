/**
 * The signed word about one release (docs/package.md "Updates"): `CHANNEL.json` and, beside it, its Ed25519 signature
 * over exactly these bytes, 64 of them. Pure: what is on the disk and on the way is elsewhere.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { readBy } from '../../domain/read.ts';
import { compareVersions, isVersion } from './version.ts';

z.config({ jitless: true });

export const MAX_MANIFEST_BYTES = 64 * 1024;
export const SIGNATURE_BYTES = 64;
/** A console with its Electron has 110 MB; what claims to be larger than this is none. */
export const MAX_PACKAGE_BYTES = 600 * 1024 * 1024;
/** However long a manifest says that it holds, a station believes it for so long only. */
const LONGEST_LIFE_MS = 180 * 86_400_000;

const version = z.string().refine(isVersion);
const Package = z.strictObject({
  platform: z.enum(['linux', 'win32', 'darwin']),
  arch: z.enum(['x64', 'arm64']),
  /** A name beside the manifest, never a path. */
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,150}$/u),
  size: z.number().int().min(1).max(MAX_PACKAGE_BYTES),
  sha512: z.string().regex(/^[0-9a-f]{128}$/u),
});
const Manifest = z.strictObject({
  form: z.literal(1),
  product: z.literal('kairos-console'),
  channel: z.string().regex(/^[a-z]{1,20}$/u),
  version,
  /** Older consoles need a version between first. */
  minVersion: version,
  released: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** Percent of the stations whose turn it is. */
  share: z.number().min(0).max(100),
  packages: z.array(Package).min(1).max(12),
});
export type Manifest = z.infer<typeof Manifest>;
export type Package = z.infer<typeof Package>;

/**
 * Why an update is not taken. `current` and `not_yet` are no faults: there is nothing newer, or it is the turn of other
 * stations first.
 */
export const REFUSALS = [
  'current',
  'not_yet',
  'unreachable',
  'malformed',
  'signature',
  'expired',
  'channel',
  'older',
  'too_old',
  'platform',
  'oversize',
  'incomplete',
  'hash',
  'install_failed',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export class Refused extends Error {
  readonly code: Refusal;
  constructor(code: Refusal) {
    super(code);
    this.code = code;
  }
}

/** @returns null where there is no key: this package takes no updates. @throws where it is no Ed25519 key */
export function readUpdateKey(pem: string | null): KeyObject | null {
  if (pem === null) return null;
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the update key is no Ed25519 key');
  return key;
}

/** Nothing of it is read before its signature is right. @throws Refused */
export function readManifest(bytes: Uint8Array, signature: Uint8Array, key: KeyObject): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw new Refused('oversize');
  if (signature.length !== SIGNATURE_BYTES || !verify(null, bytes, key, signature))
    throw new Refused('signature');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refused('malformed');
  }
  const manifest = readBy(Manifest, parsed);
  if (!manifest.success) throw new Refused('malformed');
  return manifest.data;
}

/** What asks: the installed version, on which machine, at which station, of which channel, when (ms). */
export type Asker = {
  version: string;
  platform: string;
  arch: string;
  station: string;
  channel: string;
  now: number;
};

/** The package to take. @throws Refused */
export function choosePackage(manifest: Manifest, asker: Asker): Package {
  if (manifest.channel !== asker.channel) throw new Refused('channel');
  const released = Date.parse(manifest.released);
  if (asker.now >= Math.min(Date.parse(manifest.expires), released + LONGEST_LIFE_MS))
    throw new Refused('expired');
  const order = compareVersions(manifest.version, asker.version);
  if (order < 0) throw new Refused('older');
  if (order === 0) throw new Refused('current');
  if (compareVersions(asker.version, manifest.minVersion) < 0) throw new Refused('too_old');
  const found = manifest.packages.find(
    ({ platform, arch }) => platform === asker.platform && arch === asker.arch,
  );
  if (found === undefined) throw new Refused('platform');
  if (turnOf(asker.station, manifest.version) >= manifest.share) throw new Refused('not_yet');
  return found;
}

/** From 0 to 100: where a station stands in the queue for a version, always the same, and another for the next one. */
export function turnOf(station: string, ofVersion: string): number {
  const digest = createHash('sha256').update(`${ofVersion}\n${station}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}
