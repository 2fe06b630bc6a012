import type { AlertView, CustomerView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { alertWords } from '../../i18n/alerts.ts';
import { factText, flightName } from '../../i18n/facts.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { AlertIcon } from '../../ui/AlertIcon.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { route } from './tiles.ts';

/** What is wrong, in words; the strip keeps its place when nothing is. */
export function Alerts({ view, shown }: { view: CustomerView; shown: readonly AlertView[] }) {
  const { t } = useWords();
  if (shown.length === 0) return <AllWell view={view} />;
  return (
    <ul className="alerts" aria-label={t('alert.title')}>
      {shown.map((alert) => (
        <AlertRow key={`${alert.kind}/${JSON.stringify(alert.params)}`} alert={alert} view={view} />
      ))}
    </ul>
  );
}

function AlertRow({ alert, view }: { alert: AlertView; view: CustomerView }) {
  const words = useWords();
  const { from } = alert.params;
  const places = view.trips.flatMap((trip) => trip.segments.map((segment) => segment.from));
  const zone = places.find((place) => place?.code === from)?.zone ?? view.next?.from?.zone ?? null;
  const { title, detail } = alertWords(words, alert, clock.now(), zone);
  return (
    <li className={`alert alert-${alert.severity}`}>
      <AlertIcon kind={alert.kind} size={18} />
      <span className="alert-text">
        <strong>{title}</strong>
        {detail ? <span className="alert-detail">{detail}</span> : null}
      </span>
      <Origin source={alert.source} at={alert.at} />
    </li>
  );
}

function AllWell({ view }: { view: CustomerView }) {
  const words = useWords();
  const { next } = view;
  const status = next?.fields.flightStatus;
  const text = next
    ? [
        next.flight ? flightName(next.flight) : '',
        route(next),
        status ? factText(words, status, clock.now()) : '',
      ]
        .filter(Boolean)
        .join(' ')
    : '';
  return (
    <div className="alert alert-none">
      <Icon name="check" size={18} />
      <span className="alert-text">
        <strong>{words.t('alert.none')}</strong>
        <span className="alert-detail">{text}</span>
      </span>
      {status ? <Origin source={status.source} at={status.at} /> : null}
    </div>
  );
}
