import { setTimeout as pause } from 'node:timers/promises';
import type { Event } from '../../core/connectors/mapping.ts';

/** Batches to the core's public door, each until it is answered: what was sent twice has the same messageId. */

export type Refused = { index: number; code: string; message: string };
export type Door = { url: string; writeKey: string };

/** The door refuses everything that comes with this key or in this form: there is no use in going on. */
export class DoorClosed extends Error {}

const LONGEST_WAIT_MS = 30_000;
const ANSWER_MS = 30_000;

const isTransient = (status: number): boolean => status === 429 || status >= 500;

/** The bad ones among the events; the others are durable. @throws DoorClosed */
export async function send(
  { url, writeKey }: Door,
  events: readonly Event[],
  onWait: (why: string, ms: number) => void,
): Promise<Refused[]> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
  };
  const body = JSON.stringify({ batch: events });
  for (let attempt = 0; ; attempt++) {
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempt);
    const signal = AbortSignal.timeout(ANSWER_MS);
    let answer: Response;
    try {
      answer = await fetch(`${url}/v1/batch`, { method: 'POST', headers, body, signal });
      if (answer.status === 200) return ((await answer.json()) as { rejected?: Refused[] }).rejected ?? [];
    } catch (error) {
      onWait(error instanceof Error ? error.message : String(error), wait);
      await pause(wait);
      continue;
    }
    if (!isTransient(answer.status))
      throw new DoorClosed(`the core answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    const asked = Number(answer.headers.get('retry-after')) * 1_000;
    onWait(`the core answered ${answer.status}`, asked || wait);
    await pause(asked || wait);
  }
}
