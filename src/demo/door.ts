import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Analytics } from '@segment/analytics-node';
import type { ContactMessage, SegmentMessage } from './timeline.ts';

/** What the core said so far: `loaded` events and contacts are durable, `rejected` ones it will never take. */
export type Tally = { loaded: number; rejected: number };

/** The core's public door, seen from a source of events. */
export type Door = {
  tally: Tally;
  /** Hands an event to the Segment SDK; waits only while too many are on the way. */
  send(message: SegmentMessage): Promise<void>;
  /** Posts a contact after those posted before it. */
  post(contact: ContactMessage): Promise<void>;
  /** Until everything handed over is answered. */
  settled(): Promise<void>;
  /**
   * Ends the contacts that are open, since nobody else would, waits for what is on the way, for at most `ms`, and ends;
   * to be called after `stopped`.
   */
  close(ms: number): Promise<void>;
};

type Answer = { status: number; statusText: string; body: string };
type Request = { url: string; method: string; headers: Record<string, string>; body: string };
type Persistent = (request: Request) => Promise<Answer>;
type Rejection = { index: number; code: string; message: string };

const ON_THE_WAY = 1000;
const BATCH = 100;
/** How long the SDK collects before it sends a batch that is not full, ms. */
const COLLECT_MS = 20;
const REQUEST_MS = 30_000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5000;

const worthRepeating = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** The core's wish where it has one, else doubling with jitter, so that sources do not come back all at once. */
function waitMs(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter) * 1000;
  if (retryAfter && asked > 0) return Math.min(asked, 60_000);
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
}

/**
 * One request until it is answered for good: a core that is away, busy or restarting is waited for, so nothing is
 * lost. After `stopped` the first failure counts.
 */
function persistent(stopped: AbortSignal, warn: (sentence: string) => void): Persistent {
  let away = false;
  return async (request: Request): Promise<Answer> => {
    for (let attempt = 0; ; attempt++) {
      let retryAfter: string | null = null;
      try {
        const { url, ...init } = request;
        const response = await fetch(url, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });
        const { status, statusText } = response;
        const body = await response.text();
        if (!worthRepeating(status)) {
          away = false;
          return { status, statusText, body };
        }
        retryAfter = response.headers.get('retry-after');
      } catch (error) {
        if (!away)
          warn(`The core at ${new URL(request.url).origin} does not answer, trying again: ${reason(error)}`);
        away = true;
      }
      if (stopped.aborted) throw new Error('the core did not answer before the end');
      await pause(waitMs(attempt, retryAfter), undefined, { signal: stopped }).catch(() => undefined);
    }
  };
}

function reason(error: unknown): string {
  const cause = (error as { cause?: { code?: string } }).cause;
  return cause?.code ?? (error as Error).message;
}

function rejectionsIn(text: string): Rejection[] {
  try {
    const { rejected } = JSON.parse(text) as { rejected?: Rejection[] };
    return Array.isArray(rejected) ? rejected : [];
  } catch {
    return [];
  }
}

/** Lets callers wait until a number has fallen low enough. */
function gauge() {
  let count = 0;
  let released = false;
  let waiting: { below: number; go: () => void }[] = [];
  return {
    up: () => void count++,
    down: () => {
      count--;
      const ready = waiting.filter((w) => count < w.below);
      waiting = waiting.filter((w) => count >= w.below);
      for (const { go } of ready) go();
    },
    below: (below: number): Promise<void> =>
      released || count < below ? Promise.resolve() : new Promise((go) => waiting.push({ below, go })),
    /** Nobody waits any more. */
    release: () => {
      released = true;
      for (const { go } of waiting) go();
      waiting = [];
    },
  };
}

/**
 * Opens the door of the core at `url` (origin only); `warn` gets sentences for a person. From `stopped` on nothing is
 * tried again and nobody waits for room.
 */
export function openDoor(
  url: string,
  writeKey: string,
  stopped: AbortSignal,
  warn: (sentence: string) => void,
): Door {
  const tally: Tally = { loaded: 0, rejected: 0 };
  const pending = gauge();
  // Every request that waits for the core listens to it, and many may wait.
  setMaxListeners(0, stopped);
  const request = persistent(stopped, warn);
  stopped.addEventListener('abort', pending.release, { once: true });
  const refuse = (what: string): void => {
    tally.rejected++;
    if (tally.rejected <= 5) warn(`The core refuses ${what}`);
  };
  const analytics = segment(url, writeKey, request, ({ index, code, message }) => {
    tally.loaded--;
    refuse(`event ${index} of a batch (${code}): ${message}`);
  });
  // Not by callbacks: the SDK holds each of them back for 300 ms, and the load with it.
  for (const type of ['track', 'identify', 'page', 'screen'] as const) {
    analytics.on(type, () => {
      tally.loaded++;
      pending.down();
    });
  }
  analytics.on('error', ({ reason: why }) => {
    refuse(`a batch: ${reason(why)}`);
    pending.down();
  });
  const postNow = (contact: ContactMessage): Promise<void> =>
    postContact(url, writeKey, request, contact)
      .then((trouble) => (trouble ? refuse(`contact ${contact.id}: ${trouble}`) : void tally.loaded++))
      .finally(pending.down);
  let last: Promise<void> = Promise.resolve();
  const open = new Map<string, ContactMessage>();
  const enqueue = (contact: ContactMessage): void => {
    if (contact.state === 'ended') open.delete(contact.id);
    else open.set(contact.id, contact);
    pending.up();
    last = last.then(() => postNow(contact));
  };
  return {
    tally,
    async send(message) {
      await pending.below(ON_THE_WAY);
      pending.up();
      hand(analytics, message);
    },
    async post(contact) {
      await pending.below(ON_THE_WAY);
      enqueue(contact);
    },
    settled: () => pending.below(1),
    async close(ms) {
      const at = new Date().toISOString();
      for (const contact of [...open.values()]) enqueue({ ...contact, state: 'ended', at });
      await Promise.all([
        analytics.closeAndFlush({ timeout: ms }),
        Promise.race([last, pause(ms, undefined, { ref: false })]),
      ]);
    },
  };
}

/** The Segment SDK over our own request, which tries again by itself; `rejected` hears of single events refused. */
function segment(
  url: string,
  writeKey: string,
  request: Persistent,
  rejected: (rejection: Rejection) => void,
): Analytics {
  const makeRequest = async (batch: Request) => {
    const { status, statusText, body } = await request(batch);
    if (status < 300) for (const rejection of rejectionsIn(body)) rejected(rejection);
    return { status, statusText };
  };
  return new Analytics({
    writeKey,
    host: url,
    flushAt: BATCH,
    flushInterval: COLLECT_MS,
    maxRetries: 0,
    httpClient: { makeRequest },
  });
}

/** What went wrong, null when the core took the contact. */
async function postContact(
  url: string,
  writeKey: string,
  request: Persistent,
  contact: ContactMessage,
): Promise<string | null> {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  try {
    const { status, body } = await request({
      url: `${url}/v1/contacts`,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(contact),
    });
    return status < 300 ? null : `${status} ${body.slice(0, 200)}`;
  } catch (error) {
    return reason(error);
  }
}

function hand(analytics: Analytics, message: SegmentMessage): void {
  const { type, userId, anonymousId, event = '', name, properties, traits, ...rest } = message;
  const who = userId ? { userId, anonymousId } : { anonymousId: anonymousId ?? '' };
  if (type === 'identify') analytics.identify({ ...rest, ...who, traits });
  else if (type === 'track') analytics.track({ ...rest, ...who, event, properties });
  else analytics[type]({ ...rest, ...who, name, properties });
}
