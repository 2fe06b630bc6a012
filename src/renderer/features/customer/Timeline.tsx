import { useMemo } from 'react';
import type { TimelineView } from '../../../bridge/views.ts';
import { Age } from '../../i18n/Age.tsx';
import { eventText } from '../../i18n/events.ts';
import { sourceName } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock, useTick } from '../../state/clock.ts';
import { useHeldValue, useHolding } from '../../state/hold.ts';
import { useMirror } from '../../state/mirror.ts';
import { Tag } from '../../ui/Tag.tsx';

/** How long in ms an event that came while the customer was open stands out. */
const NEW_FOR = 30_000;

/** Newest first, as many as a row keeps (50). While somebody points at it, later events wait above with a count. */
export function Timeline({ events }: { events: TimelineView[] }) {
  const { t } = useWords();
  const holding = useHolding();
  const openedAt = useMirror((state) => state.openedAt);
  const sorted = useMemo(
    () => [...events].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
    [events],
  );
  const shown = useHeldValue(sorted, holding.held && sorted.length > 0);
  const waiting = sorted.length - shown.length;
  if (shown.length === 0) return <p className="empty">{t('timeline.empty')}</p>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would not scroll
    <div
      className="timeline"
      {...holding.handlers}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by key
      tabIndex={0}
      role="group"
      aria-label={t('tab.timeline')}
    >
      {waiting > 0 ? <p className="timeline-waiting">{t('timeline.waiting', { count: waiting })}</p> : null}
      <ol>
        {shown.map((event) => (
          <li key={event.id} className="timeline-place">
            <TimelineRow event={event} fresh={Date.parse(event.at) > openedAt} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function TimelineRow({ event, fresh }: { event: TimelineView; fresh: boolean }) {
  const words = useWords();
  const now = clock.now();
  const isNew = useTick((at) => fresh && at - Date.parse(event.at) < NEW_FOR);
  return (
    <div data-timeline-item={event.id} className={`timeline-row${isNew ? ' timeline-fresh' : ''}`}>
      <time className="timeline-time" dateTime={event.at}>
        {words.moment(event.at, now)}
      </time>
      <span className="timeline-source">
        <Tag>{sourceName(words, event.source)}</Tag>
      </span>
      <span className="timeline-text">
        {eventText(words, event, now)}
        {event.pending ? <span className="timeline-pending"> · {words.t('timeline.pending')}</span> : null}
      </span>
      <Age at={event.at} />
    </div>
  );
}
