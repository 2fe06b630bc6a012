import { useEffect, useState } from 'react';
import type { LaterView, SuggestedAction, SuggestionView } from '../../../bridge/views.ts';
import { Age } from '../../i18n/Age.tsx';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { accept, answer, showNewer, startDeclining, toggleWhy } from '../../state/answer.ts';
import { openedAction, READY_AFTER, useCard } from '../../state/card.ts';
import { clock } from '../../state/clock.ts';
import { useMoment } from '../../state/moment.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { Answered } from './Answered.tsx';
import { Declining } from './Declining.tsx';
import { Reasons } from './Reasons.tsx';
import { Why } from './Why.tsx';

export function Card({ shown }: { shown: SuggestionView }) {
  const words = useWords();
  const action = useCard(openedAction);
  const answered = useCard((state) => state.answered);
  const why = useCard((state) => state.why);
  if (action === null) return null;
  return (
    <article
      data-suggestion={action.action}
      className={`card${answered ? ' card-answered' : ''}`}
      aria-label={plain(action.title)}
    >
      <Made shown={shown} />
      <div className="card-lead">
        <span className="card-mode">
          {words.t(shown.mode === 'respond' ? 'next.respond' : 'next.inspire')}
        </span>
        <span className="card-lane">{words.known(`lane.${action.lane}`)}</span>
      </div>
      <h3 className="card-title">{plain(action.title)}</h3>
      <blockquote className="card-say">
        {words.t('next.quote', { sentence: plain(action.sentence) })}
      </blockquote>
      <Gates shown={shown} action={action} />
      <Reasons action={action} />
      <div className="card-foot">
        {shown.oldestInput ? (
          <span>
            <Age at={shown.oldestInput} text="next.oldest" />
          </span>
        ) : (
          <span />
        )}
        <button type="button" className="link" aria-expanded={why} onClick={toggleWhy}>
          {words.t('next.why')} <CommandKey of="why" />
        </button>
      </div>
      {answered ? <Answered answered={answered} /> : <Answers />}
      {answered === null && action.later ? <Later later={action.later} /> : null}
      {why ? <Why shown={shown} action={action} /> : null}
      <Newer />
    </article>
  );
}

/** Made without the core: when, with which bundle, and whether that has run out. */
function Made({ shown }: { shown: SuggestionView }) {
  const { t, time } = useWords();
  const { bundle } = shown;
  if (!shown.madeOffline && !bundle.expired) return null;
  return (
    <p className="card-made">
      <Icon name="offline" />
      <span>
        {shown.madeOffline ? <strong>{t('next.offline', { time: time(shown.at) })}</strong> : null}{' '}
        {t(bundle.expired ? 'next.bundleExpired' : 'next.bundle', { version: plain(bundle.version) })}
        {shown.oldestInput ? t('next.factsOf', { time: time(shown.oldestInput) }) : null}
      </span>
    </p>
  );
}

function Gates({ shown, action }: { shown: SuggestionView; action: SuggestedAction }) {
  const words = useWords();
  const now = clock.now();
  const late = shown.bestUntil !== null && Date.parse(shown.bestUntil) < now;
  return (
    <p className="card-gates">
      {shown.bestUntil ? (
        <Tag tone={late ? 'warning' : 'done'}>
          {words.t(late ? 'next.bestWas' : 'next.bestUntil', { time: words.dayTime(shown.bestUntil, now) })}
        </Tag>
      ) : null}
      {shown.mode === 'inspire' && shown.sendAt ? (
        <Tag tone="accent">{words.t('next.earliest', { time: words.dayTime(shown.sendAt, now) })}</Tag>
      ) : null}
      <Tag tone="outline">{words.known(`channel.${action.channel}`) ?? plain(action.channel)}</Tag>
      <Tag tone="outline">{words.known(`approach.${action.approach}`) ?? plain(action.approach)}</Tag>
      {shown.explored ? <Tag tone="outline">{words.t('next.explored')}</Tag> : null}
    </p>
  );
}

/** The same at its right time, when the customer is gone: one key plans it. */
function Later({ later }: { later: LaterView }) {
  const words = useWords();
  const now = clock.now();
  const connected = useMoment((state) => state.link === 'connected');
  const at = Date.parse(later.sendAt) <= now ? 'now' : words.dayTime(later.sendAt, now);
  const values = {
    channel: words.known(`channel.${later.channel}`) ?? plain(later.channel),
    at,
    until: words.dayTime(later.bestUntil, now),
  };
  return (
    <button
      type="button"
      className="card-line card-later"
      disabled={!connected}
      onClick={() => void answer('schedule')}
    >
      <Icon name="clock" />
      <span>{words.t('next.schedule', values)}</span>
      <CommandKey of="schedule" />
    </button>
  );
}

/** Whether the card could have been read by now: from then on its keys act, and show it. */
function useReady(): boolean {
  const shownAt = useCard((state) => state.shownAt);
  const [readyFor, setReadyFor] = useState(-1);
  useEffect(() => {
    const wait = Math.max(0, shownAt + READY_AFTER - performance.now());
    const timer = setTimeout(() => setReadyFor(shownAt), wait);
    return () => clearTimeout(timer);
  }, [shownAt]);
  return readyFor === shownAt;
}

function Answers() {
  const { t } = useWords();
  const key = useKeyOf();
  const declining = useCard((state) => state.mode === 'declining');
  const connected = useMoment((state) => state.link === 'connected');
  const ready = useReady();
  if (declining) return <Declining />;
  return (
    <div className="card-answers" data-ready={ready}>
      <Action kind="filled" keyName={key('accept')} isDisabled={!connected} onPress={accept}>
        {t('next.accept')}
      </Action>
      <Action keyName={key('later')} isDisabled={!connected} onPress={() => void answer('later')}>
        {t('next.later')}
      </Action>
      <Action keyName={key('decline')} isDisabled={!connected} onPress={startDeclining}>
        {t('next.decline')}
      </Action>
    </div>
  );
}

function Newer() {
  const { t } = useWords();
  const newer = useCard((state) => (state.answered === null ? state.newer : null));
  if (newer === null) return null;
  return (
    <button type="button" className="card-line card-newer" onClick={showNewer}>
      <Icon name="renew" />
      <span>
        <strong>{t('next.newer')}</strong>
        {': '}
        {newer.primary ? plain(newer.primary.title) : t('next.newerNone')}
      </span>
      <CommandKey of="newer" />
    </button>
  );
}
