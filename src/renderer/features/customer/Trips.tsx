import type { CustomerView, SegmentView, TripView } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { factText, flightName } from '../../i18n/facts.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { clock } from '../../state/clock.ts';
import { moment } from '../../state/moment.ts';
import { Action } from '../../ui/Action.tsx';
import { Tag, type Tone } from '../../ui/Tag.tsx';
import { OwnMark } from '../outbox/index.ts';

const TONES: { [status: string]: Tone } = {
  cancelled: 'critical',
  delayed: 'warning',
  waitlisted: 'warning',
  boarded: 'done',
  'checked in': 'done',
};

const SHOWN = ['seat', 'flight', 'flightStatus'];

export function Trips({ view }: { view: CustomerView }) {
  const { t } = useWords();
  if (view.trips.length === 0) return <p className="empty">{t('trips.empty')}</p>;
  return (
    <div className="tab-scroll">
      {view.trips.map((trip) => (
        <Trip key={trip.booking} trip={trip} profileId={view.profileId} />
      ))}
    </div>
  );
}

function Trip({ trip, profileId }: { trip: TripView; profileId: string }) {
  const words = useWords();
  return (
    <section className="block">
      <h2 className="block-title">
        {words.t('trips.booking', { booking: plain(trip.booking) })}
        {trip.status ? (
          <Tag tone={TONES[String(trip.status.value)] ?? 'plain'}>
            {factText(words, trip.status, clock.now())}
          </Tag>
        ) : null}
      </h2>
      <ul className="segments">
        {trip.segments.map((segment) => (
          <SegmentRow key={segment.segment} segment={segment} profileId={profileId} />
        ))}
      </ul>
    </section>
  );
}

function SegmentRow({ segment, profileId }: { segment: SegmentView; profileId: string }) {
  const words = useWords();
  const now = clock.now();
  const { fields, from, to } = segment;
  const open = (name: 'change-seat' | 'rebook'): void =>
    moment.store.setState({
      action: {
        name,
        profileId,
        initial: { booking: segment.booking, segment: segment.segment },
        mends: null,
      },
    });
  const field = (name: string): string => (fields[name] ? factText(words, fields[name], now) : '');
  const statuses = [fields.flightStatus, fields.status].filter((fact) => fact !== undefined);
  const origin = fields.flightStatus ?? fields.seat ?? statuses[0];
  return (
    <li className="segment">
      <span className="segment-flight">
        <strong>{segment.flight ? flightName(segment.flight) : plain(segment.segment)}</strong>
        <span>{segment.date ? words.date(segment.date) : ''}</span>
      </span>
      <span className="segment-route">
        <strong>
          {from ? `${plain(from.code)} ${segment.departs ? words.time(segment.departs, from.zone) : ''}` : ''}
          {' → '}
          {to ? `${plain(to.code)} ${segment.arrives ? words.time(segment.arrives, to.zone) : ''}` : ''}
        </strong>
        <span>
          {[from?.name, to?.name]
            .filter(Boolean)
            .map((name) => plain(name as string))
            .join(' → ')}
        </span>
      </span>
      <span className="segment-seat">
        <strong>{field('seat') || words.t('tile.seatNone')}</strong>
        <span>
          {[field('cabin'), field('gate') && words.t('tile.gate', { gate: field('gate') })]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </span>
      <span className="segment-tags">
        {statuses.map((fact) => (
          <Tag key={fact.name} tone={TONES[String(fact.value)] ?? 'plain'}>
            {factText(words, fact, now)}
          </Tag>
        ))}
        {origin ? <Origin source={origin.source} at={origin.at} limitSeconds={origin.limitSeconds} /> : null}
      </span>
      <span className="segment-actions">
        <OwnMark facts={SHOWN.map((name) => `trip.${segment.booking}.${segment.segment}.${name}`)} />
        <Action kind="quiet" small onPress={() => open('change-seat')}>
          {words.t('command.change-seat')}
        </Action>
        <Action kind="quiet" small onPress={() => open('rebook')}>
          {words.t('command.rebook')}
        </Action>
      </span>
    </li>
  );
}
