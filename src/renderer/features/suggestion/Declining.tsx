import { CommandKey } from '../../i18n/CommandKey.tsx';
import { useWords } from '../../i18n/words.tsx';
import { answer, DECLINE_REASONS, stepBack } from '../../state/answer.ts';

/** One key for the reason. The digits belong to this list while it is open. */
export function Declining() {
  const { t } = useWords();
  return (
    <fieldset className="declining" aria-label={t('decline.title')}>
      <p className="declining-title">
        <span>{t('decline.title')}</span>
        <button type="button" className="link" onClick={stepBack}>
          {t('decline.back')} <CommandKey of="step-back" />
        </button>
      </p>
      <ul className="declining-list">
        {DECLINE_REASONS.map((reason) => (
          <li key={reason}>
            <button type="button" className="choice" onClick={() => void answer('decline', reason)}>
              <CommandKey of={`decline-${reason}`} />
              <span>{t(`decline.${reason}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
