import { useEffect } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { AwayCustomer, AwayView } from '../../../bridge/views.ts';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { awaySeen, showAway, useAway } from '../../state/away.ts';
import { useMirror } from '../../state/mirror.ts';
import { useMoment } from '../../state/moment.ts';
import { openCustomer } from '../../state/replica.ts';
import { session } from '../../state/session.ts';
import { Icon } from '../../ui/Icon.tsx';
import { changeText } from './changeText.ts';

/** Customers beside the head of the strip, as far as there is room; two always. */
const SHOWN = 4;
const FEW = 2;
/** Lines of one customer. */
const LINES = 2;

/**
 * What happened while this station heard nothing: how long, which customers changed in what matters, what became of
 * one's own. It moves what is below, so while somebody points there (`held`) it waits as a button in the top bar.
 */
export function AwayStrip({ held }: { held: boolean }) {
  const { t } = useWords();
  const away = useAway();
  const shown = useMoment((state) => state.awayShown) === (away?.from ?? '');
  useEffect(() => {
    if (away !== null && !shown && !held) showAway();
  }, [away, shown, held]);
  const opened = useMirror((state) => state.customerId);
  if (away === null || !shown) return null;
  const open = away.customers.filter((one) => one.profileId === opened);
  const customers = [...open, ...away.customers.filter((one) => one.profileId !== opened)];
  return (
    <section className="away" aria-label={t('away.title')} data-away={away.how}>
      <Head away={away} />
      {customers.length === 0 ? <p className="away-none">{t('away.nothing')}</p> : null}
      <ul className="away-list">
        {customers.slice(0, SHOWN).map((one) => (
          <Customer key={one.profileId} one={one} current={one.profileId === opened} />
        ))}
      </ul>
      {customers.length > FEW ? <All customers={customers} opened={opened} /> : null}
    </section>
  );
}

/** Everybody that there is something to tell of: the strip has room for few. */
function All({ customers, opened }: { customers: AwayCustomer[]; opened: string | null }) {
  const { t } = useWords();
  return (
    <DialogTrigger>
      <Button className="link away-more">{t('away.all', { count: customers.length })}</Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="popover-dialog away-all" aria-label={t('away.title')}>
          <ul>
            {customers.map((one) => (
              <Customer key={one.profileId} one={one} current={one.profileId === opened} />
            ))}
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Head({ away }: { away: AwayView }) {
  const words = useWords();
  const { t } = words;
  const length = words.age((Date.parse(away.until) - Date.parse(away.from)) / 1000);
  const from = words.time(away.from);
  const until = words.time(away.until);
  return (
    <header className="away-head">
      <h2 className="away-title">{t('away.title')}</h2>
      <button type="button" className="link away-seen" onClick={awaySeen}>
        <span>{t('away.seen')}</span> <CommandKey of="away-seen" />
      </button>
      <p>{t(`away.${away.how}`, { from, until, length })}</p>
      <p>{t('away.changed', { changed: away.changed, watched: away.watched })}</p>
      <Gaps away={away} />
    </header>
  );
}

function Gaps({ away }: { away: AwayView }) {
  const { t } = useWords();
  if (away.catchingUp) return <p className="tone-warning">{t('away.catchingUp')}</p>;
  if (away.gapsOpen > 0)
    return <p className="tone-warning">{t('away.gapsOpen', { count: away.gapsOpen })}</p>;
  const total = away.customers.reduce((sum, one) => sum + one.own.needsYou, 0);
  if (total > 0) return <p className="tone-critical">{t('away.needsYou', { count: total })}</p>;
  return <p className="tone-done">{t('away.gapsClosed')}</p>;
}

function Customer({ one, current }: { one: AwayCustomer; current: boolean }) {
  const words = useWords();
  const { t } = words;
  const { own } = one;
  const changes = one.changes.slice(0, own.total > 0 ? LINES - 1 : LINES);
  const look = (): void => {
    if (own.entryId !== null) session.setState({ pane: 'outbox', entryId: own.entryId });
    openCustomer(one.profileId);
  };
  return (
    <li>
      <button
        type="button"
        className="away-customer"
        aria-current={current ? 'true' : undefined}
        data-profile={one.profileId}
        onClick={look}
      >
        <span className="away-name">
          <bdi>{plain(one.name)}</bdi>
        </span>
        <span className={`away-gap tone-${one.gapOpen ? 'warning' : 'done'}`}>
          <Icon name={one.gapOpen ? 'hourglass' : 'check'} size={13} />
          {t(one.gapOpen ? 'away.gapOpen' : 'away.gapClosed')}
        </span>
        {one.gone ? <span className="away-line">{t('away.gone')}</span> : null}
        {changes.map((change) => (
          <span key={change.fact} className="away-line">
            {changeText(words, change)}
          </span>
        ))}
        {own.total > 0 ? <Own one={one} /> : null}
      </button>
    </li>
  );
}

/** What became of what was done for the customer meanwhile. */
function Own({ one }: { one: AwayCustomer }) {
  const { t } = useWords();
  const { own, gapOpen } = one;
  const waiting = own.waiting + own.held;
  const said = [
    waiting > 0 ? t(gapOpen ? 'away.ownHeld' : 'away.ownWaiting', { count: waiting }) : '',
    own.applied > 0 ? t('away.ownApplied', { count: own.applied }) : '',
  ].filter(Boolean);
  return (
    <span className="away-line">
      {own.needsYou > 0 ? (
        <span className="tone-critical">{t('away.ownNeedsYou', { count: own.needsYou })}</span>
      ) : null}
      {own.needsYou > 0 && said.length > 0 ? ' · ' : null}
      {said.join(' · ')}
    </span>
  );
}
