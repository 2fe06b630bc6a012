import type { WorkItem } from '../../../bridge/views.ts';
import { alertShort } from '../../i18n/alerts.ts';
import { activityText } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import type { Words } from '../../i18n/words.tsx';

/** The second line of an item: whose it is, or till when it rests; else why it is here and what the customer does now. */
export function workText(words: Words, item: WorkItem, now: number): string {
  const { taken, parkedUntil, contact, alert } = item;
  const reason = alert
    ? alertShort(words, alert, now, null)
    : contact
      ? (words.known(`contact.${contact.kind}.${contact.state}`) ?? contact.kind)
      : null;
  const activity = item.now ? activityText(words, item.now) : null;
  const from =
    contact?.from && taken === null
      ? words.t(item.handed ? 'work.handed' : 'work.from', { by: plain(contact.from.by) })
      : null;
  const parts = [standing(words, taken, parkedUntil), from, reason, activity].filter(Boolean);
  return parts.join(' · ') || words.t('work.expected');
}

function standing(words: Words, taken: WorkItem['taken'], parkedUntil: string | null): string | null {
  if (parkedUntil !== null) return words.t('work.parked', { time: words.time(parkedUntil) });
  if (taken === null) return null;
  if (!taken.mine) return words.t('work.with', { by: plain(taken.by) });
  return words.t(taken.pending ? 'work.unconfirmed' : 'work.mine', { time: words.time(taken.until) });
}
