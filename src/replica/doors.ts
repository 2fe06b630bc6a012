/** The core's HTTP doors, for what is no part of the replica: answers go to a window and are not kept on the disk. */
import { type ErrorCode, PortFailure } from '../bridge/errors.ts';
import type { Json } from '../domain/json.ts';

const TIMEOUT_MS = 10_000;

const CODES: { readonly [status: number]: ErrorCode } = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'not_found',
  409: 'changed',
  422: 'refused',
  429: 'rate',
};

export type Doors = { get<T>(path: string): Promise<T>; post<T>(path: string, body: object): Promise<T> };

/** A text as one step of a path: it leads to no other door, whatever a page has put there. @throws PortFailure `not_found` */
export function step(text: string): string {
  // What is no text, and what an address takes for a way up.
  if (/\p{Surrogate}|^\.{1,2}$/u.test(text)) throw new PortFailure('not_found');
  return encodeURIComponent(text);
}

/** @param token the one in force now; calls throw PortFailure, `offline` where nobody answers in time */
export function doorsOf(url: string, token: () => string): Doors {
  async function ask<T>(path: string, body?: object): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const json: unknown = await answer.json();
      if (answer.ok) return json as T;
      throw failureOf(answer.status, json);
    } catch (error) {
      if (error instanceof PortFailure) throw error;
      throw new PortFailure('offline');
    }
  }
  return { get: (path) => ask(path), post: (path, body) => ask(path, body) };
}

function failureOf(status: number, json: unknown): PortFailure {
  const { error } = json as { error?: { message?: Json } };
  return new PortFailure(CODES[status] ?? 'offline', { message: error?.message ?? '' });
}
