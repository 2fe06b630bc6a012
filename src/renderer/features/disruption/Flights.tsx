import { type KeyboardEvent, useId } from 'react';
import type { DisruptedFlight, DisruptionsView } from '../../../bridge/views.ts';
import { flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { showFlight, stepFlight, useDisruption } from '../../state/disruption.ts';
import { Icon } from '../../ui/Icon.tsx';

/** The flights; the one that the arrows have reached is shown beside. */
export function Flights({ view }: { view: DisruptionsView | null }) {
  const { t, number } = useWords();
  const shown = useDisruption((state) => state.flight);
  const id = useId();
  const flights = view?.flights ?? [];
  const at = flights.findIndex(({ key }) => key === shown);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') stepFlight(1);
    else if (event.key === 'ArrowUp') stepFlight(-1);
    else if (event.key === 'ArrowRight' || event.key === 'Enter') focusPassengers();
    else return;
    event.preventDefault();
  };
  return (
    <section className="left" aria-label={t('disruption.flights')}>
      <header className="pane-head">
        <h2 className="caption">{t('disruption.flights')}</h2>
        <span className="caption-count">{view ? number(flights.length) : ''}</span>
      </header>
      <div
        role="listbox"
        tabIndex={0}
        className="flight-list"
        aria-label={t('disruption.flights')}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        onKeyDown={onKey}
      >
        {flights.map((flight, index) => (
          <FlightRow key={flight.key} id={`${id}-${index}`} flight={flight} current={index === at} />
        ))}
      </div>
      {view?.more ? <p className="pane-foot">{t('disruption.more')}</p> : null}
    </section>
  );
}

/** The list of passengers, where there is one. */
export const focusPassengers = (): void =>
  document.querySelector<HTMLElement>('[data-list="passengers"]')?.focus();

function FlightRow({ id, flight, current }: { id: string; flight: DisruptedFlight; current: boolean }) {
  const words = useWords();
  const { t } = words;
  const departs = flight.departs === null ? null : words.dayTime(flight.departs, clock.now());
  const { aboard, missing, rebooked, waiting, needsYou, open } = flight;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox has the keys of its options
    <div
      role="option"
      id={id}
      tabIndex={-1}
      aria-selected={current}
      className="flight-row"
      onClick={() => showFlight(flight.key)}
    >
      <span className={`work-icon tone-${flight.status === 'cancelled' ? 'critical' : 'warning'}`}>
        <Icon name={flight.status === 'cancelled' ? 'ban' : 'clock'} />
      </span>
      <span className="work-name">
        {flightName(flight.flight)} {plain(flight.from)}–{plain(flight.to)}
      </span>
      <span className="flight-time">{departs ?? words.date(flight.date)}</span>
      <span className="work-sub">
        {t(`disruption.${flight.status}`)}
        {flight.reason ? ` · ${plain(flight.reason)}` : ''}
      </span>
      <span className="flight-counts">
        {t('disruption.aboard', { count: aboard })}
        {missing > 0 ? ` · ${t('disruption.missing', { count: missing })}` : ''}
        {rebooked > 0 ? ` · ${t('disruption.rebooked', { count: rebooked })}` : ''}
        {waiting > 0 ? ` · ${t('disruption.waiting', { count: waiting })}` : ''}
        {open > 0 ? ` · ${t('disruption.open', { count: open })}` : ''}
        {needsYou > 0 ? (
          <strong className="flight-needs"> · {t('disruption.needsYou', { count: needsYou })}</strong>
        ) : null}
      </span>
    </div>
  );
}
