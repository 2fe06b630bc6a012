import { createHmac } from 'node:crypto';
import { isoTime } from '../../../domain/time.ts';
import type { Attempt, LatencyClass } from '../rules.ts';
import type { Destination, Outgoing } from './destination.ts';

/** Webhooks as https://www.standardwebhooks.com describes them: id, timestamp and signature in headers of their own. */

export type WebhookOptions = {
  channel: string;
  url: string;
  /** `whsec_` and the key in base64. */
  secret: string;
  class: LatencyClass;
  facts: readonly string[];
  places: number;
};

const TIMEOUT_MS = 10_000;
const LONGEST_AFTER_S = 86_400;
/** Asked too early or too often: the same request can succeed later. All other 4xx never do. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);

export function webhook(options: WebhookOptions): Destination {
  const key = Buffer.from(options.secret.replace(/^whsec_/u, ''), 'base64');
  const closing = new AbortController();
  return {
    channel: options.channel,
    kind: 'webhook',
    class: options.class,
    facts: options.facts,
    places: options.places,
    deliver: (message) => post(options.url, key, message, closing.signal),
    close: () => closing.abort(),
  };
}

/** `v1,` and the HMAC-SHA-256 over id, timestamp (s) and body in base64. */
export function signatureOf(key: Buffer, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

async function post(url: string, key: Buffer, message: Outgoing, closing: AbortSignal): Promise<Attempt> {
  // The receiver compares with its own clock, so this is the machine's and not the core's, which tests move.
  const sentAt = Date.now();
  const timestamp = Math.floor(sentAt / 1000);
  const body = JSON.stringify({ type: 'action.due', timestamp: isoTime(sentAt), data: message });
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Kairos',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(key, message.id, timestamp, body),
      },
      body,
      // An address that moves is a matter for who configured it: the content is not carried after it.
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    // Only the status counts; a body that never ends must not hold the connection.
    await answer.body?.cancel();
    return attemptOf(answer);
  } catch (error) {
    return { kind: 'again', error: reasonOf(error), unclear: !isUnsent(error) };
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
const reasonOf = (error: unknown): string => `no answer (${codeOf(error)})`;
