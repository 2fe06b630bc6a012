import { useEffect, useState } from 'react';
import type { SteeringView } from '../../../bridge/views.ts';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { askToStopAll, type Change, openHistory, steer, stoppable } from '../../state/board.ts';
import { clock } from '../../state/clock.ts';
import { Action } from '../../ui/Action.tsx';
import { Caps } from './Caps.tsx';
import { titleOf } from './titles.ts';

const LEAST = -50;
const MOST = 50;
const STEP = 5;
const OPERATIONAL = 0;

/** Levers and pauses of every action, the common caps, and the switch that stops all selling and service at once. */
export function Levers({ steering }: { steering: SteeringView }) {
  const words = useWords();
  const { t } = words;
  const key = useKeyOf();
  const stopped = stoppable(steering).length === 0;
  return (
    <section className="board-block" aria-label={t('board.levers')}>
      <header className="board-head">
        <h2 className="caption">{t('board.levers')}</h2>
        <button type="button" className="link caption-note" onClick={() => void openHistory()}>
          {steering.version === 0
            ? t('board.neverSet')
            : t('board.setBy', {
                by: plain(steering.by),
                time: words.dayTime(steering.at ?? '', clock.now()),
              })}
        </button>
      </header>
      <p className="board-stop">
        <Action kind="danger" keyName={key('stop-all')} isDisabled={stopped} onPress={askToStopAll}>
          {t(stopped ? 'board.stopped' : 'board.stopAll')}
        </Action>
      </p>
      <ul className="board-card levers">
        {steering.catalogue.map(({ id, lane }) => (
          <Lever key={id} action={id} lane={lane} steering={steering} />
        ))}
      </ul>
      <Caps steering={steering} />
    </section>
  );
}

function Lever({ action, lane, steering }: { action: string; lane: number; steering: SteeringView }) {
  const words = useWords();
  const { t } = words;
  const title = titleOf(words, steering, action);
  const pause = Object.hasOwn(steering.paused, action) ? steering.paused[action] : undefined;
  const change: Change = pause
    ? { kind: 'resume', actions: [action] }
    : { kind: 'pause', actions: [action], reason: t('board.pauseReason') };
  return (
    <li className="lever" data-action={action}>
      <span className="lever-name">{title}</span>
      <button
        type="button"
        role="switch"
        aria-checked={!pause}
        aria-label={t('board.switch', { title })}
        className="switch"
        onClick={() => void steer(change, title)}
      >
        <span className="switch-word">{t(pause ? 'board.paused' : 'board.on')}</span>
        <span className="switch-track" aria-hidden="true" />
      </button>
      <span className="lever-sub">
        {pause
          ? `${t(pause.by === 'guardrail' ? 'board.byGuardrail' : 'board.byPerson', {
              time: words.dayTime(pause.at, clock.now()),
            })} · ${plain(pause.reason)}`
          : t(lane === OPERATIONAL ? 'board.duty' : 'board.inForce')}
      </span>
      {lane === OPERATIONAL ? (
        <span className="lever-none">{t('board.noLever')}</span>
      ) : (
        <Slider action={action} title={title} percent={steering.levers[action] ?? 0} />
      )}
    </li>
  );
}

/** Set when it is let go, so that a drag is one version and not forty. */
function Slider({ action, title, percent }: { action: string; title: string; percent: number }) {
  const { t } = useWords();
  const [wanted, setWanted] = useState(percent);
  useEffect(() => setWanted(percent), [percent]);
  const settle = (): void => {
    if (wanted === percent) return;
    void steer({ kind: 'lever', action, percent: wanted === 0 ? null : wanted }, title);
  };
  return (
    <span className="lever-slider">
      <output className="lever-value">{percentText(wanted)}</output>
      <input
        type="range"
        min={Math.min(LEAST, percent)}
        max={Math.max(MOST, percent)}
        step={STEP}
        value={wanted}
        aria-label={t('board.leverOf', { title })}
        aria-valuetext={percentText(wanted)}
        onChange={(event) => setWanted(Number(event.target.value))}
        onPointerUp={settle}
        onKeyUp={(event) => {
          if (event.key !== 'Tab') settle();
        }}
        onBlur={settle}
      />
    </span>
  );
}

const percentText = (percent: number): string =>
  percent > 0 ? `+${percent} %` : percent < 0 ? `−${-percent} %` : '0 %';
