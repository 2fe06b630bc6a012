import type { QueueState } from '../../../domain/board.ts';
import { Waiting } from '../../i18n/Age.tsx';
import { queueName } from '../../i18n/queues.ts';
import { useWords } from '../../i18n/words.tsx';
import { useTick } from '../../state/clock.ts';
import { shareText } from './titles.ts';

export function Queues({ queues }: { queues: readonly QueueState[] }) {
  const { t } = useWords();
  return (
    <section aria-label={t('board.queues')}>
      <header className="pane-head">
        <h2 className="caption">{t('board.queues')}</h2>
        <span className="caption-note">{t('board.queuesNote')}</span>
      </header>
      {queues.length === 0 ? <p className="pane-foot">{t('board.queuesNone')}</p> : null}
      <ul>
        {queues.map((queue) => (
          <Queue key={`${queue.queue}/${queue.kind}`} queue={queue} />
        ))}
      </ul>
    </section>
  );
}

function Queue({ queue }: { queue: QueueState }) {
  const words = useWords();
  const { t } = words;
  const { waiting, oldest, target, counted, inTime } = queue;
  const late = useTick((now) => oldest !== null && now - Date.parse(oldest) > target.seconds * 1000);
  const share = counted === 0 ? null : inTime / counted;
  const below = share !== null && share < target.share;
  const tone = below ? 'critical' : 'done';
  return (
    <li className="queue">
      <span className="queue-name">
        {queueName(words, queue.queue)}{' '}
        <span className="queue-kind">{words.known(`board.kind.${queue.kind}`)}</span>
      </span>
      <span className={`queue-waiting${late ? ' tone-critical' : ''}`}>
        {t('board.waiting', { waiting })}
        {oldest === null ? null : (
          <>
            {' · '}
            <Waiting since={oldest} />
          </>
        )}
      </span>
      <span className="gauge" aria-hidden="true">
        <progress className={`gauge-bar gauge-${tone}`} max={1} value={share ?? 0} tabIndex={-1} />
        <span className="gauge-mark" style={{ left: `${100 * target.share}%` }} />
      </span>
      <span className={`queue-level${below ? ' tone-critical' : ''}`}>
        {share === null
          ? t('board.levelNone', { time: words.age(target.seconds) })
          : t(below ? 'board.levelBelow' : 'board.level', {
              share: shareText(words, inTime, counted),
              time: words.age(target.seconds),
              target: Math.round(target.share * 100),
            })}
      </span>
    </li>
  );
}
