import { createHmac } from 'node:crypto';
import { isoTime } from '../../domain/time.ts';
import type { Attempt } from '../intents/rules.ts';

/** Webhooks as https://www.standardwebhooks.com describes them: id, timestamp and signature in headers of their own. */

export type Hook = {
  /** Equal in every attempt: the receiver knows by it what it has already. */
  id: string;
  type: string;
  data: object;
};

const TIMEOUT_MS = 10_000;
const LONGEST_AFTER_S = 86_400;
/** Asked too early or too often: the same request can succeed later. All other 4xx never do. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);

/** The key that a configured secret (`whsec_` and base64) stands for. */
export const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/u, ''), 'base64');

/** `v1,` and the HMAC-SHA-256 over id, timestamp (s) and body in base64. */
function signatureOf(key: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** How an attempt ended; `status` null: there was no answer. */
export type Answer = { attempt: Attempt; status: number | null };

/** One attempt; never throws. */
export async function postHook(url: string, key: Buffer, hook: Hook, closing: AbortSignal): Promise<Answer> {
  // The receiver compares with its own clock, so this is the machine's and not the core's, which tests move.
  const sentAt = Date.now();
  const timestamp = Math.floor(sentAt / 1000);
  const body = JSON.stringify({ type: hook.type, timestamp: isoTime(sentAt), data: hook.data });
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Kairos',
        'webhook-id': hook.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(key, hook.id, timestamp, body),
      },
      body,
      // An address that moves is a matter for who configured it: the content is not carried after it.
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    // Only the status counts; a body that never ends must not hold the connection.
    await answer.body?.cancel();
    return { attempt: attemptOf(answer), status: answer.status };
  } catch (error) {
    const attempt = { kind: 'again', error: reasonOf(error), unclear: !isUnsent(error) } as const;
    return { attempt, status: null };
  }
}

function attemptOf({ status, headers }: Response): Attempt {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const error = `HTTP ${status}`;
  if (status < 500 && !AGAIN.has(status)) return { kind: 'refused', error };
  const after = Number(headers.get('retry-after'));
  const afterMs = after > 0 ? Math.min(after, LONGEST_AFTER_S) * 1000 : 0;
  // A gateway that answers 502 or 504 cannot say what became of the request behind it.
  return { kind: 'again', error, unclear: status >= 500, afterMs };
}

const codeOf = (error: unknown): string => {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : error instanceof Error ? error.name : 'unknown';
};

/** No connection, so nothing can have arrived. */
const isUnsent = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    codeOf(error),
  );

/** A code, never the message: that may carry the address with its secrets. */
export const reasonOf = (error: unknown): string => `no answer (${codeOf(error)})`;
