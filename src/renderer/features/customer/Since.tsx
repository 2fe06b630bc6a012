import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { AwayCustomer, CustomerView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factLabel, flightLookup, valueText } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { useAwayOf } from '../../state/away.ts';
import type { Change } from '../../state/changes.ts';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { Tag } from '../../ui/Tag.tsx';
import { changeText } from '../away/index.ts';

/** Changes that fit into the line; the rest is one press away. */
const IN_LINE = 2;

function useChangeText(view: CustomerView) {
  const words = useWords();
  const lookup = flightLookup(view);
  const now = clock.now();
  return (change: Change): string =>
    words.t('since.change', {
      fact: factLabel(words, change.name, lookup),
      was: valueText(words, change.was, now),
      now: valueText(words, change.now, now),
    });
}

/** The line keeps its place whether or not something has changed. */
export function Since({ view, changes }: { view: CustomerView; changes: Change[] }) {
  const away = useAwayOf(view.profileId);
  if (changes.length === 0 && away !== null && away.changes.length > 0) return <WhileAway away={away} />;
  return <SinceOpened view={view} changes={changes} />;
}

/** Somebody who was opened after the gap: what changed in it, until its strip has been seen. */
function WhileAway({ away }: { away: AwayCustomer }) {
  const words = useWords();
  return (
    <p className="since">
      <Tag tone="warning">{words.t('since.away')}</Tag>
      <span className="since-text">
        {away.changes.map((change) => changeText(words, change)).join(' · ')}
      </span>
    </p>
  );
}

function SinceOpened({ view, changes }: { view: CustomerView; changes: Change[] }) {
  const { t, time } = useWords();
  const openedAt = useMirror((state) => state.openedAt);
  const text = useChangeText(view);
  if (changes.length === 0) {
    return (
      <p className="since since-none">{t('since.none', { time: time(new Date(openedAt).toISOString()) })}</p>
    );
  }
  return (
    <div className="since" aria-live="polite">
      <Tag tone="warning">{t('since.title')}</Tag>
      <span className="since-text">{changes.slice(0, IN_LINE).map(text).join(' · ')}</span>
      <DialogTrigger>
        <Button className="link">{t('since.all', { count: changes.length })}</Button>
        <Popover className="popover" placement="bottom end">
          <Dialog className="popover-dialog" aria-label={t('since.title')}>
            <ul className="since-list">
              {changes.map((change) => (
                <li key={change.name}>
                  <span>{text(change)}</span>
                  <Origin source={change.source} at={change.at} />
                </li>
              ))}
            </ul>
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
