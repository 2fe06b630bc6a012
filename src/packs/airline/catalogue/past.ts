import type { HistoryEntry } from '../../../decision/contract.ts';
import type { EventRow } from '../../../domain/event.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';

/** What was suggested and sent before, out of the timeline. */
export interface Past {
  /** Presented, taken or declined suggestions and messages: what caps count. */
  readonly history: readonly HistoryEntry[];
  /** Per action the time (milliseconds) of the last outcome that settles it. */
  readonly settled: ReadonlyMap<string, number>;
  /** Actions that the customer has taken up or turned down. */
  readonly answered: ReadonlySet<string>;
}

/** An action that was taken or declined is not suggested again for so long, unless its cause is newer. */
const SETTLED_MS = 12 * 3_600_000;
/** What is merely presented may still be taken. */
const SETTLING: ReadonlySet<Json> = new Set([
  'operator-declined',
  'customer-declined',
  'positive',
  'complaint',
  'opt-out',
]);

/** Reads decisions, outcomes and messages of a timeline; outcomes of a decision that is not there say nothing. */
export function readPast(events: readonly EventRow[]): Past {
  const chosen = new Map<string, { action: string; channel: string }>();
  for (const event of events) {
    const record = event.type === 'decision' ? event.properties['record'] : undefined;
    if (!isObject(record) || typeof record['id'] !== 'string') continue;
    // Where the operator took an alternative, the outcome is about that one.
    const about = isObject(record['presented']) ? record['presented'] : record['chosen'];
    if (!isObject(about)) continue;
    const { action, channel } = about;
    if (typeof action === 'string' && typeof channel === 'string')
      chosen.set(record['id'], { action, channel });
  }
  const history: HistoryEntry[] = [];
  const settled = new Map<string, number>();
  const answered = new Set<string>();
  // A message and what came of it are one contact, not two.
  const sent = new Set(
    events.filter(({ name }) => name === 'Message Sent').map(({ properties }) => properties['decisionId']),
  );
  // What is planned for later is not suggested meanwhile, unless it was taken back.
  const takenBack = new Set(events.map(({ properties }) => properties['scheduleId']));
  const settle = (action: string, at: number) => settled.set(action, Math.max(at, settled.get(action) ?? at));
  for (const event of events) {
    const at = Date.parse(event.at);
    if (Number.isNaN(at)) continue;
    if (event.type === 'outcome') {
      const what = chosen.get(String(event.properties['decisionId']));
      const outcome = event.properties['outcome'] as Json;
      if (what === undefined) continue;
      if (!sent.has(event.properties['decisionId']))
        history.push({ ...what, at: new Date(at).toISOString() });
      if (SETTLING.has(outcome)) settle(what.action, at);
      if (SETTLING.has(outcome) && outcome !== 'operator-declined') answered.add(what.action);
    } else if (event.type === 'schedule') {
      const { action } = event.properties;
      if (typeof action === 'string' && !takenBack.has(event.id)) settle(action, at);
    } else if (event.name === 'Order Completed') {
      for (const product of boughtIn(event.properties)) settle(product, at);
    } else if (event.name === 'Message Sent') {
      const { action, channel } = event.properties;
      if (typeof action !== 'string' || typeof channel !== 'string') continue;
      history.push({ action, channel, at: new Date(at).toISOString() });
      settle(action, at);
    }
  }
  history.sort((a, b) => (a.at < b.at ? -1 : 1));
  return { history, settled, answered };
}

/** What an order of Segment's e-commerce spec names, by `sku` or `product_id`; a shop sells an action under the action's id. */
function boughtIn({ products }: JsonObject): string[] {
  if (!Array.isArray(products)) return [];
  return products
    .filter(isObject)
    .flatMap(({ sku, product_id }) => [sku, product_id])
    .filter((id): id is string => typeof id === 'string');
}

/** [B12] A question that the customer has answered, or did not want to answer, is not asked again, however long ago. */
export const isAnswered = (past: Past, action: string): boolean => past.answered.has(action);

/** Whether an action is done with: an outcome of the last 12 hours that is no older than its cause. */
export function settledSince(past: Past, action: string, cause: string | undefined, now: number): boolean {
  const at = past.settled.get(action);
  if (at === undefined || at <= now - SETTLED_MS) return false;
  const since = cause === undefined ? Number.NEGATIVE_INFINITY : Date.parse(cause);
  return !(at < since);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
