import type { CapView, SteeringView } from '../../../bridge/views.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import { steer } from '../../state/board.ts';
import { Action } from '../../ui/Action.tsx';

/** How often a customer is told something at most; those of the catalogue where nobody has set others. */
export function Caps({ steering }: { steering: SteeringView }) {
  const words = useWords();
  const { t } = words;
  const caps = steering.caps ?? steering.catalogueCaps;
  const change = (index: number, by: number): void => {
    const next = caps.map((cap, at) => (at === index ? { ...cap, count: Math.max(1, cap.count + by) } : cap));
    void steer({ kind: 'caps', caps: next }, capText(words, next[index] as CapView));
  };
  if (caps.length === 0) return null;
  return (
    <>
      <header className="board-head">
        <h3 className="caption">{t('board.caps')}</h3>
        {steering.caps !== null ? (
          <button
            type="button"
            className="link caption-note"
            onClick={() => void steer({ kind: 'caps', caps: null }, t('board.caps'))}
          >
            {t('board.capsBack')}
          </button>
        ) : null}
      </header>
      <ul className="board-card levers">
        {caps.map((cap, index) => (
          <li key={`${cap.channel}/${cap.lane}/${cap.windowHours}`} className="cap">
            <span>{capText(words, cap)}</span>
            <span className="cap-count">
              <Action
                small
                label={t('board.capLess')}
                isDisabled={cap.count <= 1}
                onPress={() => change(index, -1)}
              >
                −
              </Action>
              <Action small label={t('board.capMore')} onPress={() => change(index, 1)}>
                +
              </Action>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function capText(words: Words, { channel, lane, count, windowHours }: CapView): string {
  return words.t('board.cap', {
    channel:
      channel === undefined ? words.t('board.everyChannel') : (words.known(`channel.${channel}`) ?? channel),
    lane: lane === undefined ? '' : (words.known(`lane.${lane}`) ?? String(lane)),
    count,
    time: words.age(windowHours * 3600),
  });
}
