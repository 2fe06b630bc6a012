import { memo } from 'react';
import type { DisruptedPassenger } from '../../../bridge/views.ts';
import { receiptText } from '../../i18n/entries.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { canChoose } from '../../state/bulk.ts';
import { disruption, toggle } from '../../state/disruption.ts';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { Tag, type Tone } from '../../ui/Tag.tsx';
import { lossText, missText, toText } from './texts.ts';

type State = DisruptedPassenger['state'];

const TONES: { [state in State]: Tone } = {
  ...{ open: 'outline', fine: 'plain', waiting: 'plain', held: 'warning', sent: 'accent', applied: 'done' },
  ...{ conflict: 'critical', refused: 'critical', unknown: 'warning' },
};
const ICONS: { [state in State]: IconName | null } = {
  ...{ open: null, fine: null, waiting: 'hourglass', held: 'hourglass', sent: 'send', applied: 'check' },
  ...{ conflict: 'split', refused: 'ban', unknown: 'help' },
};

type RowProps = {
  id: string;
  passenger: DisruptedPassenger;
  place: number;
  of: number;
  chosen: boolean;
  current: boolean;
};

/** Passengers arrive as new objects each time; a row is painted again only when it says something else. */
const sameRow = (a: RowProps, b: RowProps): boolean =>
  a.id === b.id &&
  a.place === b.place &&
  a.of === b.of &&
  a.chosen === b.chosen &&
  a.current === b.current &&
  JSON.stringify(a.passenger) === JSON.stringify(b.passenger);

export const PassengerRow = memo(function PassengerRow(props: RowProps) {
  const { id, passenger, place, of, chosen, current } = props;
  const words = useWords();
  const able = canChoose(passenger);
  const pick = (): void => (able ? toggle(passenger) : disruption.setState({ at: passenger.key }));
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox has the keys of its options
    <div
      role="option"
      id={id}
      tabIndex={-1}
      aria-selected={chosen}
      aria-disabled={!able}
      aria-posinset={place}
      aria-setsize={of}
      className={`passenger${current ? ' passenger-at' : ''}`}
      data-passenger={passenger.key}
      data-state={passenger.state}
      onClick={pick}
    >
      <span className={`tick${chosen ? ' tick-on' : ''}${able ? '' : ' tick-none'}`} aria-hidden="true">
        {chosen ? <Icon name="check" size={12} /> : null}
      </span>
      <span className="passenger-name">
        <bdi>{plain(passenger.name)}</bdi>
        {passenger.tier ? <Tag tone="tier">{plain(passenger.tier)}</Tag> : null}
      </span>
      <span className="passenger-to">{toText(words, passenger)}</span>
      <span className="passenger-state">
        <Tag tone={TONES[passenger.state]}>
          <StateIcon state={passenger.state} />
          {words.t(`disruption.state.${passenger.state}`)}
        </Tag>
      </span>
      <span className="passenger-sub">{missText(words, passenger)}</span>
      <span className="passenger-loss">{lossText(words, passenger)}</span>
      <span className="passenger-why">{reasonText(words, passenger)}</span>
    </div>
  );
}, sameRow);

function StateIcon({ state }: { state: State }) {
  const name = ICONS[state];
  return name === null ? null : <Icon name={name} size={12} />;
}

/** Why it was not taken, and who was quicker. */
function reasonText(words: Words, { state, code, by }: DisruptedPassenger): string {
  if (state !== 'conflict' && state !== 'refused' && state !== 'unknown') return '';
  const what = receiptText(words, code);
  return by === null ? what : words.t('disruption.by', { what, by: plain(by) });
}
