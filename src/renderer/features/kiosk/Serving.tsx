import { useId, useRef, useState } from 'react';
import type { CustomerView } from '../../../bridge/views.ts';
import { alertWords } from '../../i18n/alerts.ts';
import { flightName, valueText } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useCard } from '../../state/card.ts';
import { factsOf } from '../../state/changes.ts';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { AlertIcon } from '../../ui/AlertIcon.tsx';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { shortName } from './identity.ts';
import { type Chosen, type Offer, offersOf, type Receipt, receiptCode, receiptOf } from './offers.ts';
import { useKiosk } from './store.ts';
import { endVisit, go, take } from './visit.ts';

/** What is wrong with his trip, what he can do about it himself, and the way to people. */
export function Offers() {
  const { t } = useWords();
  const view = useMirror((state) => state.customer);
  const suggestion = useCard((state) => state.shown);
  const problem = useKiosk((state) => state.problem);
  const [taking, setTaking] = useState(false);
  if (view === null) return <Person why="wished" />;
  if (view === undefined) return <p className="kiosk-wait">{t('kiosk.moment')}</p>;
  const offers = offersOf(suggestion);
  const choose = (offer: Offer, value: string | null): void => {
    setTaking(true);
    void take(offer, value).then(() => setTaking(false));
  };
  return (
    <section className="kiosk-serving">
      <h1 className="kiosk-name">
        {t('kiosk.hello', { name: plain(shortName(view.name).split(' ')[0] ?? '') })}
      </h1>
      <Trip view={view} />
      <p className="kiosk-problem" role="status">
        {problem === null ? '' : t(`kiosk.problem.${problem}`)}
      </p>
      <h2 className="kiosk-question">{t(offers.length > 0 ? 'kiosk.offers.title' : 'kiosk.offers.none')}</h2>
      <ul className="kiosk-offers">
        {offers.map((offer) => (
          <OfferCard key={offer.action.action} offer={offer} isBusy={taking} onChoose={choose} />
        ))}
      </ul>
      <button type="button" className="kiosk-button" onClick={() => go({ at: 'person', why: 'wished' })}>
        {t('kiosk.offers.person')}
      </button>
    </section>
  );
}

/** His next flight in one line, and what is wrong in a second. */
function Trip({ view }: { view: CustomerView }) {
  const words = useWords();
  const { t } = words;
  const now = clock.now();
  const { next, alerts } = view;
  const zone = next?.from?.zone ?? null;
  const [alert] = alerts;
  const rest = next
    ? ['gate', 'seat'].flatMap((field) => {
        const fact = next.fields[field];
        return fact
          ? [t(`kiosk.trip.${field as 'gate' | 'seat'}`, { value: valueText(words, fact.value, now) })]
          : [];
      })
    : [];
  return (
    <div className={`kiosk-trip${alert ? ` kiosk-trip-${alert.severity}` : ''}`}>
      {alert ? <AlertIcon kind={alert.kind} size={40} /> : <Icon name="plane" size={40} />}
      <div>
        {next ? (
          <p className="kiosk-trip-flight">
            {t('kiosk.trip.flight', {
              flight: next.flight ? flightName(next.flight) : '',
              to: next.to ? plain(next.to.name) : '',
              when: next.departs ? words.dayTime(next.departs, now, zone) : '',
            })}
          </p>
        ) : null}
        <p>{alert ? alertWords(words, alert, now, zone).title : rest.join(' · ')}</p>
      </div>
    </div>
  );
}

/** Ways to reach somebody that he can choose by a touch. */
const WAYS = ['app', 'sms', 'email', 'phone'] as const;

type OfferCardProps = {
  offer: Offer;
  isBusy: boolean;
  onChoose: (offer: Offer, value: string | null) => void;
};

function OfferCard({ offer, isBusy, onChoose }: OfferCardProps) {
  const words = useWords();
  const { action, kind } = offer;
  const id = useId();
  return (
    <li className="kiosk-offer">
      <h3 id={id} className="kiosk-offer-title">
        {action.title}
      </h3>
      <p>{action.sentence}</p>
      {kind === 'choice' ? (
        <div className="kiosk-choices">
          {WAYS.map((way) => (
            <button
              key={way}
              type="button"
              className="kiosk-button"
              disabled={isBusy}
              onClick={() => onChoose(offer, way)}
            >
              {valueText(words, way, clock.now())}
            </button>
          ))}
        </div>
      ) : (
        <button
          type="button"
          className="kiosk-button kiosk-main"
          disabled={isBusy}
          aria-describedby={id}
          onClick={() => onChoose(offer, null)}
        >
          {words.t(kind === 'command' ? 'kiosk.take' : 'kiosk.wish')}
        </button>
      )}
    </li>
  );
}

const RECEIPT_ICONS: { [receipt in Receipt]: IconName } = {
  counter: 'person',
  sending: 'clock',
  waits: 'offline',
  done: 'check',
  refused: 'warning',
};

/** What became of his choice, as far as it is known by now; it follows what becomes of it while he stands here. */
export function Done({ chosen }: { chosen: Chosen }) {
  const { t } = useWords();
  const view = useMirror((state) => state.customer);
  const online = useMirror(
    (state) => state.status?.connection === 'live' || state.status?.connection === 'catching-up',
  );
  const begun = useRef(false);
  const receipt = receiptOf(chosen, view, begun.current, online);
  if (receipt === 'done' || isPending(view, chosen)) begun.current = true;
  return (
    <section className="kiosk-one kiosk-done" data-receipt={receipt}>
      <Icon name={RECEIPT_ICONS[receipt]} size={72} className={`kiosk-receipt-${receipt}`} />
      <h1 className="kiosk-name" aria-live="polite">
        {t(`kiosk.receipt.${receipt}`)}
      </h1>
      <p className="kiosk-question">{chosen.title}</p>
      <p>{t(`kiosk.receiptSub.${receipt}`)}</p>
      <p className="kiosk-number">{t('kiosk.receiptNumber', { code: receiptCode(chosen.id) })}</p>
      <div className="kiosk-pair">
        <button type="button" className="kiosk-button" onClick={() => go({ at: 'offers' })}>
          {t('kiosk.more')}
        </button>
        <button type="button" className="kiosk-button kiosk-main" onClick={endVisit}>
          {t('kiosk.finish')}
        </button>
      </div>
    </section>
  );
}

const isPending = (view: CustomerView | null | undefined, { fact }: Chosen): boolean =>
  fact !== null && view != null && (factsOf(view).get(fact.name)?.pending ?? false);

/** People do the rest. */
export function Person({ why }: { why: 'wished' | 'unproven' }) {
  const { t } = useWords();
  return (
    <section className="kiosk-one">
      <Icon name="person" size={72} />
      <h1 className="kiosk-name">{t(`kiosk.person.${why}`)}</h1>
      <p className="kiosk-question">{t('kiosk.person.sub')}</p>
    </section>
  );
}
