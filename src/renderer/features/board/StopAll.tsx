import { useWords } from '../../i18n/words.tsx';
import { board, steer, stoppable, useBoard } from '../../state/board.ts';
import { useMirror } from '../../state/mirror.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';

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
