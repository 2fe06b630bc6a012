/**
 * This machine as a station of its own (docs/spec/security.md C1): enrolled once with a code, then proved by a key that
 * never leaves it. The key lies in a file under a key derived from that of the outbox, so it is kept as that one is: by
 * the operating system's key store, under a passphrase, or, where somebody chose so in words, in the open.
 */
import { createPrivateKey, generateKeyPairSync, hkdfSync, sign } from 'node:crypto';
import { z } from 'zod';
import { challengeText, enrolmentText, plainCode } from '../../domain/station-proof.ts';
import { readIfThere, writeDurably } from '../settings/durable.ts';
import { Sealed, seal, unseal } from '../settings/seal.ts';

z.config({ jitless: true });

/** `sealed`: what is held, under a key derived from that of the outbox. */
const File = z.strictObject({ core: z.string(), station: z.string(), sealed: Sealed });
type File = z.infer<typeof File>;
const Held = z.strictObject({ key: z.string(), token: z.string() });
type Held = z.infer<typeof Held>;

const Enrolled = z.object({ station: z.string().min(1).max(100) });
const Challenge = z.object({ challenge: z.string().max(200) });
const Issued = z.object({ token: z.string().min(1).max(16_384), until: z.iso.datetime() });

/** Asks a door of the core. @throws StationRefused, or what the network says */
export type Ask = (path: string, body: object) => Promise<unknown>;

/** The core's code for it: `station_revoked`, `station_refused`, `enrolment_refused` and others of its table. */
export class StationRefused extends Error {}

/** A core's doors by `fetch`. */
export const askAt =
  (core: string, get: typeof fetch): Ask =>
  async (path, body) => {
    const answer = await get(new URL(path, core).href, {
      ...{ method: 'POST', redirect: 'error', headers: { 'content-type': 'application/json' } },
      ...{ body: JSON.stringify(body), signal: AbortSignal.timeout(10_000) },
    });
    const json = (await answer.json()) as { error?: { code?: string } };
    if (!answer.ok) throw new StationRefused(json.error?.code ?? String(answer.status));
    return json;
  };

export type Station = {
  id: string;
  /** The last one that was given; it says at least in which role this station works. */
  token(): string;
  /** A fresh one, and when it ends, ms. @throws StationRefused, or what the network says */
  renew(): Promise<{ token: string; until: number }>;
};

/** The station that this machine is at this core; null where it was never enrolled there, or its key was wiped. */
export function readStation(path: string, core: string, outboxKey: string, ask: Ask): Station | null {
  const text = readIfThere(path);
  if (text === null) return null;
  const file = File.parse(JSON.parse(text));
  const held = file.core === core ? open(file.sealed, outboxKey) : null;
  return held && stationOf(path, file, held, outboxKey, ask);
}

/** Makes a key and enrols it with the code. @throws StationRefused, or what the network says: nothing is kept then */
export async function enrolStation(
  path: string,
  core: string,
  code: string,
  outboxKey: string,
  ask: Ask,
): Promise<Station> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const signature = sign(null, Buffer.from(enrolmentText(plainCode(code), spki)), privateKey).toString(
    'base64',
  );
  const answer = Enrolled.parse(await ask('/v1/stations/enrol', { code, publicKey: spki, signature }));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const station = stationOf(path, { core, station: answer.station }, { key, token: '' }, outboxKey, ask);
  await station.renew();
  return station;
}

function stationOf(
  path: string,
  { core, station }: Pick<File, 'core' | 'station'>,
  first: Held,
  outboxKey: string,
  ask: Ask,
): Station {
  let held = first;
  return {
    id: station,
    token: () => held.token,
    async renew() {
      const { challenge } = Challenge.parse(await ask('/v1/stations/challenge', { station }));
      const text = Buffer.from(challengeText(station, challenge));
      const signature = sign(null, text, createPrivateKey(held.key)).toString('base64');
      const issued = Issued.parse(await ask('/v1/stations/token', { station, challenge, signature }));
      held = { ...held, token: issued.token };
      const file: File = { core, station, sealed: seal(JSON.stringify(held), sealingKey(outboxKey)) };
      writeDurably(path, JSON.stringify(file));
      return { token: issued.token, until: Date.parse(issued.until) };
    },
  };
}

const sealingKey = (outboxKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(outboxKey, 'hex'), '', 'kairos station key', 32));

/** Null where the key is another one: a wipe took it, and the station has to be enrolled anew. */
function open(sealed: Sealed, outboxKey: string): Held | null {
  const text = unseal(sealed, sealingKey(outboxKey));
  return text === null ? null : Held.parse(JSON.parse(text));
}
