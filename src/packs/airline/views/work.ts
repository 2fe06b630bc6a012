/** Where a contact stands among the work of a console: who has it, how urgent it is. Pure. */
import { type ContactRow, holderOf } from '../../../domain/contact.ts';
import { SERVICE_LEVELS } from '../service-levels.ts';

export type Standing = {
  /** Lower is served earlier; within a rank the lower `due` (ms). */
  rank: number;
  due: number;
  taken: { by: string; mine: boolean; until: string } | null;
  /** This console's operator has handed it over: it is for others. */
  handed: boolean;
  parkedUntil: string | null;
  /** What it waits since, and how soon it is to be taken (s); null where it does not wait. */
  service: { from: string; seconds: number } | null;
};

const RANK = { ringing: 0, mine: 1, active: 1, wrapup: 2, waiting: 3, another: 4, parked: 5 } as const;

/** @param subject whom the core knows this console by @param now ms */
export function standingOf(contact: ContactRow, subject: string, now: number): Standing {
  const holder = holderOf(contact, now);
  const taken = holder && { by: holder.by, mine: holder.by === subject, until: holder.until };
  const { state, since, kind } = contact;
  const { seconds } = SERVICE_LEVELS[kind];
  const isParked = Date.parse(contact.parkedUntil ?? '') > now;
  // Who was put aside or promised a call waits for the moment that was named.
  const from = contact.parkedUntil ?? since;
  const waits = taken === null && !isParked && (state === 'ringing' || state === 'waiting');
  const handed = taken === null && contact.from?.by === subject;
  const rank = rankOf(contact, isParked, taken?.mine ?? (handed ? false : null));
  return {
    rank,
    due: Date.parse(from) + (rank === RANK.waiting ? seconds * 1000 : 0),
    taken,
    handed,
    parkedUntil: isParked ? (contact.parkedUntil ?? null) : null,
    service: waits ? { from, seconds } : null,
  };
}

/** @param mine null where nobody has it */
function rankOf({ state }: ContactRow, isParked: boolean, mine: boolean | null): number {
  if (isParked) return RANK.parked;
  if (mine === null || state === 'ringing') return RANK[state === 'ended' ? 'waiting' : state];
  return mine ? RANK.mine : RANK.another;
}

/** The one that is to be served first before the other. */
export const inOrder = (a: Standing, b: Standing): number => a.rank - b.rank || a.due - b.due;
