import { useStore } from 'zustand';
import { useKeyOf } from '../../i18n/keys.ts';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';
import { lookUp, takeAsked } from '../../state/lookUp.ts';
import { Action } from '../../ui/Action.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { searchFor } from '../entry/index.ts';

/** What a link of another program asks for. Nothing is looked up, and no focus moves, until somebody wishes it. */
export function LookUpBar() {
  const { t } = useWords();
  const key = useKeyOf();
  const asked = useStore(lookUp, (state) => state.asked);
  if (asked === null) return null;
  return (
    <section className="ring" aria-label={t('lookUp.title')}>
      <Icon name="search" size={18} className="ring-icon" />
      <p className="ring-who" role="status">
        <strong>{plain(asked)}</strong>
        <span className="ring-how">{t('lookUp.asks')}</span>
      </p>
      <div className="ring-answers lookup-answers">
        <Action small kind="recommended" keyName={key('look-up-link')} onPress={() => searchFor(takeAsked())}>
          {t('lookUp.lookUp')}
        </Action>
        <Action small kind="quiet" keyName={key('put-link-away')} onPress={() => void takeAsked()}>
          {t('lookUp.putAway')}
        </Action>
      </div>
    </section>
  );
}
