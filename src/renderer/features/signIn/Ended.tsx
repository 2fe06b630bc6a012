import { useWords } from '../../i18n/words.tsx';
import { lock, useSignIn } from '../../state/sign-in.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';

/** The sign-in could not be renewed. Work goes on, and nothing moves until somebody wishes it. */
export function Ended() {
  const { t } = useWords();
  const ended = useSignIn((found) => found?.state === 'in' && found.ended);
  if (!ended) return null;
  return (
    <section className="ring" aria-label={t('signIn.ended')}>
      <Icon name="lock" size={18} className="ring-icon" />
      <p className="ring-who" role="status">
        <strong>{t('signIn.ended')}</strong>
        <span className="ring-how">{t('signIn.endedSub')}</span>
      </p>
      <div className="ring-answers lookup-answers">
        <Action small kind="recommended" onPress={lock}>
          {t('signIn.again')}
        </Action>
      </div>
    </section>
  );
}
