import type { Board, StationState } from '../../../domain/board.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { Icon, type IconName } from '../../ui/Icon.tsx';

const ICONS: { [state in StationState['state']]: IconName } = {
  live: 'check',
  loading: 'renew',
  slow: 'hourglass',
  offline: 'offline',
};
const TONES: { [state in StationState['state']]: string } = {
  live: 'tone-done',
  loading: 'tone-accent',
  slow: 'tone-warning',
  offline: 'tone-warning',
};

/** The consoles of the site: which of them are live, how far behind, and what they have not got rid of. */
export function Stations({ board }: { board: Board }) {
  const words = useWords();
  const { t } = words;
  const { stations, moreStations } = board;
  const here = stations.filter(({ state }) => state !== 'offline');
  return (
    <section aria-label={t('board.stations')}>
      <header className="pane-head">
        <h2 className="caption">{t('board.stations')}</h2>
        <span className="caption-note">
          {t('board.stationsNote', {
            live: here.length,
            all: stations.length + moreStations,
            current: here.filter(({ hasBundle }) => hasBundle).length,
          })}
        </span>
      </header>
      <ul>
        {stations.map((station) => (
          <li key={station.clientId} className="station" data-state={station.state}>
            <span className={TONES[station.state]}>
              <Icon name={ICONS[station.state]} />
            </span>
            <span className="station-name">
              <strong>{plain(station.station ?? t('board.stationUnknown'))}</strong> {plain(station.subject)}
            </span>
            <span
              className={station.state === 'live' ? 'station-state' : `station-state ${TONES[station.state]}`}
            >
              {stateText(words, station)}
            </span>
            <span className="station-sub">{troubleText(words, station)}</span>
          </li>
        ))}
      </ul>
      {moreStations > 0 ? (
        <p className="pane-foot">{t('board.moreStations', { count: moreStations })}</p>
      ) : null}
    </section>
  );
}

function stateText(words: Words, { state, since, behindMs }: StationState): string {
  if (state === 'offline') return words.t('board.offline', { time: words.dayTime(since, clock.now()) });
  if (state === 'slow') return words.t('board.slow', { time: words.age(behindMs / 1000) });
  return words.t(state === 'loading' ? 'board.loading' : 'board.live');
}

/** Nothing where there is nothing to do. */
function troubleText(words: Words, { unsent, parked, refused, hasBundle }: StationState): string {
  const parts: string[] = [];
  if (unsent !== null && unsent > 0) parts.push(words.t('board.unsent', { count: unsent }));
  if (parked > 0) parts.push(words.t('board.parked', { count: parked }));
  if (refused > 0) parts.push(words.t('board.refused', { count: refused }));
  if (hasBundle === false) parts.push(words.t('board.oldBundle'));
  return parts.join(' · ');
}
