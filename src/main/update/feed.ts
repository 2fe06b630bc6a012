/** Where updates come from: a folder (`file:`) or an https address, read with a limit to everything. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Refused } from './manifest.ts';

/** How long nothing may come before a download is given up, ms. */
const PATIENCE_MS = 30_000;

const NO_CACHE = { 'cache-control': 'no-cache' };

/** Opens one file of the feed; the signal ends it. @throws Refused unreachable */
export type Feed = (name: string, signal: AbortSignal) => AsyncIterable<Uint8Array>;

export const isFeedAddress = (text: string): boolean =>
  URL.canParse(text) && ['https:', 'file:'].includes(new URL(text).protocol);

/** @param address of the folder of the feed, see isFeedAddress @param get what fetches, with the system's proxies */
export function feedAt(address: string, get: typeof fetch): Feed {
  const folder = new URL(address.endsWith('/') ? address : `${address}/`);
  return async function* open(name, signal) {
    const url = new URL(name, folder);
    try {
      if (url.protocol === 'file:') {
        yield* createReadStream(fileURLToPath(url), { signal });
        return;
      }
      const answer = await get(url.href, { signal, redirect: 'error', headers: NO_CACHE });
      if (!answer.ok || answer.body === null) throw new Refused('unreachable');
      yield* Readable.fromWeb(answer.body as never) as AsyncIterable<Uint8Array>;
    } catch {
      throw new Refused('unreachable');
    }
  };
}

/**
 * Hands each piece on. What is longer than `most` or stays silent ends the download.
 * @throws Refused oversize, unreachable
 */
export async function readFrom(
  feed: Feed,
  name: string,
  most: number,
  take: (piece: Uint8Array) => unknown,
): Promise<number> {
  const control = new AbortController();
  let timer = setTimeout(() => control.abort(), PATIENCE_MS);
  let size = 0;
  try {
    for await (const piece of feed(name, control.signal)) {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), PATIENCE_MS);
      size += piece.length;
      if (size > most) throw new Refused('oversize');
      await take(piece);
    }
    return size;
  } finally {
    clearTimeout(timer);
    control.abort();
  }
}

/** A small file as a whole. @throws Refused */
export async function readSmall(feed: Feed, name: string, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await readFrom(feed, name, most, (piece) => pieces.push(piece));
  return Buffer.concat(pieces);
}
