import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { board, steer, useBoard } from '../../state/board.ts';
import { clock } from '../../state/clock.ts';
import { useMirror } from '../../state/mirror.ts';
import { Action } from '../../ui/Action.tsx';
import { Sheet } from '../../ui/Sheet.tsx';

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
