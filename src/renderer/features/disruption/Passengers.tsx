import { type KeyboardEvent, useEffect, useId } from 'react';
import type { DisruptedPassenger } from '../../../bridge/views.ts';
import { flightName } from '../../i18n/facts.ts';
import { keyName, useKeyOf } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { canChoose } from '../../state/bulk.ts';
import { useRegistry } from '../../state/commands.ts';
import {
  chooseAll,
  disruption,
  FILTERS,
  isIn,
  openPassenger,
  showPreview,
  toggle,
  useDisruption,
} from '../../state/disruption.ts';
import { useMirror } from '../../state/mirror.ts';
import { Action } from '../../ui/Action.tsx';
import { VirtualRows } from '../../ui/VirtualRows.tsx';
import { focusPassengers } from './Flights.tsx';
import { PassengerRow } from './PassengerRow.tsx';

const ROW = 52;
const NOBODY: DisruptedPassenger[] = [];

/** Who is on the flight, what each one misses, and what becomes of him. */
export function Passengers() {
  const { t } = useWords();
  const view = useMirror((state) => state.disruption);
  const filter = useDisruption((state) => state.filter);
  const flight = useDisruption((state) => state.flight);
  const passengers = view?.passengers ?? NOBODY;
  const shown = passengers.filter((one) => isIn(filter, one));
  const isThere = passengers.length > 0;
  // Whoever opens the screen wants to go through its people; the flights are one key to the left.
  useEffect(() => {
    if (isThere && document.activeElement === document.body) focusPassengers();
  }, [isThere]);
  if (flight === null || view === undefined) return <section className="passengers" aria-busy="true" />;
  if (view === null) return <p className="passengers empty">{t('disruption.over')}</p>;
  return (
    <section className="passengers" aria-label={t('disruption.passengers')}>
      <Head passengers={passengers} name={flightName(view.flight.flight)} />
      {shown.length === 0 ? <p className="empty">{t('disruption.nobody')}</p> : <List passengers={shown} />}
      <Foot />
    </section>
  );
}

function Head({ passengers, name }: { passengers: DisruptedPassenger[]; name: string }) {
  const { t } = useWords();
  const filter = useDisruption((state) => state.filter);
  return (
    <header className="pane-head passengers-head">
      <h2 className="caption">{t('disruption.of', { flight: name })}</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend on the screen */}
      <div className="filters" role="group" aria-label={t('disruption.filter')}>
        {FILTERS.map((one) => (
          <button
            key={one}
            type="button"
            className="filter"
            aria-pressed={one === filter}
            onClick={() => disruption.setState({ filter: one, at: null })}
          >
            {t(`disruption.filter.${one}`)}{' '}
            <span className="filter-count">{passengers.filter((each) => isIn(one, each)).length}</span>
          </button>
        ))}
      </div>
    </header>
  );
}

/** Rows that Page Up and Page Down go over. */
const PAGE = 10;

function List({ passengers }: { passengers: DisruptedPassenger[] }) {
  const { t } = useWords();
  const chosen = useDisruption((state) => state.chosen);
  const key = useDisruption((state) => state.at);
  const id = useId();
  const at = passengers.findIndex((one) => one.key === key);
  const go = (index: number): void => {
    const to = passengers[Math.min(passengers.length - 1, Math.max(0, index))];
    if (to) disruption.setState({ at: to.key });
  };
  const current = passengers[at];
  const keys = new Map<string, () => void>([
    ['ArrowDown', () => go(at + 1)],
    ['ArrowUp', () => go(at - 1)],
    ['PageDown', () => go(at + PAGE)],
    ['PageUp', () => go(at - PAGE)],
    ['Home', () => go(0)],
    ['End', () => go(passengers.length - 1)],
    [' ', () => current && toggle(current)],
    ['Enter', showPreviewOrOpen(current)],
    ['ArrowRight', () => current && openPassenger(current)],
    ['ArrowLeft', () => document.querySelector<HTMLElement>('.flight-list')?.focus()],
  ]);
  const onKey = (event: KeyboardEvent): void => {
    const all = event.key === 'a' && (event.ctrlKey || event.metaKey);
    const act = all ? chooseAll : keys.get(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return (
    <VirtualRows
      role="listbox"
      tabIndex={0}
      data-list="passengers"
      className="passenger-list"
      aria-label={t('disruption.passengers')}
      aria-multiselectable="true"
      aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
      onKeyDown={onKey}
      onFocus={() => at < 0 && go(0)}
      count={passengers.length}
      height={ROW}
      keyOf={(index) => passengers[index]?.key ?? String(index)}
      at={at}
      row={(index) => {
        const one = passengers[index];
        return one ? (
          <PassengerRow
            id={`${id}-${index}`}
            passenger={one}
            place={index + 1}
            of={passengers.length}
            chosen={chosen.has(one.key)}
            current={index === at}
          />
        ) : null;
      }}
    />
  );
}

/** Enter goes on with what is chosen; where nothing can be rebooked, it opens the passenger. */
const showPreviewOrOpen = (current: DisruptedPassenger | undefined) => (): void => {
  const { chosen } = disruption.getState();
  if (chosen.size > 0 || (current && canChoose(current))) showPreview();
  else if (current) openPassenger(current);
};

function Foot() {
  const words = useWords();
  const { t } = words;
  const registry = useRegistry();
  const key = useKeyOf();
  const count = useDisruption((state) => state.chosen.size);
  const giving = useDisruption((state) => state.giving);
  return (
    <footer className="passengers-foot">
      <span className="form-note" role="status">
        {giving ? t('disruption.giving', giving) : t('disruption.keys')}
      </span>
      <Action keyName={key('choose-all')} onPress={() => void registry.run('choose-all')}>
        {t('command.choose-all')}
      </Action>
      <Action
        kind="filled"
        keyName={count === 0 ? undefined : keyName(words, 'Enter')}
        isDisabled={count === 0 || giving !== null}
        onPress={() => void registry.run('rebook-chosen')}
      >
        {t('disruption.rebook', { count })}
      </Action>
    </footer>
  );
}
