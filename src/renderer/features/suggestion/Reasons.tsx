import type { ReasonView, SuggestedAction } from '../../../bridge/views.ts';
import { Origin } from '../../i18n/Age.tsx';
import { plain } from '../../i18n/plain.ts';
import { useWords } from '../../i18n/words.tsx';

/** At most three for and one against: what can be taken in while somebody waits. */
export function Reasons({ action }: { action: SuggestedAction }) {
  const { t } = useWords();
  return (
    <ul className="reasons" aria-label={t('next.reasons')}>
      {action.reasonsFor.slice(0, 3).map((reason) => (
        <Reason key={reason.code + reason.text} reason={reason} sign="+" label={t('next.for')} />
      ))}
      {action.reasonsAgainst.slice(0, 1).map((reason) => (
        <Reason key={reason.code + reason.text} reason={reason} sign="−" label={t('next.against')} />
      ))}
    </ul>
  );
}

function Reason({ reason, sign, label }: { reason: ReasonView; sign: '+' | '−'; label: string }) {
  const { t } = useWords();
  return (
    <li data-reason={reason.code} className={`reason ${sign === '+' ? 'reason-for' : 'reason-against'}`}>
      <span className="reason-sign" role="img" aria-label={label}>
        {sign}
      </span>
      <span className="reason-text">{plain(reason.text)}</span>
      {reason.source && reason.at ? (
        <Origin source={reason.source} at={reason.at} />
      ) : (
        <span className="origin">{t('next.rule')}</span>
      )}
    </li>
  );
}
