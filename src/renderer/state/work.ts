/**
 * Work in hand: taking, giving back, the next one. A claim is a command like others (it says by itself that the core has not
 * confirmed it); whoever was too late is told who has it, and nothing is left to be put away.
 */
import type { OutboxEntry, WorkItem } from '../../bridge/views.ts';
import { clock } from './clock.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import { ask, openCustomer } from './replica.ts';

/** Renewed when less than this of it is left, while its customer is open and somebody is there. */
const RENEW_BELOW_MS = 5 * 60_000;
/** Without a key or a touch for so long nobody is there: then the lease ends by itself. */
const THERE_MS = 5 * 60_000;
const RENEW_PAUSE_MS = 60_000;

/** The contact of a customer that is worked on: the own one first. */
export function contactOf(items: readonly WorkItem[], profileId: string | null): WorkItem | null {
  const own = items.filter((item) => item.contact !== null && item.profileId === profileId);
  return own.find((item) => item.taken?.mine) ?? own[0] ?? null;
}

const isFree = (item: WorkItem): boolean =>
  item.taken === null && !item.handed && item.parkedUntil === null && item.profileId !== null;

/** Who is to be served next: the first that waits for anybody, else the first in trouble who is not open already. */
export const nextOf = (items: readonly WorkItem[], open: string | null): WorkItem | null =>
  items.find((item) => isFree(item) && item.contact?.state === 'waiting') ??
  items.find((item) => isFree(item) && item.contact === null && item.profileId !== open) ??
  null;

const itemsNow = (): readonly WorkItem[] => mirror.store.getState().work?.items ?? [];
export const inWork = (): WorkItem | null => contactOf(itemsNow(), mirror.store.getState().customerId);
export const isMine = (): boolean => inWork()?.taken?.mine ?? false;
export const canTake = (): boolean => inWork()?.taken === null;
/** What another has is not ours to put aside or hand over. */
export const isOurs = (): boolean => (inWork()?.taken?.mine ?? true) && inWork() !== null;

async function give(name: 'claim' | 'release', item: WorkItem): Promise<boolean> {
  const { profileId, contact } = item;
  const { status } = mirror.store.getState();
  if (profileId === null || contact === null) return false;
  const args = { contactId: contact.id, ...(name === 'claim' ? { station: status?.station ?? '' } : {}) };
  return (await ask('enqueue', { name, profileId, args, seen: [] })) !== undefined;
}

async function claim(item: WorkItem): Promise<boolean> {
  if (!(await give('claim', item))) return false;
  const isLive = mirror.store.getState().status?.connection === 'live';
  if (!isLive) moment.toast('warning', 'toast.claimOffline', {}, 'undo');
  return true;
}

/** A promise of false where it was not taken. */
export function take(): Promise<boolean> | undefined {
  const item = inWork();
  return item ? claim(item) : undefined;
}

/** False where it was not taken. */
export async function giveBack(): Promise<boolean> {
  const item = inWork();
  if (!item?.taken?.mine || !(await give('release', item))) return false;
  moment.toast('plain', 'toast.release');
  return true;
}

export function takeNext(): void {
  const next = nextOf(itemsNow(), mirror.store.getState().customerId);
  if (next?.profileId == null) {
    moment.toast('plain', 'toast.noNext');
    return;
  }
  openCustomer(next.profileId);
  if (next.contact !== null) void claim(next);
}

/** A claim that came too late, or a give-back of what another has by now: there is nothing to decide about it. */
export const isOver = ({ name, code }: Pick<OutboxEntry, 'name' | 'code'>): boolean =>
  (name === 'claim' || name === 'release') && (code === 'claimed' || code === 'no_contact');

const told = new Set<string>();

function tell(entry: OutboxEntry): void {
  if (told.has(entry.id)) return;
  told.add(entry.id);
  void ask('discard', { id: entry.id });
  if (entry.name !== 'claim') return;
  const values = { name: entry.profileName, by: entry.by ?? '' };
  moment.toast('critical', entry.code === 'claimed' ? 'toast.claimed' : 'toast.claimGone', values);
}

/** Whether a lease is to be renewed now (ms): that of the open customer, confirmed, half over, by somebody who is there. */
export const isToRenew = (item: WorkItem | null, now: number, untouchedFor: number): boolean =>
  item?.taken?.mine === true &&
  !item.taken.pending &&
  Date.parse(item.taken.until) - now < RENEW_BELOW_MS &&
  untouchedFor < THERE_MS;

/** Follows outbox and clock from now on. */
export function followWork(): void {
  mirror.store.subscribe(({ outbox }, before) => {
    if (outbox !== before.outbox) for (const entry of outbox?.needsYou.filter(isOver) ?? []) tell(entry);
  });
  // Of `performance.now`: a clock that is set back must not let a lease end.
  let touchedAt = performance.now();
  let renewedAt = -RENEW_PAUSE_MS;
  for (const type of ['keydown', 'pointerdown'])
    window.addEventListener(type, () => (touchedAt = performance.now()), true);
  clock.subscribe(() => {
    const now = performance.now();
    const item = inWork();
    if (now - renewedAt < RENEW_PAUSE_MS || !isToRenew(item, clock.now(), now - touchedAt)) return;
    if (mirror.store.getState().status?.connection !== 'live') return;
    renewedAt = now;
    if (item) void give('claim', item);
  });
}
