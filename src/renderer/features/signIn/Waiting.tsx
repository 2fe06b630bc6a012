import { useWords } from '../../i18n/words.tsx';
import { Action } from '../../ui/Action.tsx';

/** The person is in the browser, at the provider. */
export function Waiting({ onCancel }: { onCancel: () => void }) {
  const { t } = useWords();
  return (
    <>
      <p role="status">{t('signIn.waiting')}</p>
      <Action autoFocus onPress={onCancel}>
        {t('signIn.cancel')}
      </Action>
    </>
  );
}
