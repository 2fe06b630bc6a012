import { keyName } from '../../i18n/keys.ts';
import { useWords } from '../../i18n/words.tsx';
import { answer, DECLINE_REASONS, stepBack } from '../../state/answer.ts';
import { Key } from '../../ui/Key.tsx';

/** One key for the reason. The digits belong to this list while it is open. */
export function Declining() {
  const words = useWords();
  const { t } = words;
  return (
    <fieldset className="declining" aria-label={t('decline.title')}>
      <p className="declining-title">
        <span>{t('decline.title')}</span>
        <button type="button" className="link" onClick={stepBack}>
          {t('decline.back')} <Key>{keyName(words, 'Escape')}</Key>
        </button>
      </p>
      <ul className="declining-list">
        {DECLINE_REASONS.map((reason, index) => (
          <li key={reason}>
            <button type="button" className="choice" onClick={() => void answer('decline', reason)}>
              <Key>{String(index + 1)}</Key>
              <span>{t(`decline.${reason}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
