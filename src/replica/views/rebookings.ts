/** The rebookings that this console asked for, by customer and segment, and what became of them. Pure. */
import type { OutboxState } from '../../bridge/views.ts';
import { normalCode } from '../../packs/airline/identities.ts';
import type { Entry, Outbox } from '../outbox/model.ts';
import { heldEntries } from './outboxView.ts';

export type Rebooking = {
  /** Null: nothing was asked. */
  state: OutboxState | null;
  booking: string;
  segment: string;
  /** The flight that he was on when it was asked; null where it was not known. */
  flight: string | null;
  to: string | null;
  entryId: string | null;
  code: string;
  by: string | null;
  at: string;
  /** Applied, and the rows have it. */
  inRow: boolean;
};

export const NOTHING_ASKED: Rebooking = {
  ...{ state: null, booking: '', segment: '', flight: null, to: null, entryId: null },
  ...{ code: '', by: null, at: '', inRow: false },
};

/** By `BOOKING/SEGMENT`. */
export type Rebookings = Map<string, Rebooking>;

/** What was applied longer ago belongs to a flight that nobody looks after any more. */
const SETTLED_MS = 48 * 3_600_000;

/** Of each segment the last one that was asked for, without what its operator has put away. */
export function rebookingsOf(
  outbox: Outbox,
  seen: number,
  now: number,
  gapOpen: (entry: Entry) => boolean,
): Map<string, Rebookings> {
  const found = new Map<string, Rebookings>();
  const put = (entry: Entry, rest: Pick<Rebooking, 'state'> & Partial<Rebooking>): void => {
    if (entry.name !== 'rebook') return;
    const one = { ...NOTHING_ASKED, ...shape(entry), ...rest };
    const own = found.get(entry.profileId) ?? new Map<string, Rebooking>();
    const name = `${one.booking}/${one.segment}`;
    const other = own.get(name);
    if (other === undefined || other.at <= one.at) own.set(name, one);
    found.set(entry.profileId, own);
  };
  const since = new Date(now - SETTLED_MS).toISOString();
  for (const { entry, code, settledAt } of outbox.settled.values()) {
    if (settledAt < since) continue;
    const inRow = entry.mid !== null && entry.mid <= seen;
    put(entry, { state: 'applied', code, inRow });
  }
  for (const { entry, status, code, detail, archived } of outbox.conflict.values()) {
    if (archived) continue;
    const unknown = status === 'unknown' || status === 'took_effect';
    const state = status === 'conflict' ? 'conflict' : unknown ? 'unknown' : 'refused';
    const by = typeof detail?.by === 'string' ? detail.by : null;
    put(entry, { state, code: code === '' ? status : code, by });
  }
  const held = heldEntries(outbox.pending, gapOpen);
  for (const entry of outbox.pending) {
    if (entry.marked) continue;
    put(entry, { state: entry.mid !== null ? 'sent' : held.has(entry.id) ? 'held' : 'waiting' });
  }
  return found;
}

function shape(entry: Entry): Pick<Rebooking, 'booking' | 'segment' | 'flight' | 'to' | 'entryId' | 'at'> {
  const booking = normalCode(String(entry.args.booking));
  const segment = String(entry.args.segment);
  const flight = entry.baseValues[`trip.${entry.args.booking}.${segment}.flight`];
  const { to } = entry.args;
  return {
    ...{ booking, segment, entryId: entry.id, at: entry.at },
    flight: typeof flight === 'string' ? flight : null,
    to: typeof to === 'string' ? to : null,
  };
}
