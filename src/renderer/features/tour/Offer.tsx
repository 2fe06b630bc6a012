import { useWords } from '../../i18n/words.tsx';
import { useSettings } from '../../state/settings.ts';
import { putTourAway, startTour, TOUR, useTour } from '../../state/tour.ts';
import { Action } from '../../ui/Action.tsx';

/** Offered to whoever works here for the first time, where nobody is open: it covers nothing and takes no key. */
export function TourOffer() {
  const { t } = useWords();
  const isNew = useSettings((state) => !state.toured);
  const isOn = useTour((state) => state.step !== null);
  if (!isNew || isOn) return null;
  return (
    <section className="tour-offer" aria-label={t('tour.title')}>
      <p>
        <strong>{t('tour.new')}</strong> {t('tour.newSub', { count: TOUR.length })}
      </p>
      <div className="tour-answers">
        <Action small kind="recommended" onPress={startTour}>
          {t('tour.start')}
        </Action>
        <Action small kind="quiet" onPress={putTourAway}>
          {t('tour.notNow')}
        </Action>
      </div>
    </section>
  );
}
