import type { SteeringView } from '../../../bridge/views.ts';
import type { Board } from '../../../domain/board.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { lookInto, steer } from '../../state/board.ts';
import { clock } from '../../state/clock.ts';
import { showConnections } from '../../state/connections.ts';
import { Action } from '../../ui/Action.tsx';
import { titleOf } from './titles.ts';

/** What waits for a person: actions that a guardrail has paused, alarms, letters that could not be delivered. */
export function NeedsYou({ board, steering }: { board: Board; steering: SteeringView | null }) {
  const words = useWords();
  const { t } = words;
  const guarded = Object.entries(steering?.paused ?? {}).filter(([, { by }]) => by === 'guardrail');
  const count = guarded.length + board.alarms.length + (board.deadLetters > 0 ? 1 : 0);
  return (
    <section className="board-block" aria-label={t('board.needsYou')}>
      <header className="board-head">
        <h2 className="caption">{t('board.needsYou')}</h2>
        <span className="caption-count">{count}</span>
      </header>
      <p className="board-actions board-connections">
        <Action small onPress={showConnections}>
          {t('connections.show')}
        </Action>
      </p>
      {count === 0 ? <p className="board-quiet">{t('board.needsNobody')}</p> : null}
      {guarded.map(([action, { at, reason }]) => (
        <article
          key={action}
          className="board-card board-guard"
          aria-label={titleOf(words, steering, action)}
        >
          <p className="tone-critical">{t('board.guardrail', { time: words.dayTime(at, clock.now()) })}</p>
          <h3 className="board-guarded">{titleOf(words, steering, action)}</h3>
          <p>{plain(reason)}</p>
          <p className="board-actions">
            <Action small onPress={() => void lookInto(action)}>
              {t('board.lookInto')}
            </Action>
            <Action
              small
              onPress={() =>
                void steer({ kind: 'resume', actions: [action] }, titleOf(words, steering, action))
              }
            >
              {t('board.resume')}
            </Action>
          </p>
        </article>
      ))}
      <ul className="alarms">
        {board.deadLetters > 0 ? (
          <li className="alarm">{t('board.deadLetters', { count: board.deadLetters })}</li>
        ) : null}
        {board.alarms.slice(0, 5).map((alarm) => (
          <li key={alarm.at + alarm.detail} className="alarm">
            <strong className="tone-critical">
              {words.known(`alarm.${alarm.kind}`) ?? plain(alarm.kind)}
            </strong>{' '}
            <span className="origin">{words.dayTime(alarm.at, clock.now())}</span>
            <span className="alarm-detail">{plain(alarm.detail)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
