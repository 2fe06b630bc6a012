import type { SuggestionView } from '../../../bridge/views.ts';
import { CommandKey } from '../../i18n/CommandKey.tsx';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { openAlternative } from '../../state/answer.ts';
import { useCard } from '../../state/card.ts';

/** What else would do: the ones that are not on the card, each under its own digit. */
export function Alternatives({ shown }: { shown: SuggestionView }) {
  const { t } = useWords();
  const opened = useCard((state) => state.opened);
  const answered = useCard((state) => state.answered !== null);
  const declining = useCard((state) => state.mode === 'declining');
  const all = [shown.primary, ...shown.alternatives.slice(0, 2)];
  if (all.length < 2 || answered) return null;
  return (
    <ul className="alternatives" aria-label={t('next.alternatives')}>
      {all.map((action, index) =>
        action === null || index === opened ? null : (
          <li key={`${action.action}/${action.channel}/${action.approach}`}>
            <button type="button" className="alternative" onClick={() => openAlternative(index)}>
              {declining ? <span className="key key-idle" /> : <CommandKey of={`open-${index + 1}`} />}
              <span className="alternative-title">{plain(action.title)}</span>
              <span className="alternative-sub">
                {index === 0 ? t('next.first') : plain(action.whyLost ?? action.sentence)}
              </span>
            </button>
          </li>
        ),
      )}
    </ul>
  );
}
