import { Age } from '../../i18n/Age.tsx';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { useMirror } from '../../state/mirror.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Acceptance } from './Acceptance.tsx';
import { Connections } from './Connections.tsx';
import { DecisionSheet } from './DecisionSheet.tsx';
import { History } from './History.tsx';
import { Learned } from './Learned.tsx';
import { Levers } from './Levers.tsx';
import { NeedsYou } from './NeedsYou.tsx';
import { Queues } from './Queues.tsx';
import { Stations } from './Stations.tsx';
import { StopAll } from './StopAll.tsx';

/** A site at a glance: who waits and which desks work, what suggestions come to, what can be set. */
export function BoardScreen() {
  const { t } = useWords();
  const view = useMirror((state) => state.board);
  return (
    <div className="work">
      <Heard />
      {view?.board ? (
        <main className="main board">
          <h1 className="board-name">{t('board.title')}</h1>
          <div className="left board-left">
            <Queues queues={view.board.queues} />
            <Stations board={view.board} />
          </div>
          <div className="board-middle">
            <Acceptance board={view.board} steering={view.steering} />
            <Learned />
          </div>
          <aside className="right board-right" aria-label={t('board.steering')}>
            <NeedsYou board={view.board} steering={view.steering} />
            {view.steering ? <Levers steering={view.steering} /> : null}
          </aside>
        </main>
      ) : (
        <main className="gatehouse">
          <div className="gatehouse-card gatehouse-plain" role="status">
            <h1 className="gatehouse-title">{t('board.title')}</h1>
            <p>{t(view?.problem ? 'board.unknown' : 'board.asking')}</p>
          </div>
        </main>
      )}
      <DecisionSheet />
      <History />
      <Connections />
      <StopAll />
    </div>
  );
}

/** While the core is not heard, what is shown is old: since when, and why. */
function Heard() {
  const words = useWords();
  const view = useMirror((state) => state.board);
  if (!view?.problem || !view.board || view.heardAt === null) return null;
  return (
    <p className="board-old strip-warning" role="status">
      <Icon name="offline" />
      <strong>{words.t('board.old', { time: words.time(view.heardAt) })}</strong>
      <Age at={view.heardAt} text="board.age" />
      <span>{plain(words.known(`error.${view.problem}`, { message: '' }) ?? view.problem)}</span>
    </p>
  );
}
