import { useEffect, useState } from 'react';
import type { CapView, SteeringView } from '../../../bridge/views.ts';
import { keyName } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords, type Words } from '../../i18n/words.tsx';
import {
  askToStopAll,
  board,
  type Change,
  openHistory,
  steer,
  stoppable,
  useBoard,
} from '../../state/board.ts';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { titleOf } from './titles.ts';

const LEAST = -50;
const MOST = 50;
const STEP = 5;
const OPERATIONAL = 0;

/** Levers and pauses of every action, the common caps, and the switch that stops all selling and service at once. */
export function Levers({ steering }: { steering: SteeringView }) {
  const words = useWords();
  const { t } = words;
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
        <Action
          kind="danger"
          keyName={keyName(words, '$mod+Shift+P')}
          isDisabled={stopped}
          onPress={askToStopAll}
        >
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

function Caps({ steering }: { steering: SteeringView }) {
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

/** Asked once: it takes suggestions from every console within seconds. */
export function StopAll() {
  const words = useWords();
  const { t } = words;
  const confirming = useBoard((state) => state.confirming);
  const steering = useMirror((state) => state.board?.steering ?? null);
  if (!confirming || steering === null) return null;
  const close = (): void => board.setState({ confirming: false });
  const stop = (): void => {
    close();
    const actions = stoppable(steering);
    void steer({ kind: 'pause', actions, reason: t('board.stopReason') }, t('board.all'));
  };
  return (
    <Sheet title={t('board.stopAll')} onClose={close}>
      <p className="sheet-for">{t('board.stopWhat', { count: stoppable(steering).length })}</p>
      <p className="form-foot">
        <Action kind="danger" autoFocus onPress={stop}>
          {t('board.stopNow')}
        </Action>
        <Action kind="quiet" onPress={close}>
          {t('board.stopNot')}
        </Action>
      </p>
    </Sheet>
  );
}

/** Who set what and when, with the way back to each. */
export function History() {
  const words = useWords();
  const { t } = words;
  const history = useBoard((state) => state.history);
  const steering = useMirror((state) => state.board?.steering ?? null);
  if (history === null) return null;
  return (
    <Sheet title={t('board.history')} wide onClose={() => board.setState({ history: null })}>
      {history.length === 0 ? <p className="sheet-for">{t('board.neverSet')}</p> : null}
      <ul className="versions">
        {history.map((version) => (
          <li key={version.version} className="version">
            <span className="drill-time">{words.moment(version.at ?? '', clock.now())}</span>
            <strong>{plain(version.by)}</strong>
            <span>
              {t('board.versionIs', {
                levers: Object.keys(version.levers).length,
                paused: Object.keys(version.paused).length,
              })}
              {version.note ? ` · ${plain(version.note)}` : null}
            </span>
            {version.version === steering?.version ? (
              <span className="tone-done">{t('board.inForceNow')}</span>
            ) : (
              <Action
                small
                onPress={() =>
                  void steer(
                    { kind: 'undo', version: version.version },
                    words.moment(version.at ?? '', clock.now()),
                  )
                }
              >
                {t('board.goBack')}
              </Action>
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
