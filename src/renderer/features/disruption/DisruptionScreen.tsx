import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { Flights } from './Flights.tsx';
import { Passengers } from './Passengers.tsx';
import { Preview } from './Preview.tsx';

/** What is cancelled or late at this station, who is aboard, and how far their rebooking is. */
export function DisruptionScreen() {
  const { t } = useWords();
  const view = useMirror((state) => state.disruptions);
  const offline = useMirror((state) => state.status?.connection === 'offline');
  const nothing = view !== null && view.flights.length === 0;
  return (
    <div className="work">
      {offline ? (
        <p className="board-old strip-warning" role="status">
          {t('disruption.offline')}
        </p>
      ) : null}
      {nothing ? (
        <main className="gatehouse">
          <div className="gatehouse-card gatehouse-plain" role="status">
            <h1 className="gatehouse-title">{t('disruption.empty')}</h1>
            <p>{t('disruption.emptySub')}</p>
          </div>
        </main>
      ) : (
        <main className="main disruption" aria-busy={view === null}>
          <h1 className="board-name">{t('disruption.title')}</h1>
          <Flights view={view} />
          <Passengers />
        </main>
      )}
      <Preview />
    </div>
  );
}
