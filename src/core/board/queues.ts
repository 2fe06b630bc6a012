import type { QueueState } from '../../domain/board.ts';
import { type ContactRow, holderOf } from '../../domain/contact.ts';
import { SERVICE_LEVELS } from '../../packs/airline/service-levels.ts';
import type { TimedContact } from '../store/board.ts';

const WAITING: ReadonlySet<string> = new Set(['ringing', 'waiting']);

/**
 * Work by queue and kind, as it is at `now` (ms). The service level counts what came since `since` (ms) and was answered
 * or has waited for longer than its target; whoever gave up before that is in neither number.
 */
export function queuesOf(contacts: readonly TimedContact[], now: number, since: number): QueueState[] {
  const queues = new Map<string, QueueState>();
  for (const contact of contacts) {
    const { row } = contact;
    const isOpen = row.state !== 'ended';
    const began = Date.parse(row.since);
    if (!isOpen && !(began >= since)) continue;
    const queue = stateOf(queues, row);
    if (WAITING.has(row.state) && holderOf(row, now) === null && !(Date.parse(row.parkedUntil ?? '') > now)) {
      queue.waiting += 1;
      if (queue.oldest === null || row.since < queue.oldest) queue.oldest = row.since;
    } else if (row.state === 'active' || holderOf(row, now) !== null) queue.active += 1;
    if (!(began >= since)) continue;
    const inTime = wasInTime(contact, began, now);
    if (inTime === null) continue;
    queue.counted += 1;
    if (inTime) queue.inTime += 1;
  }
  return [...queues.values()].sort(byUrgency(now));
}

function stateOf(queues: Map<string, QueueState>, { queue, station, kind }: ContactRow): QueueState {
  const name = queue === '' ? (station ?? '') : queue;
  const key = `${name}\n${kind}`;
  const known = queues.get(key);
  if (known !== undefined) return known;
  const target = SERVICE_LEVELS[kind];
  const fresh = { queue: name, kind, waiting: 0, active: 0, oldest: null, target, counted: 0, inTime: 0 };
  queues.set(key, fresh);
  return fresh;
}

/** Null where nothing can be said: still within its time, or given up within it. */
function wasInTime(contact: TimedContact, began: number, now: number): boolean | null {
  const { row } = contact;
  const taken = [contact.answeredAt, row.takenAt === undefined ? null : Date.parse(row.takenAt)];
  const answeredAt = taken.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
  const limit = SERVICE_LEVELS[row.kind].seconds * 1000;
  if (answeredAt !== null) return answeredAt - began <= limit;
  const until = row.state === 'ended' ? Date.parse(row.at) : now;
  return until - began > limit ? false : null;
}

/** Where somebody has waited for too long first, then by name: a row moves only for a reason. */
const byUrgency =
  (now: number) =>
  (a: QueueState, b: QueueState): number => {
    const isLate = ({ oldest, target }: QueueState) =>
      oldest !== null && now - Date.parse(oldest) > target.seconds * 1000 ? 1 : 0;
    return (
      isLate(b) - isLate(a) || (a.queue < b.queue ? -1 : a.queue > b.queue ? 1 : a.kind < b.kind ? -1 : 1)
    );
  };
